"""Faces of several people: smaller ones, for they sit farther back and beside each other.

The detector sees a picture as 128x128 pixels. Looking at squares of the picture as well as at the
whole shows it the faces larger: by 1.33 in a picture of 4:3 and by 1.78 in one of 16:9.
"""

from __future__ import annotations

import dataclasses
import itertools
import math

from emocam.sensing.faces import Box, Face, FaceFinder
from emocam.sensing.sources import Picture

#: Two neighbouring squares share at least half of their side, so that a face of up to that size is
#: whole in one of them.
_STEP = 0.5
#: For pictures of odd proportions.
_MOST = 5
#: Two findings are one face when they share so much of the smaller one.
_SAME = 0.5


def squares(width: int, height: int) -> list[tuple[int, int, int]]:
    """The squares of a picture: left, top and side in pixels; none if it is nearly square."""
    side, length = min(width, height), max(width, height)
    if side < 1 or length < 1.2 * side:
        return []
    count = min(math.ceil((length - side) / (_STEP * side)) + 1, _MOST)
    starts = [round(i * (length - side) / (count - 1)) for i in range(count)]
    return [(start, 0, side) if width > height else (0, start, side) for start in starts]


def find_all(finder: FaceFinder, picture: Picture) -> list[Face]:
    """The faces in a picture and its squares, each once, the surest first.

    Args:
        finder: looks at each of them.
        picture: uint8, blue-green-red [height, width, 3] or grey [height, width].
    """
    height, width = picture.shape[:2]
    found = finder.find(picture)
    for left, top, side in squares(width, height):
        part = picture[top : top + side, left : left + side]
        found += [_moved(face, left, top) for face in finder.find(part)]
    return distinct(found)


def distinct(found: list[Face]) -> list[Face]:
    """Each face once, as the surest of its findings has it; half a face at the edge of a square is
    none of its own.
    """
    faces: list[Face] = []
    for face in sorted(found, key=lambda face: -face.score):
        if all(_common(face.box, other.box) <= _SAME for other in faces):
            faces.append(face)
    return faces


def _moved(face: Face, x: float, y: float) -> Face:
    box = Box(face.box.x + x, face.box.y + y, face.box.width, face.box.height)
    points = tuple((px + x, py + y) for px, py in face.keypoints)
    return dataclasses.replace(face, box=box, keypoints=points)


def _common(one: Box, other: Box) -> float:
    """What two boxes share, as a share of the smaller one, 0..1."""
    sides = itertools.starmap(
        _overlap,
        (
            (one.x, one.width, other.x, other.width),
            (one.y, one.height, other.y, other.height),
        ),
    )
    return math.prod(sides) / max(min(one.area, other.area), 1e-9)


def _overlap(start: float, length: float, other_start: float, other_length: float) -> float:
    return max(min(start + length, other_start + other_length) - max(start, other_start), 0.0)
