"""Readers of the data formats that people have: fer2013.csv, folders, npz, FER+ csv, ExpW."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from training.data import SPLITS, Faces, join
from training.errors import DataError
from training.labels import FER2013, FERPLUS_COLUMNS

_USAGE = {"Training": "train", "PublicTest": "valid", "PrivateTest": "test"}
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
    """Read and join data sets, each recognised by what it is.

    Args:
        paths: an ``.npz``, a ``fer2013.csv``, a folder of images (``split/class/picture``) or a
            folder of ExpW (``label/label.lst`` and ``image/``).
        ferplus: the ``fer2013new.csv`` of FER+, whose rows are those of ``fer2013.csv``.
        size: side in pixels to which folders and ExpW are scaled.

    Raises:
        DataError: for a missing, unknown or damaged data set.
    """
    parts = []
    for path in paths:
        if not path.exists():
            raise DataError(f"{path} does not exist. Give --data the file or folder of the faces.")
        if path.is_dir():
            has_expw = (path / "label" / "label.lst").exists() or (path / "label.lst").exists()
            parts.append(read_expw(path, size) if has_expw else read_folders(path, size))
        elif path.suffix == ".npz":
            parts.append(read_npz(path))
        elif path.suffix == ".csv":
            parts.append(read_fer2013_csv(path, ferplus))
        else:
            raise DataError(f"{path}: '{path.suffix}' is not known; .npz, .csv or a folder is.")
    return join(parts)


def read_npz(path: Path) -> Faces:
    """Read an npz with the arrays images, labels, split and, if there, ferplus_votes.

    Raises:
        DataError: when it is no npz or an array is missing.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            missing = {"images", "labels", "split"} - set(arrays.files)
            if missing:
                raise DataError(f"{path} lacks the arrays {', '.join(sorted(missing))}.")
            images = np.asarray(arrays["images"])
            labels = np.asarray(arrays["labels"])
            split = np.asarray(arrays["split"])
            votes = (
                np.asarray(arrays["ferplus_votes"])
                if "ferplus_votes" in arrays.files
                else np.zeros((len(images), 10), np.uint8)
            )
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} cannot be read as npz: {error}. Fetch it again.") from error
    if images.dtype != np.uint8:
        raise DataError(f"{path}: images are {images.dtype}; uint8 grey values are needed.")
    return Faces(images, labels.astype(np.uint8), votes.astype(np.uint8), split, str(path))


def read_fer2013_csv(path: Path, ferplus: Path | None = None) -> Faces:
    """Read the original ``fer2013.csv`` (columns emotion, pixels, Usage).

    Args:
        path: the csv, or ``icml_face_data.csv`` with the same columns.
        ferplus: ``fer2013new.csv``, row by row the same faces.

    Raises:
        DataError: for missing columns, wrong pixel counts, unknown labels or usages.
    """
    images, labels, split = [], [], []
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        columns = {name.strip().lower(): name for name in reader.fieldnames or []}
        missing = {"emotion", "pixels", "usage"} - set(columns)
        if missing:
            raise DataError(f"{path} lacks the columns {', '.join(sorted(missing))}.")
        for number, row in enumerate(reader, 2):
            usage = (row[columns["usage"]] or "").strip()
            if usage not in _USAGE:
                raise DataError(f"{path}, line {number}: unknown Usage '{usage}'.")
            try:
                label = int(row[columns["emotion"]])
                pixels = np.array((row[columns["pixels"]] or "").split(), np.int64)
            except ValueError as error:
                raise DataError(f"{path}, line {number}: not a number ({error}).") from error
            if not 0 <= label < len(FER2013):
                raise DataError(f"{path}, line {number}: unknown label {label}; 0 to 6 are known.")
            if pixels.size != 48 * 48 or pixels.min() < 0 or pixels.max() > 255:
                raise DataError(
                    f"{path}, line {number}: {pixels.size} pixel values; 2304 of 0..255 are needed."
                )
            images.append(pixels.astype(np.uint8).reshape(48, 48))
            labels.append(label)
            split.append(_USAGE[usage])
    if not images:
        raise DataError(f"{path} has no rows.")
    votes = np.zeros((len(images), 10), np.uint8)
    if ferplus is not None:
        votes = read_ferplus_csv(ferplus, split)
    return Faces(np.stack(images), np.array(labels, np.uint8), votes, np.array(split), str(path))


