"""Heads turned and eyes shut by arithmetic: a photograph on MediaPipe's mesh, moved in space.

The 468 landmarks of a face are brought into centimetres, turned about the head's middle, seen again
by the same camera and painted triangle by triangle with the photograph's own pixels, over the
blurred photograph. Eyes turn with the head. To shut them, the points of the upper lids are put on
the lower lids, so the lid's skin is drawn over the eye.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.attention.geometry import canonical
from emocam.sensing.attention import pose
from emocam.sensing.attention.landmarks import Landmarker
from emocam.sensing.faces import Face

Floats = NDArray[np.float64]

#: Degrees by which heads are turned to the sides, and up.
YAWS = (-45, -35, -25, -15, -5, 0, 5, 15, 25, 35, 45)
PITCHES = (-35, -25, -15, -5, 0, 5, 15, 25)
#: Each of them, by itself.
WAYS = tuple([(yaw, 0) for yaw in YAWS] + [(0, pitch) for pitch in PITCHES if pitch])
#: Points of the upper lids, and the points of the lower lids below them.
_UPPER = (246, 161, 160, 159, 158, 157, 173, 466, 388, 387, 386, 385, 384, 398)
_LOWER = (7, 163, 144, 145, 153, 154, 155, 249, 390, 373, 374, 380, 381, 382)


@dataclass(frozen=True)
class Turn:
    """A picture that was made.

    Attributes:
        yaw, pitch: by how much the head was turned, in degrees: right and up.
        shut: whether the eyes were shut.
        picture: uint8 blue-green-red.
    """

    yaw: float
    pitch: float
    shut: bool
    picture: Any


def turns(
    picture: Any,
    face: Face,
    landmarker: Landmarker,
    ways: Iterable[tuple[float, float]] = WAYS,
    eyes: Iterable[bool] = (False, True),
) -> Iterator[Turn]:
    """A face turned to each side, up and down, with open and with shut eyes.

    Args:
        picture: uint8 blue-green-red.
        face: the face in it, its eyes open.
        landmarker: finds its landmarks.
        ways: by how much, in degrees: right and up.
        eyes: whether they are shut.
    """
    height, width = picture.shape[:2]
    mesh = landmarker.find(picture, face)
    found, own = pose.find(mesh.points, width, height)
    _, triangles = canonical()
    before = mesh.points[:468, :2]
    behind = cv2.GaussianBlur(picture, (0, 0), face.box.side / 12)
    for yaw, pitch in ways:
        for shut in eyes:
            shape = own[:468].copy()
            if shut:
                shape[list(_UPPER)] = shape[list(_LOWER)] + (0, 0.02, 0)
            middle = np.array([0.0, 0.0, -2.0])  # about where the neck carries it
            rotation = rotated(yaw, pitch) @ found.rotation
            space = (shape - middle) @ rotation.T + found.rotation @ middle + found.position
            yield Turn(yaw, pitch, shut, _paint(picture, behind, before, space, triangles))


def rotated(yaw: float, pitch: float) -> Floats:
    """The rotation, float64 [3, 3], that turns a head to the right and up by degrees."""
    y, p = math.radians(yaw), math.radians(pitch)
    right = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    up = np.array([[1, 0, 0], [0, math.cos(p), math.sin(p)], [0, -math.sin(p), math.cos(p)]])
    return np.asarray(right @ up)


def _paint(picture: Any, behind: Any, before: Floats, space: Floats, triangles: Any) -> Any:
    """Paint triangles from the back to the front; what shows its back is left out."""
    height, width = picture.shape[:2]
    focus = height / 2 / math.tan(math.radians(pose.FIELD_OF_VIEW) / 2)
    after = np.column_stack(
        [
            width / 2 - focus * space[:, 0] / space[:, 2],
            height / 2 + focus * space[:, 1] / space[:, 2],
        ]
    )
    out = behind.copy()
    for corners in triangles[np.argsort(space[triangles, 2].mean(1))]:
        old, new = before[corners].astype(np.float32), after[corners].astype(np.float32)
        if _area(new) * _area(old) <= 0 or abs(_area(new)) < 0.2:
            continue
        left, top = np.floor(new.min(0)).astype(int) - 1
        right, bottom = np.ceil(new.max(0)).astype(int) + 2
        if left < 0 or top < 0 or right > width or bottom > height:
            continue
        local = new - np.array([left, top], np.float32)
        matrix = cv2.getAffineTransform(old, local)
        size = (int(right - left), int(bottom - top))
        piece = cv2.warpAffine(
            picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        mask = np.zeros(size[::-1], np.uint8)
        cv2.fillConvexPoly(mask, np.round(local).astype(np.int32), 255)
        out[top:bottom, left:right][mask > 0] = piece[mask > 0]
    return out


def _area(points: Any) -> float:
    (ax, ay), (bx, by), (cx, cy) = points
    return float((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2
