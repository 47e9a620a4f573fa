"""One table of faces, whatever it was read from, and what to keep out of training.

Readers of each format are in ``readers.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from training.errors import DataError
from training.labels import FER2013, FER2013_TO_FERPLUS

SPLITS = ("train", "valid", "test")

#: Label of a row that has no FER2013 class.
NO_LABEL = 255


@dataclass(frozen=True)
class Faces:
    """Faces with what is known of them.

    Attributes:
        images: ``(n, s, s)`` uint8 grey.
        labels: ``(n,)`` uint8 FER2013 class, or ``NO_LABEL``.
        votes: ``(n, 10)`` uint8 FER+ votes; all 0 where a row has none.
        split: ``(n,)`` text: train, valid or test.
        source: where the rows come from, for messages.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    votes: NDArray[np.uint8]
    split: NDArray[np.str_]
    source: str

    def __post_init__(self) -> None:
        """Check that the columns fit each other.

        Raises:
            DataError: where shapes, labels or splits are not as promised.
        """
        n = len(self.images)
        if self.images.ndim != 3 or self.images.shape[1] != self.images.shape[2]:
            raise DataError(
                f"{self.source}: images have the shape {self.images.shape}; "
                "square grey pictures (n, s, s) are needed."
            )
        for name, column in (("labels", self.labels), ("votes", self.votes), ("split", self.split)):
            if len(column) != n:
                raise DataError(
                    f"{self.source}: {len(column)} {name} for {n} images. "
                    "The file is damaged or mixed from two versions: fetch it again."
                )
        if self.votes.shape != (n, 10):
            raise DataError(f"{self.source}: votes have the shape {self.votes.shape}, not (n, 10).")
        unknown = set(np.unique(self.split).tolist()) - set(SPLITS)
        if unknown:
            raise DataError(
                f"{self.source}: unknown split {sorted(unknown)}; known are {', '.join(SPLITS)}."
            )
        wrong = set(np.unique(self.labels).tolist()) - {*range(len(FER2013)), NO_LABEL}
        if wrong:
            raise DataError(f"{self.source}: unknown labels {sorted(wrong)}; 0 to 6 are known.")

    def __len__(self) -> int:
        """Return the number of faces."""
        return len(self.images)

    @property
    def size(self) -> int:
        """Side of the pictures in pixels."""
        return int(self.images.shape[1])

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Faces:
        """Return the rows chosen by a mask or by indices."""
        return replace(
            self,
            images=self.images[which],
            labels=self.labels[which],
            votes=self.votes[which],
            split=self.split[which],
        )

    def part(self, split: str) -> Faces:
        """Return the rows of one split.

        Raises:
            DataError: when there are none.
        """
        chosen = self.take(self.split == split)
        if len(chosen) == 0:
            has = ", ".join(sorted(set(self.split.tolist()))) or "nothing"
            raise DataError(f"{self.source} has no rows of the split '{split}' (it has: {has}).")
        return chosen


def join(parts: list[Faces]) -> Faces:
    """Join tables of the same picture size, FER2013 with ExpW for one.

    Raises:
        DataError: when sizes differ or there is nothing to join.
    """
    if not parts:
        raise DataError("No data was given. Name at least one with --data PATH.")
    sizes = {p.size for p in parts}
    if len(sizes) > 1:
        raise DataError(
            f"The data sets have pictures of {sorted(sizes)} px. Scale them to one size."
        )
    return Faces(
        images=np.concatenate([p.images for p in parts]),
        labels=np.concatenate([p.labels for p in parts]),
        votes=np.concatenate([p.votes for p in parts]),
        split=np.concatenate([p.split for p in parts]),
        source=" + ".join(p.source for p in parts),
    )


def label_votes(faces: Faces) -> Faces:
    """Let the labels of a data set that has no votes vote, so that it teaches FER+ too.

    A row with a label gets ten votes for the FER+ expression of its class; counted by the same
    rules, its majority is its label. Contempt has no class, so it gets none. In a set with votes,
    a row without any is one that FER+ left out, and stays so.

    Raises:
        DataError: when no row has a label.
    """
    rows = np.flatnonzero(faces.labels != NO_LABEL)
    if not len(rows):
        raise DataError(f"{faces.source}: no face has a label or votes; there is nothing to learn.")
    votes = faces.votes.copy()
    votes[rows, np.array(FER2013_TO_FERPLUS)[faces.labels[rows]]] = 10
    return replace(faces, votes=votes)


def batches(order: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    """Cut an order into whole batches; a short rest is dropped unless it is all there is."""
    if len(order) <= size:
        yield order
        return
    for start in range(0, len(order) - size + 1, size):
        yield order[start : start + size]
