"""What counts as a covered camera, on pictures made for it and on real ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.sensing.covered import is_covered


def noise(level: float, spread: float, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.normal(level, spread, (480, 640, 3)).clip(0, 255).astype(np.uint8)


@given(st.integers(0, 12), st.floats(0, 8), st.integers(0, 100))
def test_a_noisy_shutter_is_dark(level: int, spread: float, seed: int) -> None:
    assert is_covered(noise(level, spread, seed))


@given(st.integers(0, 255), st.booleans())
def test_one_level_is_flat(level: int, grey: bool) -> None:
    assert is_covered(np.full((48, 64) if grey else (48, 64, 3), level, np.uint8))


def test_a_finger_on_the_lens_is_flat() -> None:
    glow = np.tile(np.linspace(70, 76, 640), (480, 1))[..., None] * (0.4, 0.5, 1.8)
    assert is_covered((glow + noise(0, 3)).clip(0, 255).astype(np.uint8))


def test_the_sign_of_a_built_in_shutter_is_no_picture() -> None:
    picture = np.full((480, 640, 3), 40, np.uint8)
    cv2.circle(picture, (320, 240), 40, (200, 200, 200), 6)
    cv2.line(picture, (292, 212), (348, 268), (200, 200, 200), 6)
    assert is_covered(picture)


def test_a_room_lit_by_a_screen_alone_is_a_picture() -> None:
    picture = noise(9, 4)
    cv2.ellipse(picture, (320, 220), (90, 120), 0, 0, 360, (38, 34, 30), -1)  # a face, dimly lit
    assert not is_covered(picture)


def test_a_wall_with_a_door_is_a_picture() -> None:
    wall = np.tile(np.linspace(150, 190, 640), (480, 1))[..., None].repeat(3, 2)
    picture = (wall + noise(0, 2)).clip(0, 255).astype(np.uint8)
    cv2.rectangle(picture, (60, 80), (200, 480), (120, 130, 140), -1)
    assert not is_covered(picture)


@pytest.mark.parametrize(
    "name", ["WolfgangLanger_Pexels.mp4", "face_noface.mov", "no_face.mp4", "noface_face.mov"]
)
@pytest.mark.parametrize("light", [1.0, 0.25])
def test_no_frame_of_a_recording_is_covered_even_with_a_quarter_of_the_light(
    name: str, light: float, sample: Callable[[str], Path]
) -> None:
    video = cv2.VideoCapture(str(sample(name)))
    count = 0
    while True:
        good, picture = video.read()
        if not good:
            break
        if count % 6 == 0 and picture.max() > 16:  # a cut has one black frame
            assert not is_covered((picture * light).astype(np.uint8)), f"frame {count}"
        count += 1
    assert count > 50
