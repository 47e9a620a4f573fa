"""What a pack may give for a picture, and which frame of an animation shows when."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.errors import PackError
from emocam.expression import Picture
from emocam.stage.artwork import Animation, Drawing, Still
from emocam.stage.pack import find_pack

FRAME = np.zeros((4, 6, 4), np.uint8)


def test_a_pack_of_svgs_gives_drawings() -> None:
    artwork = find_pack("classic").artwork(Picture.NEUTRAL)
    assert isinstance(artwork, Drawing)
    assert "<svg" in artwork.svg


@given(st.lists(st.floats(0.02, 2.0), min_size=1, max_size=9), st.floats(0, 500))
def test_an_animation_shows_each_frame_for_its_time(durations: list[float], time: float) -> None:
    animation = Animation(tuple(FRAME for _ in durations), tuple(durations))
    index = animation.index(time)
    began = sum(durations[:index])
    passed = np.fmod(time, animation.length)
    assert began - 1e-6 <= passed <= began + durations[index] + 1e-6
    assert animation.index(0.0) == 0


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4, 3), np.uint8),
        np.zeros((4, 4, 4), np.float32),
        np.zeros((0, 4, 4), np.uint8),
        np.zeros((4, 1081, 4), np.uint8),
    ],
)
def test_pixels_that_cannot_be_shown(pixels: np.ndarray) -> None:
    with pytest.raises(PackError, match="shape"):
        Still(pixels)


@pytest.mark.parametrize(
    ("frames", "durations"),
    [
        ((), ()),
        ((FRAME,), (0.1, 0.1)),
        ((FRAME, FRAME[:2]), (0.1, 0.1)),
        ((FRAME,), (0.0,)),
        ((FRAME,), (float("nan"),)),
        ((np.zeros((1080, 1080, 4), np.uint8),) * 6, (0.1,) * 6),
    ],
)
def test_animations_that_cannot_be_shown(
    frames: tuple[np.ndarray, ...], durations: tuple[float, ...]
) -> None:
    with pytest.raises(PackError):
        Animation(frames, durations)
