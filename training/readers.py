"""Readers of the data formats that people have: npz and folders here, the others by their names.

``fer2013.csv`` and FER+'s csv are read in ``fer2013.py``, ExpW in ``expw.py``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.data import NO_LABEL, SPLITS, Faces, join
from training.errors import DataError
from training.expw import is_expw, read_expw
from training.fer2013 import read_fer2013_csv
from training.labels import FER2013
from training.pictures import grey, scaled, table

_FOLDER_SPLITS = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "validation": "valid",
    "val": "valid",
    "publictest": "valid",
    "test": "test",
    "privatetest": "test",
}
_FOLDER_LABELS = {name: index for index, name in enumerate(FER2013)} | {
    "anger": 0,
    "disgusted": 1,
    "fearful": 2,
    "happiness": 3,
    "happy": 3,
    "sadness": 4,
    "surprised": 5,
}
_PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".pgm", ".webp"}


def read(paths: list[Path], ferplus: Path | None = None, size: int = 48) -> Faces:
    """Read and join data sets; see :func:`read_each`."""
    return join(read_each(paths, ferplus, size))


def read_each(paths: list[Path], ferplus: Path | None = None, size: int = 48) -> list[Faces]:
    """Read data sets, each recognised by what it is.

    Args:
        paths: an ``.npz``, a ``fer2013.csv``, a folder of images (``split/class/picture``) or a
            folder of ExpW (``label/label.lst`` and ``image/``).
        ferplus: the ``fer2013new.csv`` of FER+, whose rows are those of ``fer2013.csv``.
        size: side in pixels of the pictures; those of another size are resampled (bilinear).

    Raises:
        DataError: for a missing, unknown or damaged data set, or votes for none of those given.
    """
    for path in paths:
        if not path.exists():
            raise DataError(f"{path} does not exist. Give --data the file or folder of the faces.")
    if ferplus is not None and paths and not any(_is_csv(path) for path in paths):
        raise DataError(
            f"--ferplus {ferplus} is not used: it holds the votes on the rows of fer2013.csv, and "
            "--data names no csv (an npz has its votes inside, folders and ExpW have none). "
            "Leave --ferplus out, or give --data the fer2013.csv."
        )
    parts = []
    for path in paths:
        if path.is_dir():
            part = read_expw(path, size) if is_expw(path) else read_folders(path, size)
        elif path.suffix == ".npz":
            part = read_npz(path)
        elif _is_csv(path):
            part = read_fer2013_csv(path, ferplus)
        else:
            raise DataError(f"{path}: '{path.suffix}' is not known; .npz, .csv or a folder is.")
        parts.append(scaled(part, size))
    return parts


def read_npz(path: Path) -> Faces:
    """Read an npz with the arrays images, labels, split and, if there, ferplus_votes.

    Raises:
        DataError: when it is no npz, is damaged, or an array is missing, of another type or out
            of range.
    """
    arrays = _load(path)
    missing = {"images", "labels", "split"} - set(arrays)
    if missing:
        raise DataError(f"{path} lacks the arrays {', '.join(sorted(missing))}.")
    images, split = arrays["images"], arrays["split"]
    if images.dtype != np.uint8:
        raise DataError(f"{path}: images are {images.dtype}; uint8 grey values are needed.")
    if images.ndim != 3 or images.size == 0:
        raise DataError(f"{path}: images have the shape {images.shape}; (n, s, s) is needed.")
    if split.dtype.kind != "U" or split.ndim != 1:
        raise DataError(
            f"{path}: split is {split.dtype} with the shape {split.shape}; "
            f"one word a face is needed: {', '.join(SPLITS)}."
        )
    labels = _bytes(path, "labels", arrays["labels"], 1, f"0 to 6, or {NO_LABEL} for none,")
    votes = np.zeros((len(images), 10), np.uint8)
    if "ferplus_votes" in arrays:
        votes = _bytes(path, "ferplus_votes", arrays["ferplus_votes"], 2, "0 to 255")
    return Faces(images, labels, votes, split, str(path))


def read_folders(path: Path, size: int = 48) -> Faces:
    """Read ``split/class/picture`` folders, as FER2013 is often passed on.

    A folder without splits (``class/picture``) counts as train.

    Args:
        path: the folder.
        size: side in pixels to which the pictures are scaled.

    Raises:
        DataError: for unknown folder names, unreadable pictures or no picture at all.
    """
    images, labels, split = [], [], []
    for file in sorted(p for p in path.rglob("*") if p.suffix.lower() in _PICTURES):
        parts = file.relative_to(path).parts
        part = "train"
        if len(parts) == 3:
            known = _FOLDER_SPLITS.get(parts[0].lower())
            if known is None:
                raise DataError(
                    f"{file}: the folder '{parts[0]}' is no known split; "
                    f"known are {', '.join(SPLITS)}."
                )
            part = known
        elif len(parts) != 2:
            raise DataError(f"{file}: pictures must stand in split/class/ or class/.")
        name = parts[-2].lower()
        if name not in _FOLDER_LABELS:
            raise DataError(
                f"{file}: the folder '{parts[-2]}' is no known class; "
                f"known are {', '.join(FER2013)}."
            )
        images.append(grey(file, size))
        labels.append(_FOLDER_LABELS[name])
        split.append(part)
    if not images:
        raise DataError(f"{path} holds no pictures ({', '.join(sorted(_PICTURES))}).")
    return table(images, labels, split, path)


def _is_csv(path: Path) -> bool:
    return path.suffix == ".csv" and not path.is_dir()


def _load(path: Path) -> dict[str, NDArray[Any]]:
    """Read the arrays of an npz that a table of faces may have."""
    try:
        # np.load by itself leaves the file open when the archive is damaged.
        with path.open("rb") as file:
            arrays = np.load(file, allow_pickle=False)
            if not isinstance(arrays, np.lib.npyio.NpzFile):
                raise DataError(f"{path} is one single array (npy), no npz. Save it with np.savez.")
            with arrays:
                wanted = {"images", "labels", "split", "ferplus_votes"} & set(arrays.files)
                return {name: np.asarray(arrays[name]) for name in wanted}
    except DataError:
        raise
    except Exception as error:  # numpy, zipfile and zlib raise a dozen kinds for damaged bytes
        raise DataError(
            f"{path} cannot be read as npz: {str(error) or type(error).__name__}. Fetch it again."
        ) from error


def _bytes(
    path: Path, name: str, array: NDArray[Any], dimensions: int, allowed: str
) -> NDArray[np.uint8]:
    """Cast whole numbers to uint8, after a look at whether they fit."""
    if array.dtype.kind not in "iu":
        raise DataError(f"{path}: {name} are {array.dtype}; whole numbers are needed.")
    if array.ndim != dimensions:
        raise DataError(
            f"{path}: {name} have the shape {array.shape}; {dimensions} dimensions are needed."
        )
    if array.size and (array.min() < 0 or array.max() > 255):
        raise DataError(
            f"{path}: {name} go from {array.min()} to {array.max()}; {allowed} are known."
        )
    return array.astype(np.uint8)
