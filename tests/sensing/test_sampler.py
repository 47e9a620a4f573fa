"""When the next look is due."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from emocam.expression import SensorState
from emocam.sensing.observer import Person, readings
from emocam.sensing.sampler import LEAST_SPACING, Pace, Sampler
from emocam.stream import ReadingStream
from emocam.wire import MAX_FACES, MAX_READINGS_PER_SECOND, encode_reading


def watch(
    sampler: Sampler, sights: list[str], cost: float = 0.01, start: float = 100.0
) -> list[float]:
    """Let time pass; gives when each look began."""
    now, starts = start, []
    for sight in sights:
        now = max(now, sampler.due(now))
        starts.append(round(now - start, 6))
        sampler.looked(now, now + cost, sight)
        now += cost
    return starts


def test_the_first_look_is_at_once_and_confirmed_at_once() -> None:
    assert watch(Sampler(1.0, 3), ["happy"] * 5) == [0.0, 0.12, 1.0, 2.0, 3.0]


def test_a_change_is_confirmed_by_one_quick_look() -> None:
    starts = watch(Sampler(1.0, 3), ["sad", "sad", "sad", "happy", "happy", "happy", "happy"])
    assert starts == [0.0, 0.12, 1.0, 2.0, 2.12, 3.0, 4.0]


def test_a_change_is_withdrawn_by_one_quick_look() -> None:
    starts = watch(Sampler(1.0, 3), ["sad", "sad", "happy", "sad", "sad", "sad"])
    assert starts == [0.0, 0.12, 1.0, 1.12, 2.0, 3.0]


def test_looks_that_never_agree_are_few() -> None:
    starts = watch(Sampler(1.0, 3), ["a", "a", "b", "c", "d", "e", "e", "e"])
    assert starts == [0.0, 0.12, 1.0, 1.12, 1.24, 1.36, 2.0, 3.0]


def test_without_quick_looks_the_grid_stays() -> None:
    assert watch(Sampler(0.5, 0), ["a", "b", "a", "b"]) == [0.0, 0.5, 1.0, 1.5]


def test_a_slow_look_skips_and_does_not_lag() -> None:
    assert watch(Sampler(1.0, 0), ["a"] * 3, cost=2.5) == [0.0, 3.0, 6.0]


def test_a_quick_look_after_a_slow_one_waits_for_it() -> None:
    assert watch(Sampler(1.0, 3), ["a", "a", "a"], cost=0.4) == [0.0, 0.4, 1.0]


def test_a_quick_look_just_before_the_grid_replaces_the_next() -> None:
    sampler = Sampler(1.0, 3)
    watch(sampler, ["a"])
    sampler.looked(100.95, 100.96, "a")
    assert sampler.due(101) == 102.0


SIGHTS = st.lists(
    st.tuples(st.sampled_from("abc"), st.floats(0, 3), st.floats(0, 0.2)), min_size=1, max_size=80
)


@given(st.floats(0.2, 60), st.integers(0, 3), SIGHTS, st.floats(0, 1e6))
def test_for_all_sights_and_costs(
    interval: float, quick: int, sights: list[tuple[str, float, float]], start: float
) -> None:
    """Each sight has a cost and a lateness of the look after it, as on a busy machine."""
    sampler = Sampler(interval, quick)
    now, starts, ends, burst = start, [], [], 0
    for sight, cost, late in sights:
        due = sampler.due(now)
        assert due <= now + interval + LEAST_SPACING + 1e-6  # never left out for long
        burst = burst + 1 if sampler.is_quick else 0
        assert burst <= quick
        now = max(now, due) + late
        starts.append(now)
        sampler.looked(now, now + cost, sight)
        now += cost
        ends.append(now)
        assert sampler.due(now) >= now - 1e-6  # never queued
    for i, first in enumerate(ends):
        within = [end for end in ends[i:] if end < first + 1]
        assert len(within) <= MAX_READINGS_PER_SECOND
    for earlier, later in itertools.pairwise(starts):
        assert later - earlier >= LEAST_SPACING - 1e-6


@given(st.floats(0.2, 60), st.integers(0, 3), st.integers(3, 50), st.floats(0, 1e6))
def test_at_rest_the_looks_are_on_an_even_grid(
    interval: float, quick: int, count: int, start: float
) -> None:
    starts = watch(Sampler(interval, quick), ["same"] * count, 0.001, start)
    quick_looks = 1 if quick else 0
    rest = starts[1 + quick_looks :]
    # The look that confirms the first can take the place of the next when that is too near.
    first = 2 if quick and interval < 2 * LEAST_SPACING + 0.01 else 1
    for step, time in enumerate(rest, first):
        assert abs(time - step * interval) < 1e-4


LOOKS = st.lists(
    st.tuples(
        st.sampled_from("abc"),  # what was seen
        st.integers(1, MAX_FACES),  # how many people
        st.floats(0, 0.3),  # how long it took
        st.floats(0, 0.5),  # how late the look after it was
        st.floats(0, 1),  # how long control was held up before it took the readings
        st.booleans(),  # whether the camera was lost and found after it
    ),
    min_size=1,
    max_size=100,
)


@given(st.floats(0.2, 5), st.integers(0, 3), LOOKS)
def test_the_wire_takes_whatever_the_sampler_lets_through(
    interval: float, quick: int, looks: list[tuple[str, int, float, float, float, bool]]
) -> None:
    """The worst people: always four, never of one mind, on a busy machine."""
    pace = Pace()
    sampler = Sampler(interval, quick, pace)
    stream, now, arrival = ReadingStream(), 0.0, 0.0
    for sequence, (sight, count, cost, late, held_up, lost) in enumerate(looks):
        now = max(now, sampler.due(now)) + late
        people = tuple(Person(place, (1.0,) + (0.0,) * 7) for place in range(count))
        look = readings(SensorState.FACE, people, sequence, round(now * 1000))
        arrival = max(arrival, now + cost + held_up)
        assert stream.feed(b"".join(map(encode_reading, look)), arrival) == [look]
        sampler.looked(now, now + cost, (sight, count), len(look))
        now += cost
        if lost:
            sampler = Sampler(interval, quick, pace)


def test_four_restless_people_stay_below_the_rate_for_ever() -> None:
    sampler, stream, now = Sampler(0.2, 3), ReadingStream(), 0.0
    people = tuple(Person(place, (1.0,) + (0.0,) * 7) for place in range(MAX_FACES))
    for sequence in range(1000):
        now = sampler.due(now)
        look = readings(SensorState.FACE, people, sequence, round(now * 1000))
        assert stream.feed(b"".join(map(encode_reading, look)), now) == [look]
        sampler.looked(now, now, sequence, len(look))
    assert 4000 / now <= 1 / LEAST_SPACING + 0.1
