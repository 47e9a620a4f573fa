"""Figures of a classifier, in numpy alone.

Probabilities are ``(n, k)`` float arrays whose rows sum to 1; labels are ``(n,)`` class indices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.labels import HARMLESS, NEGATIVE, TRULY_NEGATIVE, majority, raw_majority

#: Half a step of an int8 probability: below it, the int8 output cannot tell from 0.
FLOOR = 1 / 512

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]


def temper(probabilities: Floats, temperature: float) -> Floats:
    """Sharpen (T below 1) or soften probabilities: ``softmax(log p / T)``, p at least ``FLOOR``."""
    logits = np.log(np.maximum(probabilities, FLOOR)) / temperature
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def negative_log_likelihood(probabilities: Floats, labels: Ints) -> float:
    """Return the mean negative log-likelihood of the labels, in nats."""
    return float(-np.log(probabilities[np.arange(len(labels)), labels].clip(1e-9)).mean())


def fit_temperature(probabilities: Floats, labels: Ints) -> float:
    """Find the temperature in 0.2..3 with the least negative log-likelihood (Guo et al. 2017)."""
    candidates = np.round(np.exp(np.linspace(np.log(0.2), np.log(3.0), 200)), 4)
    nll = [negative_log_likelihood(temper(probabilities, t), labels) for t in candidates]
    return float(candidates[int(np.argmin(nll))])


def calibration_bins(probabilities: Floats, labels: Ints, bins: int = 15) -> dict[str, list[float]]:
    """Return confidence, accuracy and share of rows of each of ``bins`` equal-width bins."""
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == labels
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    table: dict[str, list[float]] = {"confidence": [], "accuracy": [], "share": []}
    for b in range(bins):
        chosen = index == b
        some = bool(chosen.any())
        table["confidence"].append(float(confidence[chosen].mean()) if some else 0.0)
        table["accuracy"].append(float(right[chosen].mean()) if some else 0.0)
        table["share"].append(float(chosen.mean()))
    return table


def expected_calibration_error(probabilities: Floats, labels: Ints, bins: int = 15) -> float:
    """Return the expected calibration error with equal-width bins (Naeini et al. 2015)."""
    table = calibration_bins(probabilities, labels, bins)
    gaps = np.abs(np.array(table["confidence"]) - np.array(table["accuracy"]))
    return float((gaps * np.array(table["share"])).sum())


def confusion(labels: Ints, predicted: Ints, classes: int) -> NDArray[np.int64]:
    """Count rows by true class (row) and predicted class (column), ``(classes, classes)``."""
    flat = np.bincount(labels * classes + predicted, minlength=classes * classes)
    return flat.reshape(classes, classes).astype(np.int64)


def per_class(counts: NDArray[np.int64]) -> dict[str, list[float]]:
    """Return precision, recall, F1 and the number of rows of each class of a confusion matrix.

    The precision of a class that is never read is not a number.
    """
    hits = np.diag(counts).astype(float)
    rows, columns = counts.sum(1), counts.sum(0)
    precision = np.divide(hits, columns, out=np.full_like(hits, np.nan), where=columns > 0)
    recall = np.divide(hits, rows, out=np.zeros_like(hits), where=rows > 0)
    both = precision + recall
    f1 = np.divide(2 * precision * recall, both, out=np.zeros_like(hits), where=both > 0)
    return {
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "rows": rows.astype(float).tolist(),
    }


def macro_f1(counts: NDArray[np.int64], least_rows: int = 1) -> float:
    """Return the mean F1 of the classes with at least ``least_rows`` rows."""
    table = per_class(counts)
    scores = [f for f, n in zip(table["f1"], table["rows"], strict=True) if n >= least_rows]
    return float(np.mean(scores)) if scores else float("nan")


@dataclass(frozen=True)
class NegativeCurve:
    """Wrong negatives against true negatives kept, threshold by threshold.

    Attributes:
        thresholds: on the sum of the five negative probabilities, falling.
        kept: share of truly negative rows above each threshold.
        wrong: share of happy or neutral rows above each threshold.
        harmless: scores of the happy or neutral rows, rising.
        negative: scores of the truly negative rows, rising.
    """

    thresholds: Floats
    kept: Floats
    wrong: Floats
    harmless: Floats
    negative: Floats

    def at_least(self, kept: float) -> tuple[float, float, float]:
        """Return threshold, kept and wrong where wrong is least with ``kept`` still reached."""
        index = int(np.argmax(self.kept >= kept))
        return float(self.thresholds[index]), float(self.kept[index]), float(self.wrong[index])

    def at(self, threshold: float) -> tuple[float, float]:
        """Return kept and wrong at any threshold; not a number where there are no such rows."""
        return _share(self.negative > threshold), _share(self.harmless > threshold)


def negative_curve(probabilities: Floats, votes: NDArray[np.uint8]) -> NegativeCurve:
    """Trace the curve on which the meeting-safe threshold is chosen.

    A row is harmless where happy or neutral holds more than half of all votes, truly negative
    where anger, disgust, fear or sadness does.

    Args:
        probabilities: ``(n, 8)``, temperature applied.
        votes: ``(n, 10)`` counts.
    """
    score = probabilities[:, list(NEGATIVE)].sum(1)
    top, agreed = raw_majority(votes)
    harmless = np.sort(score[agreed & np.isin(top, HARMLESS)])
    negative = np.sort(score[agreed & np.isin(top, TRULY_NEGATIVE)])
    # A row shows when its score is above the threshold, so thresholds stand just below scores.
    steps = np.floor((negative.astype(float) - 1e-6) * 1e4)
    thresholds = np.unique(steps)[::-1] / 1e4
    thresholds = np.concatenate([[1.0], thresholds, [0.0]])

    def above(scores: Floats) -> Floats:
        if len(scores) == 0:
            return np.zeros(len(thresholds))
        return 1 - np.searchsorted(scores, thresholds, side="right") / len(scores)

    return NegativeCurve(thresholds, above(negative), above(harmless), harmless, negative)


def _share(marked: Bools) -> float:
    return float(marked.mean()) if len(marked) else float("nan")


def ferplus_accuracy(probabilities: Floats, votes: NDArray[np.uint8]) -> tuple[float, int]:
    """Return the FER+ majority accuracy (Barsoum et al. 2016) and the number of counted rows."""
    top, counted = majority(votes)
    if not counted.any():
        return float("nan"), 0
    right = probabilities.argmax(1)[counted] == top[counted]
    return float(right.mean()), int(counted.sum())
