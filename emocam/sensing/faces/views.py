"""Faces of several people: smaller ones, for they sit farther back and beside each other.

The detector sees a picture as 128x128 pixels. Looking at squares of the picture as well as at the
whole shows it the faces larger: at squares as high as the picture, then, unless somebody sits near,
at smaller ones.
"""

from __future__ import annotations

import dataclasses
import itertools
import math

from emocam.sensing.faces import Box, Face, FaceFinder
from emocam.sensing.faces.follow import SURE
from emocam.sensing.sources import Picture

#: The sides of the squares as shares of the picture's shorter side.
_COARSE, _FINE = 1.0, 2 / 3
#: Two neighbouring squares share at least half of their side, so that a face of up to that size is
#: whole in one of them.
_STEP = 0.5
#: Squares in a row or column at most, for pictures of odd proportions.
_MOST = 5
#: From this width on, as a share of the picture's longer side, somebody sits so near that those who
#: only the small squares show are in the background.
_NEAR = 0.25
#: Two findings are one face when they share so much of the smaller one.
_SAME = 0.5


def squares(width: int, height: int, share: float = _COARSE) -> list[tuple[int, int, int]]:
    """Overlapping squares that cover a picture: left, top and side in pixels.

    Args:
        width, height: of the picture in pixels.
        share: side of a square as a share of the picture's shorter side.

    Returns:
        None where one would be nearly the whole picture.
    """
    side = round(min(width, height) * share)
    if side < 1 or max(width, height) < 1.2 * side:
        return []
    return [(left, top, side) for top in _starts(height, side) for left in _starts(width, side)]


def _starts(length: int, side: int) -> list[int]:
    # A pixel that is left over by rounding needs no square of its own.
    steps = min(math.ceil((length - side - 1) / (_STEP * side)), _MOST - 1)
    return [round(i * (length - side) / steps) for i in range(steps + 1)] if steps > 0 else [0]


def find_all(finder: FaceFinder, picture: Picture) -> tuple[list[Face], list[Face]]:
    """The faces in a picture and its squares, each once, the surest first.

    More views are more chances to take a cloud or a lettering for a face; so what only squares show
    and is not sure does not count as a face.

    Args:
        finder: looks at each of them.
        picture: uint8, blue-green-red [height, width, 3] or grey [height, width].

    Returns:
        The faces, and the doubtful ones, which are good for recognising somebody only.
    """
    height, width = picture.shape[:2]
    whole = finder.find(picture)
    parts = _within(finder, picture, _COARSE)
    largest = max((face.box.side for face in whole + parts if face.score >= SURE), default=0.0)
    if largest < _NEAR * max(width, height):
        parts += _within(finder, picture, _FINE)
    faces = distinct(whole + [face for face in parts if face.score >= SURE])
    doubtful = [face for face in parts if face.score < SURE]
    return faces, [face for face in distinct(doubtful) if not _is_among(face, faces)]


def _within(finder: FaceFinder, picture: Picture, share: float) -> list[Face]:
    height, width = picture.shape[:2]
    return [
        _moved(face, left, top)
        for left, top, side in squares(width, height, share)
        for face in finder.find(picture[top : top + side, left : left + side])
    ]


def distinct(found: list[Face]) -> list[Face]:
    """Each face once, as the surest of its findings has it; half a face at the edge of a square is
    none of its own.
    """
    faces: list[Face] = []
    for face in sorted(found, key=lambda face: -face.score):
        if not _is_among(face, faces):
            faces.append(face)
    return faces


def _is_among(face: Face, faces: list[Face]) -> bool:
    return any(_common(face.box, other.box) > _SAME for other in faces)


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
