"""A model's readings of a split, and the figures of the targets' table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emocam.sidecar import Sidecar
from training.data import NO_LABEL, Faces
from training.errors import DataError
from training.labels import FER2013, FERPLUS, HARMLESS, NEGATIVE, majority, raw_majority
from training.metrics import (
    confusion,
    expected_calibration_error,
    ferplus_accuracy,
    fit_temperature,
    macro_f1,
    negative_curve,
    negative_log_likelihood,
    per_class,
    temper,
)
from training.models import Predictor

#: Classes with fewer rows are left out of the macro F1: their F1 is mostly chance.
LEAST_ROWS = 20
KEPT = 0.70


@dataclass(frozen=True)
class Judged:
    """The faces of a split with what the model says of them.

    Attributes:
        faces: the split.
        raw: FER+ probabilities as read.
        ferplus: the same with the temperature applied.
        fer2013: FER2013 probabilities.
        temperature: as in the sidecar, or fitted.
        threshold: meeting-safe threshold, as in the sidecar or chosen.
        chosen_on: what the two were fitted and chosen on, for people.
    """

    faces: Faces
    raw: NDArray[np.float32]
    ferplus: NDArray[np.floating[Any]]
    fer2013: NDArray[np.float32]
    temperature: float
    threshold: float
    chosen_on: str


def judge(
    faces: Faces, predict: Predictor, sidecar: Sidecar | None, chooser: Faces | None = None
) -> Judged:
    """Run the model on a split.

    Args:
        faces: the split.
        predict: the model.
        sidecar: says temperature and threshold; without one they are chosen.
        chooser: what to choose them on; None chooses on the split itself, which flatters.
    """
    raw, fer2013 = predict(faces.images)
    if sidecar is not None:
        temperature, threshold = sidecar.temperature, sidecar.negative_threshold
        chosen_on = "the sidecar's"
    else:
        own = chooser is None
        said, rows = (raw, faces) if chooser is None else (predict(chooser.images)[0], chooser)
        temperature, threshold = choose(said, rows, KEPT)
        chosen_on = "chosen on these rows" if own else "chosen on valid"
    tempered = temper(raw, temperature)
    return Judged(faces, raw, tempered, fer2013, temperature, threshold, chosen_on)


def choose(raw: NDArray[np.float32], faces: Faces, kept: float) -> tuple[float, float]:
    """Choose temperature and meeting-safe threshold for what a model says of some faces.

    Args:
        raw: ``(n, 8)`` probabilities as read.
        faces: the ``n`` faces, with votes.
        kept: share of true negatives that must still show. One standard error is added, so that
            other faces of the same kind keep so many too, more often than not.

    Raises:
        DataError: when no row has a majority, so there is nothing to choose by.
    """
    top, counted = majority(faces.votes)
    if not counted.any():
        raise DataError(
            f"{faces.source}: no face has a majority of FER+ votes, by which temperature and "
            "threshold are chosen. Add votes (--ferplus) or labels."
        )
    temperature = round(fit_temperature(raw[counted], top[counted]), 3)
    curve = negative_curve(temper(raw, temperature), faces.votes)
    slack = standard_error(kept, len(curve.negative)) if len(curve.negative) else 0.0
    return temperature, curve.at_least(min(kept + slack, 1.0))[0]


def standard_error(share: float, rows: int) -> float:
    """Return the standard error of a share of independent rows, itself a share."""
    return float(np.sqrt(share * (1 - share) / rows)) if rows else float("nan")


def headline(judged: Judged) -> dict[str, float]:
    """Return the figures of the targets' table, all as shares or counts.

    The standard errors say how far a figure would move with other rows of the same kind. Two
    models judged on the same rows are compared better than that: most of their errors are shared.
    """
    faces = judged.faces
    accuracy, rows = ferplus_accuracy(judged.ferplus, faces.votes)
    top, counted = majority(faces.votes)
    labelled = faces.labels != NO_LABEL
    curve = negative_curve(judged.ferplus, faces.votes)
    best_threshold, best_kept, best_wrong = curve.at_least(KEPT)
    kept, wrong = curve.at(judged.threshold)
    raw_top, agreed = raw_majority(faces.votes)
    harmless = agreed & np.isin(raw_top, HARMLESS)
    as_read = np.isin(judged.ferplus.argmax(1), NEGATIVE)[harmless]
    counts = confusion(raw_top[agreed], judged.ferplus.argmax(1)[agreed], 8)
    accuracy7 = _share((judged.fer2013.argmax(1) == faces.labels)[labelled])
    return {
        "rows": len(faces),
        "ferplus_rows": rows,
        "ferplus_accuracy": accuracy,
        "ferplus_macro_f1": macro_f1(counts, LEAST_ROWS),
        "macro_f1_rows": int(agreed.sum()),
        "macro_f1_classes": int((counts.sum(1) >= LEAST_ROWS).sum()),
        "ferplus_ece": expected_calibration_error(judged.ferplus[counted], top[counted])
        if rows
        else math.nan,
        "ferplus_nll": negative_log_likelihood(judged.ferplus[counted], top[counted])
        if rows
        else math.nan,
        "fer2013_accuracy": accuracy7,
        "fer2013_macro_f1": macro_f1(
            confusion(
                faces.labels[labelled].astype(np.int64), judged.fer2013.argmax(1)[labelled], 7
            )
        ),
        "temperature": judged.temperature,
        "threshold": judged.threshold,
        "wrong_negatives": wrong,
        "true_negatives_kept": kept,
        "wrong_negatives_as_read": _share(as_read),
        "best_threshold": best_threshold,
        "best_wrong_negatives": best_wrong,
        "best_true_negatives_kept": best_kept,
        "ferplus_accuracy_se": standard_error(accuracy, rows),
        "fer2013_accuracy_se": standard_error(accuracy7, int(labelled.sum())),
        "wrong_negatives_se": standard_error(wrong, len(curve.harmless)),
        "true_negatives_kept_se": standard_error(kept, len(curve.negative)),
        "harmless_rows": len(curve.harmless),
        "negative_rows": len(curve.negative),
    }


def _share(marked: NDArray[np.bool_]) -> float:
    return float(marked.mean()) if len(marked) else math.nan


def tables(judged: Judged) -> dict[str, Any]:
    """Return confusion matrices and per-class figures of both heads."""
    top, counted = majority(judged.faces.votes)
    labelled = judged.faces.labels != NO_LABEL
    ferplus = confusion(top[counted], judged.ferplus.argmax(1)[counted], 8)
    fer2013 = confusion(
        judged.faces.labels[labelled].astype(np.int64), judged.fer2013.argmax(1)[labelled], 7
    )
    return {
        "ferplus": {"labels": FERPLUS, "confusion": ferplus.tolist(), **per_class(ferplus)},
        "fer2013": {"labels": FER2013, "confusion": fer2013.tolist(), **per_class(fer2013)},
    }


def rows_of(judged: Judged, rows: NDArray[np.bool_]) -> Judged:
    """Return what was judged of the marked rows alone."""
    return Judged(
        judged.faces.take(rows),
        judged.raw[rows],
        judged.ferplus[rows],
        judged.fer2013[rows],
        judged.temperature,
        judged.threshold,
        judged.chosen_on,
    )


def short(judged: Judged) -> dict[str, float]:
    """Return the few headline figures that a table of conditions has room for."""
    keys = (
        "rows",
        "ferplus_rows",
        "ferplus_accuracy",
        "fer2013_accuracy",
        "wrong_negatives",
        "true_negatives_kept",
        "harmless_rows",
    )
    figures = headline(judged)
    return {k: figures[k] for k in keys}
