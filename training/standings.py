"""What ``compare`` found, as a Markdown table and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training.figures import plt

_OTHERS = "#9ca3af"
_OURS = "#2563eb"
_WRONG = "#c2410c"


def table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| system | its report says | passes (stated) | parameters | FER2013 % | six classes % "
        "| macro F1 (six) | FER+ % | wrong negatives as read % | processor minutes |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        passes = "-"
        if "epochs_run" in row:
            passes = f"{row['epochs_run']:.3g} ({row['epochs_stated']})"
        size = f"{row['parameters'] / 1e6:.2f} M" if "parameters" in row else "-"
        minutes = f"{row['minutes']:.1f}" if "minutes" in row else "-"
        lines.append(
            f"| {row['name']} | {row.get('stated', '-')} | {passes} | {size} "
            f"| {_percent(row['seven'])} | {_percent(row['six'])} | {row['six_macro_f1']:.3f} "
            f"| {_percent(row['ferplus'])} | {_percent(row['wrong_negatives_as_read'])} "
            f"| {minutes} |"
        )
    return "\n".join(lines)


def chart(rows: list[dict[str, Any]], path: Path) -> Path:
    """Draw the six-class accuracy and the wrong negatives of each system, best at the top.

    Six classes are what all systems can be read in. The passes over the data that a system was
    given stand beside its name, as short training explains much of what is drawn.
    """
    rows = sorted(rows, key=lambda row: row["six"])
    names = [
        f"{row['name']}\n{row['epochs_run']:.3g} of {row['epochs_stated']} passes"
        if "epochs_run" in row
        else row["name"]
        for row in rows
    ]
    figure, axes = plt.subplots(
        1, 2, figsize=(11, 1 + 0.5 * len(rows)), layout="constrained", sharey=True
    )
    for axis, key, color, title in (
        (axes[0], "six", _OTHERS, "FER2013 in six classes: right, %"),
        (axes[1], "wrong_negatives_as_read", _WRONG, "happy or neutral read as negative, %"),
    ):
        values = [100 * (row[key] or 0.0) for row in rows]
        colors = [_OURS if "epochs_run" not in row else color for row in rows]
        bars = axis.barh(names, values, color=colors)
        axis.bar_label(bars, fmt="%.1f", padding=3, fontsize=8)
        axis.set_title(title, fontsize=10)
        axis.margins(x=0.12)
        axis.tick_params(axis="y", labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110, bbox_inches="tight")
    plt.close(figure)
    return path


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"
