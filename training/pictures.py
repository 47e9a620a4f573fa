"""Grey pictures of one size, out of files and arrays, and tables of them."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.data import Faces
from training.errors import DataError

#: What Pillow raises for pictures that are damaged, no pictures or far too large.
_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    Image.DecompressionBombError,
)


def grey(path: Path, size: int, box: tuple[int, int, int, int] | None = None) -> NDArray[np.uint8]:
    """Read a picture as grey values, scaled to a square.

    Args:
        path: the picture.
        size: side of the square in pixels.
        box: left, top, right, bottom of the face in pixels; widened to a square about its centre,
            black where that leaves the picture. None takes the whole picture.

    Returns:
        ``(size, size)`` uint8.

    Raises:
        DataError: when the picture is missing or cannot be read.
    """
    try:
        with Image.open(path) as picture:
            face = picture.convert("L")
        if box is not None:
            left, top, right, bottom = box
            side = max(right - left, bottom - top)
            x, y = (left + right) / 2 - side / 2, (top + bottom) / 2 - side / 2
            face = face.crop((round(x), round(y), round(x + side), round(y + side)))
        return _resampled(face, size)
    except FileNotFoundError as error:
        raise DataError(
            f"{path} is missing, but the data set names it. Fetch the data set again."
        ) from error
    except _UNREADABLE as error:
        raise DataError(
            f"{path} cannot be read as a picture: {error}. Fetch it again or take it out."
        ) from error


def table(
    images: list[NDArray[np.uint8]],
    labels: list[int],
    split: list[str],
    source: Path,
    votes: NDArray[np.uint8] | None = None,
) -> Faces:
    """Make a table of faces from its columns as lists.

    Args:
        images: at least one ``(s, s)`` uint8 picture, all of one size.
        labels: the FER2013 class of each.
        split: the split of each.
        source: where they come from.
        votes: ``(n, 10)`` uint8 FER+ votes; None where nobody voted.
    """
    if votes is None:
        votes = np.zeros((len(images), 10), np.uint8)
    return Faces(np.stack(images), np.array(labels, np.uint8), votes, np.array(split), str(source))


def scaled(faces: Faces, size: int) -> Faces:
    """Return the faces with pictures of ``size`` px a side, resampled where theirs differ."""
    if faces.size == size or len(faces) == 0:
        return faces
    images = [_resampled(Image.fromarray(image), size) for image in faces.images]
    return replace(faces, images=np.stack(images))


def _resampled(picture: Image.Image, size: int) -> NDArray[np.uint8]:
    if picture.size != (size, size):
        picture = picture.resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(picture, np.uint8)
