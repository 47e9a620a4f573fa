"""The original ``fer2013.csv``, and FER+'s ``fer2013new.csv`` with the votes on its rows."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data import Faces
from training.errors import DataError
from training.labels import FER2013, FERPLUS_COLUMNS
from training.pictures import table
from training.textfiles import csv_rows

_USAGE = {"Training": "train", "PublicTest": "valid", "PrivateTest": "test"}
#: Rows of each Usage in the original file (Goodfellow et al. 2013).
_ROWS = {"Training": 28_709, "PublicTest": 3_589, "PrivateTest": 3_589}
_SIDE = 48


def read_fer2013_csv(path: Path, ferplus: Path | None = None) -> Faces:
    """Read the original ``fer2013.csv`` (columns emotion, pixels, Usage).

    A file with more or fewer rows than the original is read, and a warning on stderr says so:
    people cut their files on purpose, but a broken download looks the same.

    Args:
        path: the csv, or ``icml_face_data.csv`` with the same columns.
        ferplus: ``fer2013new.csv``, row by row the same faces.

    Raises:
        DataError: for a file that cannot be read, missing columns, cut rows, wrong pixel counts,
            unknown labels or usages.
    """
    images, labels, split = [], [], []
    for number, row in csv_rows(path, ("emotion", "pixels", "Usage")):
        if row["Usage"] not in _USAGE:
            raise DataError(
                f"{path}, line {number}: unknown Usage '{row['Usage']}'; "
                f"known are {', '.join(_USAGE)}."
            )
        try:
            label = int(row["emotion"])
            pixels = np.array(row["pixels"].split(), np.int64)
        except (ValueError, OverflowError) as error:
            raise DataError(f"{path}, line {number}: not a number ({error}).") from error
        if not 0 <= label < len(FER2013):
            raise DataError(f"{path}, line {number}: unknown label {label}; 0 to 6 are known.")
        if pixels.size != _SIDE * _SIDE or pixels.min() < 0 or pixels.max() > 255:
            raise DataError(
                f"{path}, line {number}: {pixels.size} pixel values; "
                f"{_SIDE * _SIDE} of 0..255 are needed."
            )
        images.append(pixels.astype(np.uint8).reshape(_SIDE, _SIDE))
        labels.append(label)
        split.append(_USAGE[row["Usage"]])
    if not images:
        raise DataError(f"{path} has no rows. Fetch it again.")
    _warn_of_other_counts(path, split)
    votes = None if ferplus is None else read_ferplus_csv(ferplus, split)
    return table(images, labels, split, path, votes)


def read_ferplus_csv(path: Path, split: list[str]) -> NDArray[np.uint8]:
    """Read FER+'s ``fer2013new.csv``; its rows stand in the order of ``fer2013.csv``.

    Args:
        path: the csv (columns Usage, Image name, neutral ... contempt, unknown, NF).
        split: the split of each row of ``fer2013.csv``, to check that the rows fit.

    Returns:
        ``(n, 10)`` uint8 votes.

    Raises:
        DataError: when the file cannot be read, a row is cut or no votes stand in it, or columns,
            counts or usages do not fit.
    """
    if not path.exists():
        raise DataError(f"{path} does not exist. Give --ferplus the file fer2013new.csv.")
    votes: list[list[int]] = []
    for number, row in csv_rows(path, ("Usage", *FERPLUS_COLUMNS)):
        if len(votes) == len(split) or _USAGE.get(row["Usage"]) != split[len(votes)]:
            raise DataError(
                f"{path}, line {number} does not fit the rows of fer2013.csv: the two "
                "files must be whole and in their original order."
            )
        try:
            counts = [int(row[name]) for name in FERPLUS_COLUMNS]
        except ValueError as error:
            raise DataError(f"{path}, line {number}: not a number ({error}).") from error
        if min(counts) < 0 or max(counts) > 255:
            raise DataError(
                f"{path}, line {number}: votes from {min(counts)} to {max(counts)}; "
                "0..255 are known. Fetch the file again."
            )
        votes.append(counts)
    if len(votes) != len(split):
        raise DataError(
            f"{path} has {len(votes)} rows, fer2013.csv has {len(split)}. "
            "The two files must be whole: fetch them again."
        )
    return np.array(votes, np.uint8)


def _warn_of_other_counts(path: Path, split: list[str]) -> None:
    other = [
        f"{split.count(_USAGE[usage]):,} {usage} rows (the original: {rows:,})"
        for usage, rows in _ROWS.items()
        if split.count(_USAGE[usage]) != rows
    ]
    if other:
        print(
            f"warning: {path} has {', '.join(other)}: it may be cut. "
            "Fetch it again unless it is meant to be so.",
            file=sys.stderr,
        )
