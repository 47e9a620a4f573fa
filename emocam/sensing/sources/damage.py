"""Frames that arrived and are none: empty, torn off, or never filled.

Such frames are told by what no sensor can give. Every real picture has noise, so many rows that
are exactly one colour were never written by the camera, and the colour says by whom: a decoder
fills what a cut MJPG frame lacks with mid-grey (coefficients of zero), and a raw YUV buffer that
was never filled is a saturated green (all bytes zero). Black is none of them: shutters and
letter boxes are black.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emocam.sensing.sources import Picture

#: Shortest and longest side of a picture in pixels; anything else is no webcam's.
_SHORTEST, _LONGEST = 32, 8192
#: From this share of missing rows on, 0..1, a frame is damaged; less seldom hides a face.
_MISSING = 0.1
#: How far from the colour a channel may be, for the rounding of different converters.
_NEAR = 2
#: Blue, green, red of mid-grey, and of YUV (0, 0, 0) by BT.601 in its full and its studio range
#: and by BT.709.
_FILLS = ((128, 128, 128), (0, 135, 0), (0, 154, 0), (0, 77, 0))
#: A picture has contrast if its levels span so many, looked at in one pixel of so many each way.
_CONTRAST, _COARSE = 16, 8


class Repeats:
    """Notices a decoder that gives the last picture again, because it cannot read the new one.

    OpenCV's does so with a compressed frame that is no picture at all: what it could read last is
    still in its memory, and would be taken for the present for ever. No sensor gives one picture
    twice; what has no contrast, such as the black of a covered lens, may be the same all the same.
    Nothing of a picture is kept but a hash.
    """

    def __init__(self) -> None:
        self.compressed = False
        """Whether frames come compressed; others have nothing to fail at."""
        self._last = 0

    def has(self, picture: Picture) -> bool:
        """Whether this is the picture of the last call; of no use then.

        Args:
            picture: uint8, [height, width, 3] or [height, width].
        """
        if not self.compressed or np.ptp(picture[::_COARSE, ::_COARSE]) < _CONTRAST:
            return False
        last, self._last = self._last, hash(picture.tobytes())
        return last == self._last


def damaged(picture: Picture | None) -> bool:
    """Whether a decoded frame cannot be used.

    Args:
        picture: what OpenCV gave: uint8, blue-green-red [height, width, 3] or grey
            [height, width], or None.
    """
    if picture is None or picture.dtype != np.uint8 or picture.ndim not in (2, 3):
        return True
    height, width = picture.shape[:2]
    if not all(_SHORTEST <= side <= _LONGEST for side in (height, width)):
        return True
    if picture.ndim == 2:
        return False
    if picture.shape[2] != 3:
        return True
    # Most frames end here: their last row was written.
    last = picture[-1, 0].astype(np.int16)
    fill = next((each for each in _FILLS if np.abs(last - each).max() <= _NEAR), None)
    if fill is None:
        return False
    # One pixel in eight of every row is enough to find a row that was not written.
    rows = picture[:, ::8].astype(np.int16)
    near = np.abs(rows - np.array(fill, np.int16)) <= _NEAR
    filled: NDArray[np.bool_] = np.all(near, axis=(1, 2))
    missing = height if filled.all() else int(np.argmin(filled[::-1]))
    if missing == height and fill == _FILLS[0]:
        return False  # the plain grey of a shutter in the camera's own software
    return bool(missing >= _MISSING * height)
