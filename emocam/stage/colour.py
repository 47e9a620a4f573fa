"""RGB to I420, the pixel format in which frames are kept and handed over.

BT.601 in limited range (Y 16..235, Cb and Cr 16..240), because that is what readers of a V4L2
camera with YU12 frames assume, and what libyuv inside pyvirtualcam does with RGB. Chroma is the
mean of each 2x2 block, sited in its centre as in JPEG and MPEG-1.

Source of the matrix: ITU-R BT.601-7, section 2.5, scaled by 2**16 and rounded so that the sums of
the rows are exact: black gives (16, 128, 128) and white (235, 128, 128).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

_SHIFT = 16
_Y = (16829, 33039, 6416)
_CB = (-9714, -19071, 28785)
_CR = (28785, -24104, -4681)
#: Rows converted at once: keeps the 32-bit temporaries in the cache and under 2 MB.
_BAND = 64


def i420_size(width: int, height: int) -> int:
    """Bytes of an I420 picture; width and height are even."""
    return width * height * 3 // 2


def planes(frame: Bytes, width: int, height: int) -> tuple[Bytes, Bytes, Bytes]:
    """The Y, Cb and Cr planes of a contiguous I420 frame as views.

    Args:
        frame: uint8, :func:`i420_size` elements.
        width, height: even, in pixels.

    Returns:
        Views of shape (height, width), (height/2, width/2) and (height/2, width/2).
    """
    flat = frame.reshape(-1)
    luma = width * height
    chroma = luma // 4
    return (
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(height // 2, width // 2),
        flat[luma + chroma :].reshape(height // 2, width // 2),
    )


def rgb_to_i420(rgb: Bytes) -> Bytes:
    """Convert a picture.

    Args:
        rgb: uint8, shape (H, W, 3), H and W even.

    Returns:
        uint8, contiguous, shape (H * 3 / 2, W): the planes Y, Cb, Cr one after another.
    """
    height, width = rgb.shape[:2]
    out = np.empty((height * 3 // 2, width), np.uint8)
    y, cb, cr = planes(out, width, height)
    half = 1 << (_SHIFT - 1)
    for top in range(0, height, _BAND):
        band = rgb[top : top + _BAND].astype(np.int32)
        y[top : top + _BAND] = (_dot(band, _Y) + (16 << _SHIFT) + half) >> _SHIFT
        blocks = band[0::2] + band[1::2]
        blocks = blocks[:, 0::2] + blocks[:, 1::2]  # sums of four: two more bits to shift away
        rows = slice(top // 2, top // 2 + blocks.shape[0])
        offset = (128 << (_SHIFT + 2)) + (half << 2)
        cb[rows] = (_dot(blocks, _CB) + offset) >> (_SHIFT + 2)
        cr[rows] = (_dot(blocks, _CR) + offset) >> (_SHIFT + 2)
    return out


def _dot(pixels: NDArray[np.int32], row: tuple[int, int, int]) -> NDArray[np.int32]:
    """The weighted sum of the three channels; int32 holds it: 4 * 255 * 28785 * 2 < 2**31."""
    total = pixels[..., 0] * np.int32(row[0])
    total += pixels[..., 1] * np.int32(row[1])
    total += pixels[..., 2] * np.int32(row[2])
    return total
