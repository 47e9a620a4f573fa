"""The frame that is handed over, as I420: areas in it are exchanged, the rest stays as it is."""

from __future__ import annotations

import numpy as np

from emocam.stage.colour import Bytes, planes, rgb_to_i420
from emocam.stage.seats import Area

#: The weight of the new picture when a fade is over.
FULL = 256


class Canvas:
    """An I420 frame.

    Args:
        ground: RGB or RGBX, uint8, shape (H, W, 3 or 4), H and W even.

    Attributes:
        frame: uint8, contiguous, flat; always the same buffer.
    """

    def __init__(self, ground: Bytes) -> None:
        self._height, self._width = ground.shape[:2]
        self.frame = rgb_to_i420(ground).reshape(-1)

    def put(self, area: Area, box: Bytes) -> None:
        """Exchange an area.

        Args:
            area: even numbers, inside the frame.
            box: I420 of the area's size, uint8, flat.
        """
        whole = planes(self.frame, self._width, self._height)
        parts = planes(box, area.width, area.height)
        for scale, plane, part in zip((1, 2, 2), whole, parts, strict=True):
            left, top = area.left // scale, area.top // scale
            height, width = part.shape
            plane[top : top + height, left : left + width] = part


def mix(one: Bytes, other: Bytes, weight: int) -> Bytes:
    """Two pictures of one size over each other, rounded to the nearest level.

    Args:
        weight: of the second, 0..:data:`FULL`; exactly the first at 0, the second at FULL.
    """
    # The largest sum is 255 * 256 + 128, which uint16 holds.
    mixed = np.multiply(one, FULL - weight, dtype=np.uint16)
    mixed += np.multiply(other, weight, dtype=np.uint16)
    mixed += np.uint16(FULL // 2)
    mixed >>= 8
    return mixed.astype(np.uint8)
