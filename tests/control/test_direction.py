"""Pause, hold, freeze: who wins, whatever the order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.control.direction import HOLDABLE, Direction, Mode
from emocam.expression import REACTIONS, Expression, Picture
from emocam.scene import Figure, Scene

MOOD = Scene((Figure(Picture.HAPPINESS, 0.7), Figure(Picture.NEUTRAL, 0.4)))
ACTIONS: dict[str, Callable[[Direction], None]] = {
    "pause": Direction.pause,
    "resume": Direction.resume,
    "release": Direction.release,
    "freeze": lambda direction: direction.freeze(direction.over(MOOD)),
    "hold": lambda direction: direction.hold(Picture.COFFEE),
}
WORDS = st.lists(st.sampled_from(sorted(ACTIONS)))


def after(words: list[str]) -> Direction:
    direction = Direction()
    for word in words:
        ACTIONS[word](direction)
    return direction


@given(WORDS)
def test_only_resume_opens_the_camera_again(words: list[str]) -> None:
    relevant = [word for word in words if word in ("pause", "resume")]
    assert after(words).paused == (relevant[-1:] == ["pause"])


@given(WORDS)
def test_pause_and_resume_lead_to_one_mode_from_everywhere(words: list[str]) -> None:
    assert after([*words, "pause"]).mode is Mode.PAUSED
    assert after([*words, "pause"]).over(MOOD) == Scene.of(Picture.PAUSED)
    assert after([*words, "resume"]).mode is Mode.LIVE
    assert after([*words, "resume"]).over(MOOD) is MOOD


@given(WORDS)
def test_what_is_held_is_shown_until_it_is_released(words: list[str]) -> None:
    direction = after([*words, "hold"])
    assert direction.mode is Mode.HELD
    assert direction.over(MOOD) == Scene.of(Picture.COFFEE)
    direction.release()
    assert direction.mode is (Mode.PAUSED if direction.paused else Mode.LIVE)
    assert direction.over(MOOD) == (Scene.of(Picture.PAUSED) if direction.paused else MOOD)


@given(WORDS)
def test_freezing_changes_no_picture(words: list[str]) -> None:
    direction = after(words)
    before = direction.over(MOOD)
    direction.freeze(before)
    assert direction.over(Scene.of(Picture.ANGER)) == before
    assert direction.mode in (Mode.HELD, Mode.FROZEN)


@given(WORDS)
def test_no_face_shows_in_a_pause(words: list[str]) -> None:
    direction = after([*words, "pause"])
    for word in ("release", "freeze", "release"):
        ACTIONS[word](direction)
        assert direction.over(MOOD) == Scene.of(Picture.PAUSED)


def test_a_held_picture_takes_the_place_of_another() -> None:
    direction = after(["freeze", "hold"])
    direction.hold(Picture.HEART)
    assert direction.over(MOOD) == Scene.of(Picture.HEART)


@pytest.mark.parametrize("picture", [*Expression, *REACTIONS])
def test_each_expression_and_reaction_can_be_held(picture: Expression | Picture) -> None:
    held = Picture.of(picture) if isinstance(picture, Expression) else picture
    assert held in HOLDABLE
