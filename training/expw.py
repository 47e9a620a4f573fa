"""ExpW: pictures from the web with boxes around the faces and one label a face."""

from __future__ import annotations

import zlib
from pathlib import Path

from training.data import Faces
from training.errors import DataError
from training.labels import FER2013
from training.pictures import grey, table
from training.textfiles import utf8_lines


def is_expw(path: Path) -> bool:
    """Tell whether a folder holds ExpW's list of labels."""
    return _listing(path).exists()


def read_expw(path: Path, size: int = 48, valid_share: float = 0.1) -> Faces:
    """Read ExpW (Zhang et al. 2015): pictures with face boxes and one label a face.

    A line of ``label.lst`` is ``name face_id top left right bottom confidence label``; its labels
    (angry, disgust, fear, happy, sad, surprise, neutral) are those of FER2013. ExpW has no
    splits: see :func:`split_of`.

    Args:
        path: the folder, with ``label/label.lst`` or ``label.lst`` and, if there, ``image/``.
        size: side in pixels to which the faces are scaled.
        valid_share: about how much of the pictures is valid, 0..1; the rest is train.

    Raises:
        DataError: for a missing picture, a malformed line or an unknown label.
    """
    listing = _listing(path)
    folder = path / "image" if (path / "image").is_dir() else path
    images, labels, split = [], [], []
    for number, line in enumerate(utf8_lines(listing), 1):
        fields = line.split()
        if not fields:
            continue
        try:
            name = fields[0]
            top, left, right, bottom = (int(f) for f in fields[2:6])
            label = int(fields[7])
        except (IndexError, ValueError) as error:
            raise DataError(
                f"{listing}, line {number} is not an ExpW label: '{line.strip()}'."
            ) from error
        if not 0 <= label < len(FER2013) or right <= left or bottom <= top:
            raise DataError(
                f"{listing}, line {number}: unknown label or empty box: '{line.strip()}'."
            )
        images.append(grey(folder / name, size, (left, top, right, bottom)))
        labels.append(label)
        split.append(split_of(name, valid_share))
    if not images:
        raise DataError(f"{listing} names no faces. Fetch it again.")
    return table(images, labels, split, path)


def split_of(name: str, valid_share: float) -> str:
    """Return ``valid`` for about ``valid_share`` of all names of pictures and else ``train``.

    It hangs on the name alone, so all faces of a picture fall together and every run agrees.
    """
    return "valid" if zlib.crc32(name.encode()) < valid_share * 2**32 else "train"


def _listing(path: Path) -> Path:
    inner = path / "label" / "label.lst"
    return inner if inner.exists() else path / "label.lst"
