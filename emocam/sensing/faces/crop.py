"""From a face in a picture to the input of the expression model."""

from __future__ import annotations

import math

import cv2
import numpy as np

from emocam.sensing.faces import LEFT_EYE, RIGHT_EYE, Face
from emocam.sensing.sources import Picture

#: A crop is never sampled from more than so many pixels a side; a face that fills a 4K picture
#: needs no more.
_MOST = 512


def crop(picture: Picture, face: Face, margin: float, size: int) -> Picture:
    """A face as the expression model wants it: upright, square, grey.

    The picture is turned around the middle of the face box until the eyes are level. What lies
    outside of it is filled with its nearest pixels.

    Args:
        picture: uint8, blue-green-red [height, width, 3] or grey [height, width].
        face: a face in it.
        margin: side of the crop as a multiple of the larger side of the face box.
        size: S, side of the result in pixels.

    Returns:
        uint8 [size, size].
    """
    side = max(2.0, face.box.side * margin)
    # Turn at the picture's own resolution first, then average over areas: sampling a large face
    # straight to 48 pixels would pick single pixels out of it.
    inner = min(_MOST, max(size, math.ceil(side)))
    angle = eye_angle(face)
    scale = inner / side
    cosine, sine = math.cos(angle) * scale, math.sin(angle) * scale
    x, y = face.box.centre
    matrix = np.array(
        [
            [cosine, sine, inner / 2 - cosine * x - sine * y],
            [-sine, cosine, inner / 2 + sine * x - cosine * y],
        ]
    )
    turned = cv2.warpAffine(
        picture, matrix, (inner, inner), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    grey = turned if turned.ndim == 2 else cv2.cvtColor(turned, cv2.COLOR_BGR2GRAY)
    if inner == size:
        return np.asarray(grey, np.uint8)
    return np.asarray(cv2.resize(grey, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


def eye_angle(face: Face) -> float:
    """The slope of the line through the eyes in radians, clockwise on the screen; 0 is level."""
    left, right = face.keypoints[LEFT_EYE], face.keypoints[RIGHT_EYE]
    return math.atan2(right[1] - left[1], right[0] - left[0])
