"""What an avatar does over time: it ends where it should, and never jumps."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.expression import Expression, Picture
from emocam.stage import life
from emocam.stage.actor import LEVELS, Actor, Look
from emocam.stage.artwork import Animation, Drawing
from emocam.stage.pack import find_pack
from emocam.stage.subject import Subject, prepare

FACES = [Picture.of(expression) for expression in Expression]
STEP = 1 / 30


@cache
def subject(picture: Picture) -> Subject:
    return prepare(Drawing(find_pack("classic").source(picture)), 576)


def look(picture: Picture, strength: float = 1.0) -> Look:
    return Look.of(picture, subject(picture), subject(Picture.NEUTRAL), strength)


@given(
    st.lists(
        st.tuples(st.sampled_from(FACES), st.floats(0, 1), st.floats(0.001, 0.6)),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([0.1, 0.25, 0.3]),
    st.floats(0, 1e5),
)
def test_faces_morph_without_a_jump(
    scenes: list[tuple[Picture, float, float]], transition: float, now: float
) -> None:
    """Whatever comes when: from one frame to the next a number moves at most as far as the steepest
    step of a morph over the whole way, and the morph ends exactly on its target."""
    actor = Actor(look(Picture.NEUTRAL), transition)
    before = actor.pose(now).values
    assert before is not None
    way = np.zeros_like(before)
    for picture, strength, wait in scenes:
        shown = actor.look
        actor.show(look(picture, strength), now)
        assert actor.fades == 0
        if actor.look is not shown:
            way = np.abs(actor.look.values - before)  # type: ignore[operator]
        until = now + wait
        while now < until:
            now += STEP
            values = actor.pose(now).values
            assert values is not None
            assert (np.abs(values - before) <= way * 1.5 * STEP / transition + 1e-6).all()
            before = values
    last = actor.pose(now + transition).values
    assert last is actor.look.values


@given(st.sampled_from(FACES), st.sampled_from(FACES), st.floats(0, 0.3))
def test_an_interrupted_morph_goes_on_from_what_is_shown(
    one: Picture, other: Picture, after: float
) -> None:
    actor = Actor(look(Picture.NEUTRAL), 0.25)
    actor.show(look(one), 10.0)
    shown = actor.pose(10.0 + after).values
    actor.show(look(other), 10.0 + after)
    again = actor.pose(10.0 + after).values
    assert shown is not None
    assert again is not None
    assert np.allclose(shown, again, atol=1e-9)


def test_what_has_another_structure_fades() -> None:
    actor = Actor(look(Picture.NEUTRAL), 0.2)
    actor.show(look(Picture.AWAY), 1.0)
    assert actor.fades == 1
    assert actor.pose(1.0).fade == 0.0
    assert 0.4 < actor.pose(1.1).fade < 0.6
    actor.show(look(Picture.AWAY), 1.1)  # the same: nothing begins
    assert actor.fades == 1
    actor.show(look(Picture.HAPPINESS), 1.15)  # from the middle of a fade: another fade
    actor.show(look(Picture.SADNESS), 1.2)  # two faces, but what is shown is no face
    assert actor.fades == 3
    assert actor.pose(1.4).fade == 1.0
    assert actor.pose(1.4).values is subject(Picture.SADNESS).values  # type: ignore[union-attr]


@pytest.mark.parametrize("picture", [*FACES, Picture.THUMBS_UP])
def test_reduced_motion_stands_still(picture: Picture) -> None:
    actor = Actor(look(Picture.STARTING), 0.2, still=True)
    actor.show(look(picture), 1.0)
    assert actor.fades == 1
    poses = [actor.pose(1.0 + n * STEP) for n in range(300)]
    assert all(pose.blink == 0 and pose.size == 1 and pose.frame == 0 for pose in poses)
    assert len({pose.key for pose in poses}) == 1
    assert all(pose.values is actor.look.values for pose in poses)
    assert [pose.fade for pose in poses] == sorted(pose.fade for pose in poses)


def test_full_motion_never_looks_frozen() -> None:
    """Something is seen to move in every second, faces blink, and the same time looks the same."""
    actor, again = (Actor(look(Picture.HAPPINESS), 0.25, seed=1) for _ in range(2))
    poses = [actor.pose(n * STEP) for n in range(600)]
    for second in range(20):
        few = poses[second * 30 : second * 30 + 30]
        assert len({(pose.size, pose.blink) for pose in few}) > 1
    assert any(pose.blink == 1 for pose in poses)
    assert [pose.key for pose in poses] == [again.pose(n * STEP).key for n in range(600)]
    sizes = np.array([pose.size for pose in poses])
    # The steps of a breath: one size in LEVELS at a time.
    assert np.abs(np.diff(sizes)).max() <= life.DEPTH / LEVELS + 1e-9
    assert 0 < len({pose.key for pose in poses} - {None}) <= LEVELS + 1


def test_states_with_closed_eyes_do_not_blink() -> None:
    actor = Actor(look(Picture.PAUSED), 0.25)
    assert all(actor.pose(n * STEP).blink == 0 for n in range(600))


def test_a_reaction_comes_in_with_a_bounce() -> None:
    actor = Actor(look(Picture.NEUTRAL), 0.25)
    actor.show(look(Picture.THUMBS_UP), 5.0)
    sizes = [actor.pose(5.0 + n / 100).size for n in range(80)]
    assert min(sizes) < 0.93
    assert max(sizes) > 1.0
    assert sizes[0] > 0.98
    assert min(sizes[50:]) >= 1 - life.DEPTH


def test_a_weak_expression_is_nearer_to_neutral() -> None:
    neutral, full = look(Picture.NEUTRAL).values, look(Picture.HAPPINESS).values
    weak = look(Picture.HAPPINESS, 0.3)
    assert weak.emphasis == pytest.approx(0.7)
    assert full is not None
    assert neutral is not None
    assert np.allclose(weak.values, neutral + 0.7 * (full - neutral))  # type: ignore[arg-type]
    assert look(Picture.HAPPINESS, 0.9).values is full
    actor = Actor(look(Picture.HAPPINESS, 0.6), 0.25)
    actor.show(look(Picture.HAPPINESS, 0.61), 1.0)
    assert not actor.moving(1.0)  # too small a change to show
    actor.show(look(Picture.HAPPINESS, 0.8), 1.0)
    assert actor.moving(1.0)


def test_an_animation_plays_from_its_beginning() -> None:
    frames = tuple(np.full((8, 8, 4), n, np.uint8) for n in range(3))
    sprite = prepare(Animation(frames, (0.1, 0.1, 0.1)), 8)
    actor = Actor(look(Picture.NEUTRAL), 0.1)
    actor.show(Look.of(Picture.HEART, sprite, subject(Picture.NEUTRAL), 1.0), 7.0)
    assert [actor.pose(7.0 + t).frame for t in (0.01, 0.11, 0.21, 0.31)] == [0, 1, 2, 0]
    # It does not breathe as well: its frames come again, and are drawn once.
    assert len({actor.pose(9.0 + n * STEP).key for n in range(300)}) == 3
