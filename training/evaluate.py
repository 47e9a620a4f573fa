"""What a careful reviewer would ask of an expression model, as one JSON and pictures."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emocam.sidecar import Sidecar
from training import variations
from training.data import Faces
from training.duplicates import exact_duplicates, near_duplicates
from training.judging import Judged, headline, judge, rows_of, short, tables
from training.labels import NEGATIVE, majority
from training.metrics import (
    NegativeCurve,
    calibration_bins,
    ferplus_accuracy,
    negative_curve,
    temper,
)
from training.models import Predictor, TfliteModel, file_sha256, open_tflite
from training.report import markdown

FACE_SIZES = (48, 40, 32, 28, 24)


def without_duplicates(judged: Judged, train: Faces) -> dict[str, Any]:
    """Return headline figures on rows that do and do not stand in ``train`` too."""
    exact = exact_duplicates(judged.faces, train)
    alike = near_duplicates(judged.faces, train) | exact
    result: dict[str, Any] = {"equal": int(exact.sum()), "alike": int(alike.sum())}
    for name, rows in (("without", ~alike), ("only", alike)):
        if rows.any():
            result[name] = headline(rows_of(judged, rows))
    return result


def slices(judged: Judged) -> dict[str, Any]:
    """Return accuracy and wrong negatives of the thirds of the split by each proxy."""
    result: dict[str, Any] = {"cannot_tell": variations.WHAT_SLICES_CANNOT_TELL}
    for name, measure in variations.SLICES.items():
        values = measure(judged.faces.images)
        low, high = np.quantile(values, (1 / 3, 2 / 3))
        thirds = {
            f"low (to {low:.3g})": values <= low,
            "middle": (values > low) & (values <= high),
            f"high (from {high:.3g})": values > high,
        }
        # A number that is the same for most rows does not cut them in thirds.
        if all(rows.any() for rows in thirds.values()):
            result[name] = {key: short(rows_of(judged, rows)) for key, rows in thirds.items()}
    return result


def stability(judged: Judged, predict: Predictor, report: Callable[[str], None]) -> dict[str, Any]:
    """Return how often a small movement of the face box changes the label that is read."""
    images = judged.faces.images
    before = judged.ferplus.argmax(1)
    shown = _shown(judged.ferplus, judged.threshold)
    result: dict[str, Any] = {}

    def compare(name: str, changed: NDArray[np.uint8]) -> None:
        report(name)
        after = temper(predict(changed)[0], judged.temperature)
        result[name] = {
            "label_changes": float((after.argmax(1) != before).mean()),
            "shown_changes": float((_shown(after, judged.threshold) != shown).mean()),
            "ferplus_accuracy": ferplus_accuracy(after, judged.faces.votes)[0],
        }

    for dx, dy, name in ((1, 0, "right"), (-1, 0, "left"), (0, 1, "down"), (0, -1, "up")):
        compare(f"shift 1 px {name}", variations.shifted(images, dx, dy))
    for degrees in (-10, -5, 5, 10):
        compare(f"rotation {degrees} degrees", variations.rotated(images, degrees))
    return result


def conditions(judged: Judged, predict: Predictor, report: Callable[[str], None]) -> dict[str, Any]:
    """Return figures by face size, in dim light, and with parts of the face covered."""
    images = judged.faces.images
    changed = {f"face of {side} px": variations.seen_at(images, side) for side in FACE_SIZES[1:]}
    changed["a quarter of the light"] = variations.dimmed(images, 0.25)
    changed["a tenth of the light"] = variations.dimmed(images, 0.1)
    changed["eyes covered"] = variations.covered(images, (0.22, 0.48))
    changed["mouth covered"] = variations.covered(images, (0.62, 0.92))
    result = {"as is": short(judged)}
    for name, pictures in changed.items():
        report(name)
        raw, fer2013 = predict(pictures)
        tempered = temper(raw, judged.temperature)
        result[name] = short(replace(judged, raw=raw, ferplus=tempered, fer2013=fer2013))
    return result


def timing(
    model: TfliteModel, images: NDArray[np.uint8], rival: AnyTflite | None
) -> dict[str, float]:
    """Return milliseconds a face on one thread and, if given, the ratio to another file's.

    The two take turns, so that a busy machine slows both alike.
    """
    own: list[float] = []
    reference: list[float] = []
    for _ in range(10):
        own += model.milliseconds(images, 60)
        if rival is not None:
            reference += rival.milliseconds(60)
    result = {"median_ms": float(np.median(own)), "p95_ms": float(np.quantile(own, 0.95))}
    if reference:
        result["reference_median_ms"] = float(np.median(reference))
        result["ratio"] = result["median_ms"] / result["reference_median_ms"]
    return result


class AnyTflite:
    """A TFLite file with any one input, for timing only."""

    def __init__(self, path: Path) -> None:
        """Load the file.

        Raises:
            ModelFileError: when it is missing or no TFLite file.
        """
        self._interpreter = open_tflite(path)
        self._input = self._interpreter.get_input_details()[0]

    def milliseconds(self, runs: int) -> list[float]:
        """Time single invocations with zeros as input, in milliseconds."""
        import time

        values = np.zeros(self._input["shape"], self._input["dtype"])
        times = []
        for _ in range(runs):
            began = time.perf_counter()
            self._interpreter.set_tensor(self._input["index"], values)
            self._interpreter.invoke()
            times.append(1e3 * (time.perf_counter() - began))
        return times


def evaluate(
    path: Path,
    faces: Faces,
    split: str,
    out: Path,
    predict: Predictor,
    sidecar: Sidecar | None,
    quick: bool,
    reference: Path | None,
    float_predict: Predictor | None,
) -> dict[str, Any]:
    """Measure everything, write ``evaluation.json``, ``tables.md`` and the figures.

    Args:
        path: the model file, for the record.
        faces: all splits (``train`` is needed to find duplicates).
        split: which to judge. Without a sidecar, temperature and threshold are chosen on
            ``valid``, whatever is judged.
        out: folder for JSON and pictures.
        predict: the model.
        sidecar: its sidecar, if it has one.
        quick: leave out the changed copies of the split.
        reference: another TFLite file to time in the same run.
        float_predict: the same net before quantisation, to state what int8 costs.

    Returns:
        What is in ``evaluation.json``; there, what could not be measured is null.

    Raises:
        ModelFileError: when the reference is no TFLite file.
        DataError: when the split has no rows.
    """
    from training.figures import draw

    rival = AnyTflite(reference) if reference is not None else None
    chooser = None if split == "valid" else faces.part("valid")
    judged = judge(faces.part(split), predict, sidecar, chooser)
    report = _reporter()
    top, counted = majority(judged.faces.votes)
    result: dict[str, Any] = {
        "model": path.name,
        "sha256": file_sha256(path),
        "bytes": path.stat().st_size,
        "split": split,
        "chosen_on": judged.chosen_on,
        "headline": headline(judged),
        "classes": tables(judged),
        "calibration": calibration_bins(judged.ferplus[counted], top[counted]),
        "negative_curve": _curve(negative_curve(judged.ferplus, judged.faces.votes)),
        "slices": slices(judged),
    }
    if split != "train" and (faces.split == "train").any():
        result["duplicates"] = without_duplicates(judged, faces.part("train"))
    if float_predict is not None:
        report("before quantisation")
        result["float"] = headline(judge(judged.faces, float_predict, None, chooser))
    if not quick:
        result["stability"] = stability(judged, predict, report)
        result["conditions"] = conditions(judged, predict, report)
    if isinstance(predict, TfliteModel):
        result["timing"] = timing(predict, judged.faces.images[:100], rival)
    out.mkdir(parents=True, exist_ok=True)
    (out / "evaluation.json").write_text(json.dumps(without_nan(result), indent=1) + "\n")
    (out / "tables.md").write_text(markdown(result))
    draw(result, out)
    return result


def summary(result: dict[str, Any]) -> str:
    """Return the headline figures as lines for the terminal."""
    head = result["headline"]
    lines = [
        f"{result['model']}, {result['bytes'] / 1e6:.2f} MB, {result['split']}: "
        f"{head['rows']} rows, {head['ferplus_rows']} with a FER+ majority",
        f"FER+ majority accuracy   {100 * head['ferplus_accuracy']:6.2f} % "
        f"(standard error {100 * head['ferplus_accuracy_se']:.2f})",
        f"FER2013 accuracy         {100 * head['fer2013_accuracy']:6.2f} % "
        f"({100 * head['fer2013_accuracy_se']:.2f})",
        f"macro F1 (FER+)          {head['ferplus_macro_f1']:6.3f}",
        f"ECE (FER+, T {head['temperature']:.2f})      {head['ferplus_ece']:6.4f}",
        f"wrong negatives          {100 * head['wrong_negatives']:6.2f} % "
        f"({100 * head['wrong_negatives_se']:.2f}) with "
        f"{100 * head['true_negatives_kept']:.1f} % of true negatives kept, above "
        f"{head['threshold']:.3f} (temperature and threshold: {result['chosen_on']})",
        f"wrong negatives as read  {100 * head['wrong_negatives_as_read']:6.2f} %",
    ]
    if "float" in result:
        loss = result["float"]["ferplus_accuracy"] - head["ferplus_accuracy"]
        loss7 = result["float"]["fer2013_accuracy"] - head["fer2013_accuracy"]
        lines.append(
            f"loss by int8             {100 * loss:6.2f} points FER+, {100 * loss7:.2f} FER2013"
        )
    if "timing" in result:
        line = f"time a face, one thread  {result['timing']['median_ms']:6.2f} ms"
        if "ratio" in result["timing"]:
            line += f", {result['timing']['ratio']:.2f} times the reference's"
        lines.append(line)
    return "\n".join(lines)


def _shown(probabilities: NDArray[np.floating[Any]], threshold: float) -> NDArray[np.int64]:
    """Return what the meeting-safe rule shows: neutral where no negative is clear."""
    best = probabilities.argmax(1)
    negative = np.isin(best, NEGATIVE)
    clear = probabilities[:, list(NEGATIVE)].sum(1) > threshold
    return np.where(negative & ~clear, 0, best)


def without_nan(value: Any) -> Any:
    """Return the same with None for what is not a number, which JSON cannot hold."""
    if isinstance(value, dict):
        return {k: without_nan(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(v) for v in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _curve(curve: NegativeCurve) -> dict[str, list[float]]:
    return {
        "threshold": np.round(curve.thresholds, 4).tolist(),
        "kept": np.round(curve.kept, 5).tolist(),
        "wrong": np.round(curve.wrong, 5).tolist(),
    }


def _reporter() -> Callable[[str], None]:
    return lambda text: print(f"  {text}", flush=True)
