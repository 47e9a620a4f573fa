"""Pictures that stand in two splits: found, and kept out of training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.data import Faces


def fingerprints(images: NDArray[np.uint8]) -> list[bytes]:
    """Return each picture's bytes, for finding exact duplicates."""
    return [image.tobytes() for image in images]


def exact_duplicates(of: Faces, among: Faces) -> NDArray[np.bool_]:
    """Mark the rows of ``of`` that stand byte for byte in ``among`` too, ``(n,)`` bool."""
    known = set(fingerprints(among.images))
    return np.array([f in known for f in fingerprints(of.images)], bool)


def near_duplicates(of: Faces, among: Faces, threshold: float = 0.985) -> NDArray[np.bool_]:
    """Mark the rows of ``of`` that look like a row of ``among``, mirrored or not, ``(n,)`` bool.

    Two pictures look alike when their 16x16 thumbnails, each with mean 0 and norm 1, have a
    correlation of at least ``threshold``: the same photograph with other light or compression.
    """
    return closest(of, among)[1] >= threshold


def closest(of: Faces, among: Faces) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Find for each row of ``of`` the row of ``among`` that looks most like it.

    Returns:
        ``(n,)`` indices into ``among`` and ``(n,)`` correlations of the 16x16 thumbnails, the
        higher of the face's and its mirror image's; -1 where ``among`` is empty.
    """
    reference = _thumbnails(among.images)
    own = _thumbnails(of.images)
    mirrored = _thumbnails(of.images[:, :, ::-1])
    index = np.zeros(len(of), np.int64)
    correlation = np.full(len(of), -1, np.float32)
    if len(among) == 0:
        return index, correlation
    for start in range(0, len(of), 2048):
        rows = slice(start, start + 2048)
        likeness = np.maximum(own[rows] @ reference.T, mirrored[rows] @ reference.T)
        index[rows] = likeness.argmax(1)
        correlation[rows] = likeness.max(1)
    return index, correlation


def _thumbnails(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    n, size, _ = images.shape
    edges = np.linspace(0, size, 17).round().astype(int)
    rows = np.add.reduceat(images.astype(np.float32), edges[:-1], axis=1)
    cells = np.add.reduceat(rows, edges[:-1], axis=2)
    area = np.diff(edges)[:, None] * np.diff(edges)[None, :]
    flat = (cells / area).reshape(n, -1)
    flat -= flat.mean(1, keepdims=True)
    # A flat picture has no pattern to compare: it becomes 0 and matches nothing.
    norm = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.where(norm > 16, flat / np.maximum(norm, 1e-6), 0).astype(np.float32)


@dataclass(frozen=True)
class Cleaned:
    """Training rows with nothing that stands in a split used to judge, and what was left out."""

    train: Faces
    exact: int
    near: int


def without_leaks(faces: Faces, near: bool = True) -> Cleaned:
    """Return the training rows that stand in no other split.

    Args:
        faces: all splits together.
        near: leave out look-alikes too, not only pictures equal byte for byte.
    """
    train = faces.part("train")
    others = faces.take(faces.split != "train")
    if len(others) == 0:
        return Cleaned(train, 0, 0)
    exact = exact_duplicates(train, others)
    similar = near_duplicates(train, others) & ~exact if near else np.zeros(len(train), bool)
    return Cleaned(train.take(~(exact | similar)), int(exact.sum()), int(similar.sum()))
