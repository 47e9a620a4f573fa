"""Figures against their definitions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.metrics import (
    confusion,
    expected_calibration_error,
    fit_temperature,
    macro_f1,
    negative_curve,
    negative_log_likelihood,
    per_class,
    temper,
)


def some_probabilities(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(8, 0.3), n)


@given(st.integers(0, 1000), st.floats(0.3, 3))
def test_temperature_keeps_the_order_and_the_sum(seed: int, temperature: float) -> None:
    p = some_probabilities(20, seed)
    q = temper(p, temperature)
    assert np.allclose(q.sum(1), 1)
    best = q[np.arange(20), p.argmax(1)]
    assert np.allclose(best, q.max(1))


def test_temperature_of_overconfident_probabilities_is_above_one() -> None:
    rng = np.random.default_rng(1)
    # Flat enough that none is below what int8 can tell from 0.
    p = rng.dirichlet(np.full(8, 3.0), 4000)
    labels = np.array([rng.choice(8, p=row / row.sum()) for row in p])
    sharp = temper(p, 0.5)
    fitted = fit_temperature(sharp, labels)
    assert 1.7 < fitted < 2.4
    assert negative_log_likelihood(temper(sharp, fitted), labels) < negative_log_likelihood(
        sharp, labels
    )


def test_ece_of_honest_and_of_boastful_confidence() -> None:
    right = np.array([1] * 75 + [0] * 25)
    p = np.tile([0.75, 0.25], (100, 1))
    assert expected_calibration_error(p, 1 - right) == pytest.approx(0)
    boast = np.tile([0.99, 0.01], (100, 1))
    assert expected_calibration_error(boast, 1 - right) == pytest.approx(0.24)


def test_confusion_and_f1() -> None:
    counts = confusion(np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 0]), 3)
    assert counts.tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]
    table = per_class(counts)
    assert table["precision"] == pytest.approx([2 / 3, 2 / 3, math.nan], nan_ok=True)
    assert table["recall"] == pytest.approx([2 / 3, 1, 0])
    assert table["f1"] == pytest.approx([2 / 3, 0.8, 0])
    assert macro_f1(counts, 2) == pytest.approx((2 / 3 + 0.8) / 2)


@given(st.integers(0, 1000), st.sampled_from([0.5, 0.7, 0.9]))
def test_the_threshold_is_the_best_that_keeps_enough(seed: int, kept: float) -> None:
    rng = np.random.default_rng(seed)
    p = some_probabilities(120, seed)
    votes = np.zeros((120, 10), np.uint8)
    votes[np.arange(120), rng.integers(0, 8, 120)] = 10
    top = votes.argmax(1)
    harmless, negative = top <= 1, (top >= 3) & (top <= 6)
    threshold, reached, wrong = negative_curve(p, votes).at_least(kept)
    score = p[:, 3:].sum(1)
    assert reached == pytest.approx((score[negative] > threshold).mean())
    assert wrong == pytest.approx((score[harmless] > threshold).mean())
    assert reached >= kept
    for other in np.unique(score):
        if (score[negative] > other).mean() >= kept:
            # Thresholds have four decimals, so a hair of slack is lost at most.
            assert wrong <= (score[harmless] > other - 2e-4).mean() + 1e-9


def test_the_curve_survives_a_split_without_negatives() -> None:
    votes = np.zeros((5, 10), np.uint8)
    votes[:, 0] = 10
    curve = negative_curve(some_probabilities(5, 1), votes)
    assert len(curve.negative) == 0
    assert math.isnan(curve.at(0.5)[0])
    assert curve.at(1.0)[1] == 0


@given(st.integers(0, 1000), st.floats(0, 1))
def test_kept_and_wrong_at_any_threshold_are_counted(seed: int, threshold: float) -> None:
    rng = np.random.default_rng(seed)
    p = some_probabilities(60, seed)
    votes = np.zeros((60, 10), np.uint8)
    votes[np.arange(60), rng.integers(0, 8, 60)] = 10
    top, score = votes.argmax(1), p[:, 3:].sum(1)
    kept, wrong = negative_curve(p, votes).at(threshold)
    assert kept == (score[(top >= 3) & (top <= 6)] > threshold).mean()
    assert wrong == (score[top <= 1] > threshold).mean()
