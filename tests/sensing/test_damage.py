"""Frames that arrived and are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.sensing.covered import is_covered
from emocam.sensing.sources.damage import damaged

Sample = Callable[[str], Path]


def noise(height: int = 240, width: int = 320) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize(
    "name",
    ["WolfgangLanger_Pexels.mp4", "face_noface.mov", "no_face.mp4", "single_face.mp4"],
)
def test_no_frame_of_a_recording_is_damaged(name: str, sample: Sample) -> None:
    video = cv2.VideoCapture(str(sample(name)))
    count = 0
    while True:
        good, picture = video.read()
        if not good:
            break
        assert not damaged(picture)
        count += 1
    video.release()
    assert count > 50


def test_an_mjpg_frame_that_was_torn_off(sample: Sample) -> None:
    """Decoded as OpenCV does it for a camera; a tear in the last tenth is let pass."""
    picture = cv2.imread(str(sample("single_face.jpg")))
    whole = cv2.imencode(".jpg", cv2.resize(picture, (640, 480)))[1]
    for share in (0.1, 0.3, 0.5, 0.7):
        torn = whole[: int(len(whole) * share)]
        assert damaged(cv2.imdecode(torn, cv2.IMREAD_COLOR)), share
    assert not damaged(cv2.imdecode(whole, cv2.IMREAD_COLOR))
    assert damaged(cv2.imdecode(whole[:50], cv2.IMREAD_COLOR))  # not even a header


@pytest.mark.parametrize(
    ("layout", "code"),
    [((240, 320, 2), cv2.COLOR_YUV2BGR_YUYV), ((360, 320), cv2.COLOR_YUV2BGR_NV12)],
)
def test_a_buffer_that_was_never_filled_is_green(layout: tuple[int, ...], code: int) -> None:
    empty = cv2.cvtColor(np.zeros(layout, np.uint8), code)
    assert damaged(empty)
    half = noise()
    half[120:] = empty[120:]
    assert damaged(half)


def test_what_a_shutter_shows_is_covered_and_not_damaged() -> None:
    for level in (0, 16, 128, 255):
        plain = np.full((240, 320, 3), level, np.uint8)
        assert not damaged(plain)
        assert is_covered(plain)
    bars = noise()
    bars[:40] = bars[-40:] = 0  # a letter box
    assert not damaged(bars)


def test_a_grey_wall_below_the_picture_has_noise() -> None:
    wall = noise()
    wall[100:] = np.random.default_rng(2).normal(128, 2, wall[100:].shape).clip(0, 255)
    wall[-1] = 128
    assert not damaged(wall)


@pytest.mark.parametrize(
    "shape",
    [(0, 0, 3), (1, 1, 3), (31, 640, 3), (480, 9000, 3), (480, 640, 4), (480,), (2, 2, 2, 2)],
)
def test_sizes_out_of_all_reason(shape: tuple[int, ...]) -> None:
    assert damaged(np.zeros(shape, np.uint8))


def test_nothing_at_all_and_numbers_of_another_kind() -> None:
    assert damaged(None)
    assert damaged(noise().astype(np.float32))
    assert not damaged(noise()[:, :, 0])


@given(st.integers(32, 300), st.integers(32, 300), st.floats(0, 1), st.booleans())
def test_rows_that_are_missing_count_from_a_tenth_on(
    height: int, width: int, share: float, green: bool
) -> None:
    picture = np.random.default_rng(3).integers(0, 100, (height, width, 3), np.uint8)
    missing = int(share * height)
    if missing:
        picture[-missing:] = (0, 135, 0) if green else (128, 128, 128)
    whole_and_grey = missing == height and not green
    assert damaged(picture) == (missing >= 0.1 * height and not whole_and_grey)
