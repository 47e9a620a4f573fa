"""The two vocabularies, and how crowd votes become labels.

Counting follows Barsoum et al., "Training deep networks for facial expression recognition with
crowd-sourced label distribution" (ICMI 2016): ten people voted on each FER2013 picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emocam.expression import FER2013_LABELS, Expression

FERPLUS = tuple(expression.label for expression in Expression)
FERPLUS_COLUMNS = (*FERPLUS, "unknown", "NF")
FER2013 = tuple(FER2013_LABELS)

#: The five expressions that hurt when shown wrongly.
NEGATIVE = (3, 4, 5, 6, 7)
#: Rows that must never be read as negative: neutral and happiness.
HARMLESS = (0, 1)
#: Rows whose negative expression people agree on. Contempt is left out: too few rows.
TRULY_NEGATIVE = (3, 4, 5, 6)

#: FER+ class of each FER2013 class; contempt has none.
FER2013_TO_FERPLUS = (4, 5, 6, 1, 3, 2, 0)

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def distribution(votes: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Turn votes into a target distribution over the eight expressions.

    Args:
        votes: ``(n, 10)`` counts in the order of ``FERPLUS_COLUMNS``; all 0 where a row has none.

    Returns:
        ``(n, 8)`` float32 distributions (each sums to 1, uniform where nothing is known) and
        ``(n,)`` float32 weights in 0..1: the share of the votes that name one of the eight
        expressions, so a picture that many found unclear teaches less.
    """
    kept = _without_outliers(votes)
    named = kept[:, :8]
    total = named.sum(1)
    everything = kept.sum(1)
    target = np.full((len(votes), 8), 1 / 8, np.float32)
    known = total > 0
    target[known] = named[known] / total[known, None]
    weight = np.zeros(len(votes), np.float32)
    weight[known] = total[known] / everything[known]
    return target, weight


def majority(votes: NDArray[np.uint8]) -> tuple[Ints, Bools]:
    """Find the FER+ majority class as Barsoum et al. count it.

    Votes of one are dropped as outliers; a row counts when one class then has more than half of
    the votes and is a real expression.

    Args:
        votes: ``(n, 10)`` counts.

    Returns:
        ``(n,)`` class index (only meaningful where counted) and ``(n,)`` whether the row counts.
    """
    kept = _without_outliers(votes)
    top = kept.argmax(1)
    counts = (2 * kept.max(1) > kept.sum(1)) & (top < 8)
    return top.astype(np.int64), counts


def raw_majority(votes: NDArray[np.uint8]) -> tuple[Ints, Bools]:
    """Find rows in which one expression holds more than half of all votes, none dropped.

    Args:
        votes: ``(n, 10)`` counts.

    Returns:
        ``(n,)`` class index and ``(n,)`` whether one real expression holds more than half.
    """
    counts = votes.astype(np.int64)
    top = counts.argmax(1)
    return top, (2 * counts.max(1) > counts.sum(1)) & (top < 8)


def entropy(votes: NDArray[np.uint8]) -> Floats:
    """Return the entropy of each row's vote distribution in bits, ``(n,)`` float32."""
    target, _ = distribution(votes)
    safe = np.where(target > 0, target, 1)
    return (-(target * np.log2(safe)).sum(1)).astype(np.float32)


def _without_outliers(votes: NDArray[np.uint8]) -> Ints:
    kept = votes.astype(np.int64)
    kept[kept == 1] = 0
    return kept