def read_ferplus_csv(path: Path, split: list[str]) -> NDArray[np.uint8]:
    """Read FER+'s ``fer2013new.csv``; its rows stand in the order of ``fer2013.csv``.

    Args:
        path: the csv (columns Usage, Image name, neutral ... contempt, unknown, NF).
        split: the split of each row of ``fer2013.csv``, to check that the rows fit.

    Returns:
        ``(n, 10)`` uint8 votes.

    Raises:
        DataError: when columns, counts or usages do not fit.
    """
    if not path.exists():
        raise DataError(f"{path} does not exist. Give --ferplus the file fer2013new.csv.")
    votes = []
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        missing = {"Usage", *FERPLUS_COLUMNS} - set(reader.fieldnames or [])
        if missing:
            raise DataError(f"{path} lacks the columns {', '.join(sorted(missing))}.")
        for number, row in enumerate(reader):
            if number >= len(split) or _USAGE.get((row["Usage"] or "").strip()) != split[number]:
                raise DataError(
                    f"{path}, line {number + 2} does not fit the rows of fer2013.csv: the two "
                    "files must be whole and in their original order."
                )
            try:
                votes.append([int(row[name]) for name in FERPLUS_COLUMNS])
            except ValueError as error:
                raise DataError(f"{path}, line {number + 2}: not a number ({error}).") from error
    if len(votes) != len(split):
        raise DataError(f"{path} has {len(votes)} rows, fer2013.csv has {len(split)}.")
    return np.array(votes, np.uint8)


def read_folders(path: Path, size: int = 48) -> Faces:
    """Read ``split/class/picture`` folders, as FER2013 is often passed on.

    A folder without splits (``class/picture``) counts as train.

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
        images.append(_grey(file, size))
        labels.append(_FOLDER_LABELS[name])
        split.append(part)
    if not images:
        raise DataError(f"{path} holds no pictures ({', '.join(sorted(_PICTURES))}).")
    return Faces(
        np.stack(images),
        np.array(labels, np.uint8),
        np.zeros((len(images), 10), np.uint8),
        np.array(split),
        str(path),
    )


def read_expw(path: Path, size: int = 48, valid_share: float = 0.1) -> Faces:
    """Read ExpW (Zhang et al. 2015): pictures with face boxes and one label a face.

    A line of ``label.lst`` is ``name face_id top left right bottom confidence label``; its labels
    (angry, disgust, fear, happy, sad, surprise, neutral) are those of FER2013. ExpW has no
    splits: about ``valid_share`` of the pictures, chosen by their names, count as valid, all faces
    of one picture together.

    Raises:
        DataError: for a missing picture, a malformed line or an unknown label.
    """
    listing = path / "label" / "label.lst"
    if not listing.exists():
        listing = path / "label.lst"
    folder = path / "image" if (path / "image").is_dir() else path
    images, labels, split = [], [], []
    for number, line in enumerate(listing.read_text().splitlines(), 1):
        if not line.strip():
            continue
        fields = line.split()
        try:
            name = fields[0]
            top, left, right, bottom = (int(f) for f in fields[2:6])
            label = int(fields[7])
        except (IndexError, ValueError) as error:
            raise DataError(f"{listing}, line {number} is not an ExpW label: '{line}'.") from error
        if not 0 <= label < len(FER2013) or right <= left or bottom <= top:
            raise DataError(f"{listing}, line {number}: unknown label or empty box: '{line}'.")
        images.append(_grey(folder / name, size, (left, top, right, bottom)))
        labels.append(label)
        share = int.from_bytes(name.encode()[-8:], "big") * 2654435761 % 2**32 / 2**32
        split.append("valid" if share < valid_share else "train")
    if not images:
        raise DataError(f"{listing} names no faces.")
    return Faces(
        np.stack(images),
        np.array(labels, np.uint8),
        np.zeros((len(images), 10), np.uint8),
        np.array(split),
        str(path),
    )


def _grey(path: Path, size: int, box: tuple[int, int, int, int] | None = None) -> NDArray[np.uint8]:
    try:
        with Image.open(path) as picture:
            grey = picture.convert("L")
    except FileNotFoundError as error:
        raise DataError(f"{path} is missing, but a label names it.") from error
    except (OSError, UnidentifiedImageError) as error:
        raise DataError(f"{path} cannot be read as a picture: {error}.") from error
    if box is not None:
        left, top, right, bottom = box
        side = max(right - left, bottom - top)
        x, y = (left + right) / 2 - side / 2, (top + bottom) / 2 - side / 2
        grey = grey.crop((round(x), round(y), round(x + side), round(y + side)))
    if grey.size != (size, size):
        grey = grey.resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(grey, np.uint8)
