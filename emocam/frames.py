"""Frames on a pipe: how the stage of a live view hands its pictures to the window. Pure.

A frame is a header of 8 bytes (``EMFR``, width and height as unsigned 16-bit little-endian numbers)
and the rows of the picture from top to bottom, each of ``3 * width`` bytes R, G, B.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from emocam.errors import WireError

_HEADER = struct.Struct("<4sHH")
_MAGIC = b"EMFR"
#: No live view is larger, in pixels a side.
MAX_SIDE = 1920
#: Samples a second of a lecture's sound, 16 bits of each of two channels.
SOUND_RATE = 48_000


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture.

    Attributes:
        width, height: in pixels, 1..:data:`MAX_SIDE`.
        pixels: ``3 * width * height`` bytes, R, G, B.
    """

    width: int
    height: int
    pixels: bytes

    def encode(self) -> bytes:
        """The frame as it goes over the pipe."""
        return _HEADER.pack(_MAGIC, self.width, self.height) + self.pixels


class FrameReader:
    """Puts the pieces that come out of a pipe together again."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that are whole with these bytes.

        Raises:
            WireError: if what comes is no frame; the stream cannot be read any further then.
        """
        self._rest += data
        frames = []
        while len(self._rest) >= _HEADER.size:
            magic, width, height = _HEADER.unpack_from(self._rest)
            if magic != _MAGIC or not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
                raise WireError("What came is no frame of a live view")
            end = _HEADER.size + 3 * width * height
            if len(self._rest) < end:
                break
            frames.append(Frame(width, height, bytes(self._rest[_HEADER.size : end])))
            del self._rest[:end]
        return frames


def view_size(width: int, height: int, wide: int = 480) -> tuple[int, int]:
    """The size of a live view: that of a published picture, made smaller.

    Args:
        width, height: of what is published.
        wide: width of the view, where the height that follows from it is one that a stage can draw.

    Returns:
        Even numbers, within what ``output.width`` and ``output.height`` may be.
    """
    high = round(wide * height / width / 2) * 2
    return wide, min(max(high, 180), 1080)


def fitting(width: int, height: int, wide: int, high: int) -> tuple[int, int]:
    """The size of a picture made to fit into a place, no side above :data:`MAX_SIDE`.

    Args:
        width, height: of the picture, in pixels, above 0.
        wide, high: of the place, in pixels, above 0.

    Returns:
        Even numbers of at least 2; no larger than the picture.
    """
    scale = min(min(wide, MAX_SIDE) / width, min(high, MAX_SIDE) / height, 1.0)
    return max(int(width * scale) // 2 * 2, 2), max(int(height * scale) // 2 * 2, 2)
