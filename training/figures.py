"""Pictures of statistics. No face of any data set is drawn here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

__all__ = ["draw", "plt"]

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_INK = "#1f2937"
_ACCENT = "#2563eb"
_WARN = "#c2410c"


def draw(result: dict[str, Any], out: Path) -> list[Path]:
    """Draw all figures of an evaluation and return their paths."""
    made = [
        _confusions(result["classes"][head], head, out / f"confusion_{head}.png")
        for head in ("ferplus", "fer2013")
    ]
    made.append(_calibration(result, out / "calibration.png"))
    made.append(_negatives(result, out / "negatives.png"))
    made.append(_slices(result["slices"], out / "slices.png"))
    if "stability" in result:
        made.append(_stability(result["stability"], out / "stability.png"))
        made.append(_conditions(result["conditions"], out / "conditions.png"))
    return made


def _save(figure: Figure, path: Path) -> Path:
    figure.savefig(path, dpi=110, bbox_inches="tight")
    plt.close(figure)
    return path


def _confusions(table: dict[str, Any], head: str, path: Path) -> Path:
    counts = np.array(table["confusion"], float)
    labels = table["labels"]
    by_row = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    by_column = counts / np.maximum(counts.sum(0, keepdims=True), 1)
    figure, axes = plt.subplots(1, 3, figsize=(17, 5.6), layout="constrained")
    for axis, values, title in zip(
        axes,
        (counts, 100 * by_row, 100 * by_column),
        ("counts", "% of the true class (recall)", "% of the reading (precision)"),
        strict=True,
    ):
        shade = by_row if values is counts else values / 100
        axis.imshow(shade, cmap="Blues", vmin=0, vmax=1)
        axis.set_title(title)
        axis.set_xticks(range(len(labels)), labels, rotation=45, ha="right")
        axis.set_yticks(range(len(labels)), labels)
        axis.set_xlabel("read as")
        for i in range(len(labels)):
            for j in range(len(labels)):
                axis.text(
                    j,
                    i,
                    f"{values[i, j]:.0f}",
                    ha="center",
                    va="center",
                    fontsize=8,
                    color="white" if shade[i, j] > 0.55 else _INK,
                )
    axes[0].set_ylabel("true class")
    figure.suptitle("FER+ majority" if head == "ferplus" else "FER2013")
    return _save(figure, path)


def _calibration(result: dict[str, Any], path: Path) -> Path:
    bins = result["calibration"]
    share = np.array(bins["share"])
    used = share > 0
    confidence, accuracy = np.array(bins["confidence"])[used], np.array(bins["accuracy"])[used]
    figure, axis = plt.subplots(figsize=(5.4, 5), layout="constrained")
    axis.plot([0, 1], [0, 1], color="#9ca3af", linestyle="--", label="perfect")
    axis.scatter(confidence, accuracy, s=20 + 900 * share[used], color=_ACCENT, alpha=0.7)
    axis.plot(confidence, accuracy, color=_ACCENT, linewidth=1)
    axis.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="accuracy")
    axis.set_title(
        f"ECE {result['headline']['ferplus_ece']:.4f} at T {result['headline']['temperature']:.2f}"
        "\n(area of a dot: share of the rows)"
    )
    return _save(figure, path)


def _negatives(result: dict[str, Any], path: Path) -> Path:
    curve, head = result["negative_curve"], result["headline"]
    figure, axis = plt.subplots(figsize=(6.4, 4.6), layout="constrained")
    axis.plot(100 * np.array(curve["kept"]), 100 * np.array(curve["wrong"]), color=_ACCENT)
    axis.scatter(
        [100 * head["true_negatives_kept"]],
        [100 * head["wrong_negatives"]],
        color=_WARN,
        zorder=3,
        label=f"threshold {head['threshold']:.3f}: {100 * head['wrong_negatives']:.2f} %",
    )
    axis.axhline(0.5, color="#9ca3af", linestyle="--", linewidth=1, label="aim: 0.5 %")
    axis.axvline(70, color="#9ca3af", linestyle=":", linewidth=1, label="at least 70 % kept")
    axis.set(xlim=(30, 100), ylim=(0, 8))
    axis.set_xlabel("true negatives kept, %")
    axis.set_ylabel("happy or neutral faces shown as negative, %")
    axis.legend(frameon=False)
    return _save(figure, path)


def _slices(table: dict[str, Any], path: Path) -> Path:
    names = [n for n in table if n != "cannot_tell"]
    figure, axes = plt.subplots(1, 2, figsize=(12, 4.6), layout="constrained")
    for axis, key, title in (
        (axes[0], "ferplus_accuracy", "FER+ majority accuracy, %"),
        (axes[1], "wrong_negatives", "wrong negatives, %"),
    ):
        for third, colour in enumerate(("#1e3a8a", "#60a5fa", "#f59e0b")):
            values = [100 * list(table[n].values())[third][key] for n in names]
            rows = [
                list(table[n].values())[third][
                    "ferplus_rows" if key == "ferplus_accuracy" else "harmless_rows"
                ]
                for n in names
            ]
            intervals = [_interval(v, r) for v, r in zip(values, rows, strict=True)]
            errors = np.array(
                [[v - low, high - v] for v, (low, high) in zip(values, intervals, strict=True)]
            ).T
            axis.errorbar(
                values,
                np.arange(len(names)) + 0.2 * (third - 1),
                xerr=errors,
                fmt="o",
                color=colour,
                label=("low", "middle", "high")[third],
                capsize=2,
            )
        axis.set_yticks(range(len(names)), names if axis is axes[0] else [""] * len(names))
        axis.invert_yaxis()
        axis.set_title(title)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(
        handles,
        [f"{name} third of the split" for name in labels],
        loc="outside lower center",
        ncols=3,
        frameon=False,
    )
    return _save(figure, path)


def _interval(percent: float, rows: float) -> tuple[float, float]:
    """Return the 95 % interval of Wilson (1927) of a share given in percent."""
    z, n, share = 1.96, max(rows, 1.0), percent / 100
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return 100 * min(middle - half, share), 100 * max(middle + half, share)


def _stability(table: dict[str, Any], path: Path) -> Path:
    figure, axis = plt.subplots(figsize=(7.6, 4), layout="constrained")
    place = np.arange(len(table))
    axis.barh(
        place - 0.2,
        [100 * v["label_changes"] for v in table.values()],
        0.38,
        color=_ACCENT,
        label="label read",
    )
    axis.barh(
        place + 0.2,
        [100 * v["shown_changes"] for v in table.values()],
        0.38,
        color=_WARN,
        label="expression shown (meeting-safe)",
    )
    axis.set_yticks(place, list(table))
    axis.invert_yaxis()
    axis.set_xlabel("faces whose label changes, %")
    axis.legend(frameon=False)
    return _save(figure, path)


def _conditions(table: dict[str, Any], path: Path) -> Path:
    figure, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained", sharey=True)
    place = np.arange(len(table))
    axes[0].barh(place, [100 * v["ferplus_accuracy"] for v in table.values()], color=_ACCENT)
    axes[0].set_title("FER+ majority accuracy, %")
    axes[0].set_yticks(place, list(table))
    axes[0].invert_yaxis()
    _numbers(axes[0], [100 * v["ferplus_accuracy"] for v in table.values()], ".1f")
    axes[1].barh(place, [100 * v["wrong_negatives"] for v in table.values()], color=_WARN)
    axes[1].set_title("wrong negatives, %")
    _numbers(axes[1], [100 * v["wrong_negatives"] for v in table.values()], ".2f")
    return _save(figure, path)


def _numbers(axis: Axes, values: list[float], form: str) -> None:
    known = [v for v in values if not np.isnan(v)]
    axis.set_xlim(0, 1.15 * max([*known, 0.1]))
    for index, value in enumerate(values):
        if np.isnan(value):
            axis.text(0, index, " not measured", va="center", fontsize=8, color=_INK)
            continue
        axis.text(value, index, f" {value:{form}}", va="center", fontsize=8, color=_INK)
