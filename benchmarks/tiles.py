"""Tiles of a meeting: what the camera shows, made small, spoilt, and compared.

The measure of likeness is SSIM: Wang et al., "Image quality assessment: from error visibility to
structural similarity", 2004.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.composition import places
from emocam.stage.render import render_scene

TILE = (96, 54)

Floats = NDArray[np.float64]


def scene(pack: str, picture: Picture, background: str) -> Image.Image:
    """What the camera shows at 1280x720."""
    settings = Settings().replace("avatar.pack", pack).replace("avatar.background", background)
    return Image.fromarray(render_scene(picture, settings))


def enlarged(whole: Image.Image) -> Image.Image:
    """The picture at four times a tile's size, from which tiles are made."""
    return whole.resize((4 * TILE[0], 4 * TILE[1]), Image.Resampling.BOX)


def reduced(whole: Image.Image) -> Image.Image:
    """The tile of a meeting program."""
    return whole.resize(TILE, Image.Resampling.LANCZOS)


def square(tile: Image.Image) -> Image.Image:
    """The part of a tile where the avatar is."""
    settings = Settings()
    side = round(places(settings)[0].height * TILE[1] / settings.output.height)
    left, top = (TILE[0] - side) // 2, (TILE[1] - side) // 2
    return tile.crop((left, top, left + side, top + side))


def planes(tile: Image.Image, mode: str) -> Floats:
    """A tile as values in 0..255, shape (planes, height, width); mode ``RGB`` or ``L``."""
    values = np.asarray(tile.convert(mode), np.float64)
    return np.moveaxis(values.reshape(tile.height, tile.width, -1), -1, 0)


def ssim(one: Floats, other: Floats) -> Floats:
    """Mean structural similarity: Gaussian window, 11 wide, sigma 1.5.

    Args:
        one: values in 0..255, shape (..., planes, height, width).
        other: what it is compared with; the shapes broadcast.

    Returns:
        The mean over planes and places, -1..1, shape (...).
    """
    taps = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    taps /= taps.sum()

    def smooth(values: Floats) -> Floats:
        for axis in (-1, -2):
            values = np.lib.stride_tricks.sliding_window_view(values, 11, axis) @ taps
        return values

    mean_a, mean_b = smooth(one), smooth(other)
    var_a, var_b = smooth(one * one) - mean_a**2, smooth(other * other) - mean_b**2
    both = smooth(one * other) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    similar = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    whole = similar / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))
    return np.asarray(whole.mean((-3, -2, -1)))


def degraded(whole: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A tile of 96x54 after a bad meeting, from :func:`enlarged`."""
    shift = tuple(float(v) for v in rng.uniform(-4, 4, 2))  # one pixel of the tile
    moved = whole.transform(
        whole.size,
        Image.Transform.AFFINE,
        (1, 0, shift[0], 0, 1, shift[1]),
        Image.Resampling.BILINEAR,
        fillcolor=whole.getpixel((0, 0)),
    )
    tile = reduced(moved)
    tile = ImageEnhance.Brightness(tile).enhance(rng.uniform(0.85, 1.15))
    tile = ImageEnhance.Contrast(tile).enhance(rng.uniform(0.8, 1.2))
    tile = tile.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.2)))
    tile = tile.resize((TILE[0] // 2, TILE[1] // 2), Image.Resampling.BOX)
    noisy = np.asarray(tile) + rng.normal(0, rng.uniform(0, 8), (TILE[1] // 2, TILE[0] // 2, 3))
    tile = Image.fromarray(noisy.clip(0, 255).astype(np.uint8))
    packed = io.BytesIO()
    tile.save(packed, "JPEG", quality=int(rng.integers(20, 61)))
    return Image.open(packed).convert("RGB").resize(TILE, Image.Resampling.BICUBIC)
