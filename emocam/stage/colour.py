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
from PIL import Image

Bytes = NDArray[np.uint8]

#: Rows of the matrix for Pillow: the shares of R, G and B, and the offset.
_Y = (16829 / 65536, 33039 / 65536, 6416 / 65536, 16.0)
_CB = (-9714 / 65536, -19071 / 65536, 28785 / 65536, 128.0)
_CR = (28785 / 65536, -24104 / 65536, -4681 / 65536, 128.0)


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
        rgb: uint8, shape (H, W, 3), or (H, W, 4), whose fourth is ignored; H and W even.

    Returns:
        uint8, contiguous, shape (H * 3 / 2, W): the planes Y, Cb, Cr one after another. Luma is
        within 0.51 levels of the exact formula, chroma, whose blocks are averaged in whole levels
        of R, G and B first, within 1.
    """
    height, width = rgb.shape[:2]
    mode = "RGB" if rgb.shape[2] == 3 else "RGBX"
    data = np.ascontiguousarray(rgb).data
    picture = Image.frombytes("RGB", (width, height), data, "raw", mode)
    small = picture.reduce(2)
    chroma = small.convert("RGB", (*_CB, *_CR, *_CR))
    out = np.empty((height * 3 // 2, width), np.uint8)
    y, cb, cr = planes(out, width, height)
    y[:] = np.asarray(picture.convert("L", _Y))
    cb[:] = np.asarray(chroma.getchannel(0))
    cr[:] = np.asarray(chroma.getchannel(1))
    return out


def rgba(picture: Image.Image) -> Image.Image:
    """A decoded picture of any mode as RGBA; of 16 bits a shade the upper 8, not what is white."""
    if picture.mode.startswith("I;16"):
        picture = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    return picture.convert("RGBA")


def rgb_to_ycc(rgb: Bytes) -> Bytes:
    """The same picture with Y, Cb and Cr in the place of R, G and B, one of each a pixel.

    The matrix is affine, so what is mixed afterwards by weights that sum to 1 (gradients, layers
    with alpha, morphs) is the same as if it were mixed first: drawing can go on in these colours,
    and a frame need not be converted.

    Args:
        rgb: uint8, shape (H, W, 4), contiguous; the fourth is kept.
    """
    height, width = rgb.shape[:2]
    picture = Image.frombytes("RGB", (width, height), rgb.data, "raw", "RGBX")
    turned = np.empty_like(rgb)
    turned[..., :3] = np.asarray(picture.convert("RGB", (*_Y, *_CB, *_CR)))
    turned[..., 3] = rgb[..., 3]
    return turned


def ycc_colours(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Colours as :func:`rgb_to_ycc` turns them, not rounded: shape (..., 3), 0..255."""
    matrix = np.array((_Y, _CB, _CR))
    turned: NDArray[np.float64] = colours @ matrix[:, :3].T + matrix[:, 3]
    return turned


def ycc_to_i420(ycc: Bytes, fleeting: bool = False) -> Bytes:
    """What :func:`rgb_to_ycc` gave, or what was drawn in its colours, as I420.

    Args:
        ycc: uint8, shape (H, W, 4), contiguous, H and W even.
        fleeting: whether the picture is seen for one frame only: chroma is then the mean of two
            pixels of a block, one across from the other, which takes half the time.

    Returns:
        As :func:`rgb_to_i420`, within 2 levels of it where not ``fleeting``.
    """
    height, width = ycc.shape[:2]
    out = np.empty((height * 3 // 2, width), np.uint8)
    y, cb, cr = planes(out, width, height)
    # The lowest byte of four is the first: three times as fast as taking every fourth byte.
    words = ycc.view("<u4")[..., 0]
    np.copyto(y, words, casting="unsafe")
    if fleeting:
        one, other = words[0::2, 0::2], words[1::2, 1::2]
        # The mean of four bytes at once: what is common, and half of what differs.
        mean = one ^ other
        mean &= np.uint32(0xFEFEFEFE)
        mean >>= np.uint32(1)
        mean += one & other
        small = mean.view(np.uint8).reshape(height // 2, width // 2, 4)
    else:
        whole = Image.frombuffer("RGBX", (width, height), ycc, "raw", "RGBX", 0, 1)
        small = np.asarray(whole.reduce(2))
    cb[:] = small[..., 1]
    cr[:] = small[..., 2]
    return out
