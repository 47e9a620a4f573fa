"""The trial of facial traits beside the net."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_faces import make_faces

from training import traits
from training.traits import Table, across, fit, measure, predict


def made(rows: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Inputs of which the first eight tell the class, and the class."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 8, rows)
    inputs = rng.normal(0, 1, (rows, 12))
    inputs[np.arange(rows), labels] += 5
    return inputs, labels


def test_the_regression_learns_what_can_be_learnt() -> None:
    inputs, labels = made()
    found = predict(inputs, fit(inputs, labels, 1e-3))
    assert found.sum(1) == pytest.approx(np.ones(len(inputs)))
    assert (found.argmax(1) == labels).mean() > 0.95


def test_no_row_is_judged_by_what_was_learnt_on_it() -> None:
    """Noise is learnt by heart, and not one bit of it is known of rows that were kept apart."""
    rng = np.random.default_rng(5)
    labels, noise = rng.integers(0, 8, 400), rng.normal(0, 1, (400, 60))
    blank = np.zeros((400, 0))
    table = Table(blank, blank, np.ones(400), labels, np.zeros((400, 10), np.uint8))
    by_heart = predict(noise, fit(noise, labels, 1e-3)).argmax(1) == labels
    apart = across(table, noise, 1e-3).argmax(1) == labels
    assert by_heart.mean() > 0.35
    assert apart.mean() < 0.22


def test_drawn_faces_are_measured() -> None:
    table = measure(make_faces(7, 7).part("valid"))
    assert len(table.labels) == len(table.net) == len(table.traits) == len(table.presence)
    assert table.net.shape[1] == 8
    assert table.traits.shape[1] == 52
    assert ((table.presence >= 0) & (table.presence <= 1)).all()


def test_what_was_read_is_kept(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "read.npz"  # type: ignore[operator]
    monkeypatch.setattr(traits, "read", lambda _: make_faces(7, 7))
    options = traits.argparse.Namespace(data=[], train=5, cache=path)
    first, second = traits._tables(options), traits._tables(options)
    assert {name: len(each.labels) for name, each in first.items()} == {
        name: len(each.labels) for name, each in second.items()
    }
    assert np.array_equal(first["valid"].net, second["valid"].net)
