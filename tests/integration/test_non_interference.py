"""What is published is a function of the readings: nothing else of a picture can reach a frame.

Two recordings that differ, but give the same readings, must give the same frames, byte for byte.
The real parts are run here one after another with the time passed in, so that two runs can be
compared at all: observer, wire, session and stage's performance.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fast_motion import Pixels, pictures_of, publish, sense
from hypothesis import given, settings
from hypothesis import strategies as st

from emocam.attention import CODES, Attention
from emocam.expression import SensorState
from emocam.sensing import native
from emocam.wire import READING_SIZE, Reading, encode_reading, quantise


def different(first: Sequence[Pixels], second: Sequence[Pixels]) -> float:
    """The share of pixels that differ."""
    return float(np.mean([(a != b).any(axis=2).mean() for a, b in zip(first, second, strict=True)]))


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    native.settle()


@pytest.fixture(scope="module")
def faces(sample: Callable[[str], Path]) -> list[Pixels]:
    """Pictures of a man who cries, a hand before his face, and then laughs: one a second."""
    return pictures_of(sample("WolfgangLanger_Pexels.mp4"))


def room(seed: int) -> list[Pixels]:
    """Six pictures of a room with nobody in it, of that seed."""
    dice = np.random.default_rng(seed)
    blocks = dice.integers(0, 255, (6, 12, 16, 3), dtype=np.uint8)
    return [np.kron(each, np.ones((40, 40, 1), np.uint8)) for each in blocks]


@pytest.mark.privacy("two rooms with nobody in them give the same frames, byte for byte")
def test_two_rooms(figure: Callable[[str], None]) -> None:
    first, second = room(1), room(2)
    said = sense(first)
    assert said == sense(second)
    assert publish(said) == publish(sense(second))
    figure(
        f"{different(first, second):.0%} of the pixels differ, 0 bytes of {publish(said)[1]} frames"
    )


def repaint(picture: Pixels, dice: np.random.Generator) -> Pixels:
    """Change what can be changed of a picture without another reading, found by trying."""
    said = sense([picture])
    height, width = picture.shape[:2]
    for side in (64, 32, 16, 8, 4):
        for _ in range(6):
            top, left = int(dice.integers(height - side)), int(dice.integers(width - side))
            attempt = picture.copy()
            patch = attempt[top : top + side, left : left + side]
            patch[...] = np.clip(patch.astype(int) + dice.integers(-9, 10, patch.shape), 0, 255)
            if sense([attempt]) == said:
                picture = attempt
    return picture


@pytest.mark.privacy("two recordings of a face with the same readings give the same frames")
def test_a_face_in_two_rooms(faces: list[Pixels], figure: Callable[[str], None]) -> None:
    dice = np.random.default_rng(7)
    faces = faces[::2]
    repainted = [repaint(picture, dice) for picture in faces]
    said = sense(faces)
    share = different(faces, repainted)
    assert share > 0.002
    assert sense(repainted) == said
    assert {data[1] for data in said} == {SensorState.FACE}
    assert publish(said) == publish(sense(repainted))
    figure(f"{share:.1%} of the pixels differ, 0 bytes of {publish(said)[1]} frames")


HAPPY = ((0, 255, 0, 0, 0, 0, 0, 0), None)


def test_other_readings_give_other_frames(faces: list[Pixels]) -> None:
    """The comparison can tell: another expression at the end is seen in the frames."""
    said = sense(faces)
    assert publish(said) != publish([*said[:4], *encoded([HAPPY] * 6, 4)])


shares = st.lists(st.integers(0, 255), min_size=8, max_size=8).filter(any).map(quantise)
faces_read = st.tuples(shares, st.sampled_from(CODES))
looks = st.lists(
    st.one_of(faces_read, st.sampled_from([s for s in SensorState if s != 1])), max_size=8
)


def encoded(seen: Sequence[Any], first: int = 0) -> list[bytes]:
    """The bytes of looks: eight shares for a face and where it looks, or a state."""
    said = []
    for number, each in enumerate(seen, first):
        face = isinstance(each, tuple)
        state = SensorState.FACE if face else each
        shares, attention = each if face else ((), None)
        reading = Reading(state, number, number * 1000, shares, 0, int(face), attention)
        said.append(encode_reading(reading))
    return said


@pytest.mark.privacy("frames follow from the readings alone, whatever these are")
@settings(max_examples=25)
@given(looks, st.floats(0, 1e6), st.integers(0, 2**32 - 1))
def test_frames_are_a_function_of_readings(seen: list[Any], start: float, seed: int) -> None:
    """Neither the world's randomness nor the numbers of another run can be seen in them."""
    said = encoded(seen)
    assert all(len(data) == READING_SIZE for data in said)
    first = publish(said)
    random.seed(seed)
    assert publish(said) == first


def test_who_looks_away_gives_other_frames() -> None:
    """So the property above is about attention too."""
    away = [(HAPPY[0], Attention.ELSEWHERE)]
    assert publish(encoded([HAPPY] * 6)) != publish(encoded([HAPPY] * 2 + away * 4))
    assert publish(encoded([HAPPY] * 6)) == publish(encoded([HAPPY] * 5 + away))
