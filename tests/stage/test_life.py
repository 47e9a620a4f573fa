"""Blinking, breathing and entrances: bounds, steps between neighbouring frames, determinism."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from emocam.stage import life

SEEDS = st.integers(0, 3)
TIMES = st.floats(0, 1e6)
#: The longest time between two frames.
STEP = 1 / 30


def blinks(seed: int, seconds: int) -> list[float]:
    """When the eyes begin to close, to a hundredth of a second."""
    closed = [life.blink(n / 100, seed) > 0 for n in range(seconds * 100)]
    return [n / 100 for n, (a, b) in enumerate(itertools.pairwise(closed)) if b and not a]


def test_people_blink_now_and_then_and_never_in_step() -> None:
    first, second = blinks(0, 600), blinks(1, 600)
    assert 140 <= len(first) <= 240  # 14 to 24 a minute
    gaps = [b - a for a, b in itertools.pairwise(first)]
    assert max(gaps) <= 2 * life.BLINK_WINDOW
    # A second blink may follow at once; else there is a second between two.
    assert all(gap >= 1.0 or gap <= sum(life.BLINK) + 0.02 for gap in gaps)
    assert len({round(gap, 1) for gap in gaps}) > 20  # no rhythm
    assert first != second


@given(TIMES, SEEDS)
def test_a_blink_is_a_share_and_always_the_same(time: float, seed: int) -> None:
    assert 0 <= life.blink(time, seed) <= 1
    assert life.blink(time, seed) == life.blink(time, seed)


@given(TIMES, SEEDS)
def test_lids_move_no_faster_than_they_can(time: float, seed: int) -> None:
    step = abs(life.blink(time + STEP, seed) - life.blink(time, seed))
    assert step <= 1.5 * STEP / min(life.BLINK[0], life.BLINK[2]) + 1e-6


@given(TIMES, st.floats(0, 1))
def test_a_breath_is_slow_and_never_larger_than_at_rest(time: float, phase: float) -> None:
    size = life.breath(time, phase)
    assert 1 - life.DEPTH - 1e-9 <= size <= 1
    # At most 0.4 pixels of the 576 of an avatar at 1280x720, from one frame to the next.
    assert abs(life.breath(time + STEP, phase) - size) * 576 <= 0.4


@given(st.floats(-1, 2))
def test_an_entrance_begins_and_ends_at_full_size(passed: float) -> None:
    size = life.entrance(passed)
    assert 0.85 <= size <= 1.03
    assert abs(life.entrance(passed + STEP) - size) <= 0.09
    if passed <= 0 or passed >= life.ENTRANCE:
        assert size == 1


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_strength_is_never_less_expression(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0.7 <= life.emphasis(low) <= life.emphasis(high) <= 1
    assert life.emphasis(0.8) == 1


@given(st.floats(-1, 2), st.floats(0, 0.5))
def test_smoothstep(t: float, step: float) -> None:
    assert 0 <= life.smooth(t + step) - life.smooth(t) <= 1.5 * step + 1e-9
    assert life.smooth(t) == (0 if t <= 0 else 1 if t >= 1 else life.smooth(t))
