"""Drawn faces for tests, and the rule about PyTorch."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from numpy.typing import NDArray

from training.data import Faces

NO_TORCH = "PyTorch is not installed: pip install '.[train]'"
HAS_TORCH = importlib.util.find_spec("torch") is not None


def needs_torch() -> None:
    """Skip a module's tests where PyTorch is missing."""
    if not HAS_TORCH:
        pytest.skip(NO_TORCH, allow_module_level=True)


def draw(label: int, rng: np.random.Generator, size: int = 48) -> NDArray[np.uint8]:
    """Draw a crude face, ``(size, size)`` uint8, whose mouth and brows depend on the class."""
    y, x = np.mgrid[0:size, 0:size] / size
    face = 150.0 - 60 * (((x - 0.5) / 0.42) ** 2 + ((y - 0.5) / 0.5) ** 2 > 1)
    for side in (0.32, 0.68):
        face[(x - side) ** 2 + (y - 0.4) ** 2 < 0.003 + 0.002 * (label in (2, 5))] = 30
        slope = {0: 0.6, 4: -0.6}.get(label, 0.0) * np.sign(0.5 - side)
        face[np.abs(y - 0.28 - slope * (x - side)) + 4 * (np.abs(x - side) > 0.12) < 0.02] = 40
    bend = {3: -1.5, 4: 1.5, 0: 0.8, 6: 0.0, 1: 0.4}.get(label, 0.0)
    if label in (2, 5):
        face[((x - 0.5) / 0.1) ** 2 + ((y - 0.72) / 0.13) ** 2 < 1] = 20
    else:
        mouth = np.abs(y - 0.72 - bend * ((x - 0.5) ** 2 - 0.02)) < 0.025
        face[mouth & (np.abs(x - 0.5) < 0.2)] = 20
    face += rng.normal(0, 12) + rng.normal(0, 6, face.shape)
    shift = rng.integers(-2, 3, 2)
    return np.roll(face, shift, (0, 1)).clip(0, 255).astype(np.uint8)


def make_faces(train: int = 84, valid: int = 42, seed: int = 1) -> Faces:
    """Make a table of drawn faces with votes that mostly agree with the class."""
    rng = np.random.default_rng(seed)
    to_ferplus = (4, 5, 6, 1, 3, 2, 0)
    images, labels, votes = [], [], []
    for index in range(train + valid):
        label = index % 7
        images.append(draw(label, rng))
        labels.append(label)
        row = np.zeros(10, np.uint8)
        row[to_ferplus[label]] = rng.integers(6, 11)
        row[rng.integers(0, 9)] += 10 - row.sum()
        votes.append(row)
    split = np.array(["train"] * train + ["valid"] * valid)
    return Faces(np.stack(images), np.array(labels, np.uint8), np.stack(votes), split, "drawn")
