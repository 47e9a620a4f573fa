"""The decision about a line of sight: pure, the time is passed in."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.attention import Attention, Screen
from emocam.sensing.attention.calibrate import fit
from emocam.sensing.attention.judge import (
    LEAVE,
    PATIENCE,
    PRESENT,
    SHUT,
    STAY_OFF,
    STEADY,
    Gaze,
    Sighting,
    judge,
)

SCREEN, ELSEWHERE, CLOSED = Attention.SCREEN, Attention.ELSEWHERE, Attention.CLOSED
AT = Sighting(0, -10, 0.1)
OFF = Sighting(50, 0, 0.1)
SHUT_EYES = Sighting(0, -10, 0.8)
HIDDEN = Sighting(0, 0, 0.1, PRESENT - 0.1)

numbers = st.floats(-90, 90)
sightings = st.builds(Sighting, numbers, numbers, st.floats(0, 1), st.floats(0, 1))
gaps = st.floats(0, 5)


def follow(*seen: tuple[float, Sighting]) -> list[Attention | None]:
    gaze = Gaze()
    return [gaze.look(sighting, Screen(), now) for now, sighting in seen]


def test_a_blink_is_no_closed_eye() -> None:
    assert follow((0, AT), (1, SHUT_EYES), (1.3, AT), (2, AT)) == [SCREEN] * 4
    assert follow((0, AT), (1, SHUT_EYES), (1.2, SHUT_EYES), (1.4, AT)) == [SCREEN] * 4


def test_eyes_that_stay_shut_are_closed() -> None:
    assert follow((0, AT), (1, SHUT_EYES), (2, SHUT_EYES)) == [SCREEN, SCREEN, CLOSED]
    assert follow((0, SHUT_EYES), (1, SHUT_EYES), (2, AT)) == [None, CLOSED, SCREEN]


def test_a_glance_is_no_looking_away() -> None:
    assert follow((0, AT), (1, OFF), (2, AT), (3, OFF), (4, OFF)) == [SCREEN] * 4 + [ELSEWHERE]


def test_a_hand_before_the_face_keeps_what_was_read_for_a_while() -> None:
    assert follow((0, AT), (1, HIDDEN), (PATIENCE + 0.1, HIDDEN)) == [SCREEN, SCREEN, None]


def test_what_is_long_ago_is_forgotten() -> None:
    assert follow((0, AT), (100, OFF)) == [SCREEN, ELSEWHERE]
    assert follow((0, AT), (100, SHUT_EYES)) == [SCREEN, None]


def test_the_edge_of_the_screen_holds_both_ways() -> None:
    right = Screen().right
    near, far = Sighting(right + STAY_OFF + 1, 0, 0.1), Sighting(right + LEAVE + 1, 0, 0.1)
    for last in (None, SCREEN, CLOSED):
        assert judge(near, Screen(), last) is SCREEN
    assert judge(near, Screen(), ELSEWHERE) is ELSEWHERE
    assert judge(far, Screen(), SCREEN) is ELSEWHERE


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_tells_nothing(bad: float) -> None:
    for place in range(4):
        values = [0.0, 0.0, 0.1, 1.0]
        values[place] = bad
        assert judge(Sighting(*values), Screen(), None) is None


@given(sightings, st.floats(0, 0.99))
def test_a_look_is_one_of_the_classes(sighting: Sighting, open_eyes: float) -> None:
    screen = Screen(open=open_eyes)
    found = judge(sighting, screen, None)
    assert (found is None) == (sighting.presence < PRESENT)
    shut = sighting.blink >= open_eyes + SHUT * (1 - open_eyes)
    assert (found is CLOSED) == (found is not None and shut)


@given(st.lists(st.tuples(gaps, sightings), max_size=40))
def test_nothing_is_closed_before_it_stood(looks: list[tuple[float, Sighting]]) -> None:
    """Whatever is seen and when: closed begins only after two looks, a blink apart, saw it."""
    gaze, now, since, last = Gaze(), 0.0, math.inf, None
    for gap, sighting in looks:
        now += gap
        if judge(sighting, Screen(), None) is not CLOSED:
            since = math.inf
        elif gap > PATIENCE or since == math.inf:
            since = now
        said = gaze.look(sighting, Screen(), now)
        if said is CLOSED and last is not CLOSED:
            assert now - since >= STEADY
        last = said


@given(st.lists(st.tuples(gaps, sightings), max_size=40), st.floats(0, 1e9))
def test_only_differences_of_time_count(looks: list[tuple[float, Sighting]], start: float) -> None:
    def read(now: float) -> list[Attention | None]:
        gaze, found = Gaze(), []
        for gap, sighting in looks:
            now += round(gap)
            found.append(gaze.look(sighting, Screen(), now))
        return found

    assert read(0.0) == read(float(round(start)))


@given(sightings, st.integers(2, 20))
def test_who_does_not_move_is_read_in_two_looks(sighting: Sighting, count: int) -> None:
    found = follow(*((float(now), sighting) for now in range(count)))
    assert len(set(found[1:])) == 1
    assert found[-1] is judge(sighting, Screen(), found[-1])


@given(st.lists(sightings, max_size=20))
def test_a_clock_that_goes_back_does_no_harm(looks: list[Sighting]) -> None:
    gaze = Gaze()
    for number, sighting in enumerate(looks):
        gaze.look(sighting, Screen(), -float(number))


# --- calibration


def looks(yaw: float, pitch: float, blink: float = 0.1, count: int = 5) -> list[Sighting]:
    """Looks at one place, shaking a little, one of them a blink."""
    steady = [
        Sighting(yaw + shake, pitch - shake, blink) for shake in (-1, -0.5, 0, 0.5, 1)[:count]
    ]
    return [*steady, Sighting(yaw, pitch - 20, 0.9)]


def test_the_corners_are_the_ends_of_the_screen() -> None:
    screen = fit([looks(-20, 2), looks(22, 3), looks(21, -25, 0.3), looks(-21, -24, 0.28)])
    assert screen is not None
    assert screen.left == pytest.approx(-21, abs=1)
    assert screen.right == pytest.approx(22, abs=1)
    assert screen.low == pytest.approx(-25, abs=1)
    assert screen.high == pytest.approx(3, abs=1)
    assert screen.open == pytest.approx(0.3, abs=0.05)
    assert judge(Sighting(0, -24, 0.3), screen, None) is SCREEN
    assert Screen.parse(str(screen)) == screen


def test_what_is_no_calibration_gives_none() -> None:
    assert fit([]) is None
    assert fit([looks(0, 0)] * 4) is None
    assert fit([looks(-20, 0), looks(20, 0)]) is None
    hidden = [Sighting(-20, -20, 0.1, 0.1)] * 9
    assert fit([looks(20, 20), hidden]) is None


@given(st.lists(st.lists(sightings, max_size=12), max_size=6))
def test_whatever_was_seen_a_calibration_can_be_kept(points: list[list[Sighting]]) -> None:
    screen = fit(points)
    assert screen is None or Screen.parse(str(screen)) == screen
