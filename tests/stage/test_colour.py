"""RGB to I420, against swscale and against the numbers of the standard."""

from __future__ import annotations

import av
import numpy as np
import pytest
from av.video.reformatter import Colorspace, Interpolation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.colour import (
    Bytes,
    i420_size,
    planes,
    rgb_to_i420,
    rgb_to_ycc,
    ycc_colours,
    ycc_to_i420,
)
from emocam.stage.render import render_scene


def by_swscale(rgb: Bytes) -> Bytes:
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(
        format="yuv420p",
        dst_colorspace=Colorspace.ITU601,
        dst_color_range=1,
        interpolation=Interpolation.AREA,
    )
    return frame.to_ndarray()


@pytest.mark.parametrize("picture", [Picture.HAPPINESS, Picture.ANGER, Picture.UNPLUGGED])
def test_it_agrees_with_swscale(picture: Picture) -> None:
    rgb = render_scene(picture, Settings())
    ours, theirs = rgb_to_i420(rgb).astype(int), by_swscale(rgb).astype(int)
    assert ours.shape == theirs.shape == (1080, 1280)
    assert np.abs(ours - theirs).max() <= 2


@pytest.mark.parametrize(
    ("rgb", "yuv"),
    [
        ((0, 0, 0), (16, 128, 128)),
        ((255, 255, 255), (235, 128, 128)),
        ((255, 0, 0), (81, 90, 240)),
        ((0, 255, 0), (145, 54, 34)),
        ((0, 0, 255), (41, 240, 110)),
    ],
)
def test_the_corners_of_the_cube(rgb: tuple[int, ...], yuv: tuple[int, ...]) -> None:
    frame = np.empty((4, 6, 3), np.uint8)
    frame[:] = rgb
    for plane, value in zip(planes(rgb_to_i420(frame), 6, 4), yuv, strict=True):
        assert (plane == value).all()


@given(
    st.tuples(st.integers(1, 70), st.integers(1, 9)).flatmap(
        lambda half: arrays(np.uint8, (2 * half[0], 2 * half[1], 3))
    )
)
def test_it_is_the_rounded_formula(rgb: Bytes) -> None:
    """Within half a level and the rounding of the coefficients, also across bands of rows."""
    height, width = rgb.shape[:2]
    out = rgb_to_i420(rgb)
    assert out.size == i420_size(width, height)
    y, cb, cr = planes(out, width, height)
    r, g, b = np.moveaxis(rgb.astype(float) / 255, 2, 0)
    luma = 0.299 * r + 0.587 * g + 0.114 * b

    def quarter(plane: np.ndarray) -> np.ndarray:
        return plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))

    tolerance = 0.51  # chroma: see rgb_to_i420
    assert np.abs(y - (16 + 219 * luma)).max() <= tolerance
    assert np.abs(cb - (128 + 224 * quarter(b - luma) / 1.772)).max() <= 1.0
    assert np.abs(cr - (128 + 224 * quarter(r - luma) / 1.402)).max() <= 1.0


@given(
    st.tuples(st.integers(1, 20), st.integers(1, 9)).flatmap(
        lambda half: arrays(np.uint8, (2 * half[0], 2 * half[1], 4))
    )
)
def test_turned_colours_become_the_same_frame(rgb: Bytes) -> None:
    turned = rgb_to_ycc(rgb)
    assert (turned[..., 3] == rgb[..., 3]).all()
    assert np.abs(turned[..., :3] - ycc_colours(rgb[..., :3].astype(float))).max() <= 0.51
    assert np.abs(ycc_to_i420(turned).astype(int) - rgb_to_i420(rgb)).max() <= 2
    width, height = rgb.shape[1], rgb.shape[0]
    y, cb, cr = planes(ycc_to_i420(turned, fleeting=True), width, height)
    assert (y == turned[..., 0]).all()
    for plane, channel in ((cb, 1), (cr, 2)):
        pair = turned[0::2, 0::2, channel].astype(int) + turned[1::2, 1::2, channel]
        assert (plane == pair // 2).all()


def test_planes_are_views() -> None:
    frame = np.zeros(i420_size(8, 4), np.uint8)
    for value, plane in enumerate(planes(frame, 8, 4), 1):
        plane[:] = value
    assert frame.tolist() == [1] * 32 + [2] * 8 + [3] * 8
