"""The life of a camera: first the pure machine, then the real loop on a clock of the test's."""

from __future__ import annotations

import itertools
import resource
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.expression import SensorState
from emocam.sensing.lifecycle import (
    FIRST_DELAY,
    HURRY,
    LONGEST_DELAY,
    PROBE,
    REPEAT,
    SETTLING,
    SOUND,
    Do,
    Lifecycle,
    Sleep,
)
from emocam.sensing.observer import Observation
from emocam.sensing.process import Sensing
from emocam.sensing.sources import Frame, SourceLostError
from emocam.settings import Settings
from emocam.wire import READING_SIZE, decode_reading

BUSY, UNPLUGGED, DENIED = SensorState.BUSY, SensorState.UNPLUGGED, SensorState.DENIED
STALLED, UNUSABLE = SensorState.STALLED, SensorState.UNUSABLE


# --- the machine


def test_it_begins_by_opening() -> None:
    life = Lifecycle()
    assert life.next(0) is Do.OPEN
    assert life.tell(0) is None


def test_failures_in_a_row_grow_rarer_and_work_makes_good() -> None:
    life, now, gaps = Lifecycle(), 0.0, []
    for _ in range(7):
        life.lost(STALLED, now)
        before = now
        while life.next(now) is not Do.OPEN:
            if life.next(now) is Do.PROBE:
                life.probed(None, now)
            now = max(now, life.due())
            life.tell(now)
        gaps.append(now - before)
    assert gaps == [0.5, 1, 2, 4, 5, 5, 5]
    life.opened(now)
    life.looked(now + SOUND)
    life.lost(STALLED, now + SOUND)
    assert life.next(now + SOUND + FIRST_DELAY) is Do.OPEN


def test_what_is_freed_is_opened_at_the_next_probe() -> None:
    life = Lifecycle()
    for _ in range(6):
        life.lost(STALLED, 0)  # a long delay, which must not count
    life.probed(BUSY, 0)
    assert life.next(100) is Do.PROBE
    life.probed(BUSY, 100)
    assert life.next(100 + PROBE / 2) is Do.WAIT
    life.probed(None, 100 + PROBE)
    assert life.next(100 + PROBE) is Do.OPEN


def test_a_node_without_rights_counts_as_away_until_udev_has_had_its_time() -> None:
    life = Lifecycle()
    life.lost(UNPLUGGED, 0)
    assert life.tell(0) is UNPLUGGED
    life.probed(UNPLUGGED, 1)
    life.probed(DENIED, 10)
    assert life.tell(10) is UNPLUGGED  # said again, after so long
    life.probed(DENIED, 10 + SETTLING / 2)
    assert life.tell(10 + SETTLING / 2) is None
    life.probed(DENIED, 10 + SETTLING)
    assert life.tell(10 + SETTLING) is DENIED


def test_a_refusal_of_a_camera_that_was_there_is_told_at_once() -> None:
    life = Lifecycle()
    life.lost(DENIED, 0)
    assert life.tell(0) is DENIED


def test_after_a_sleep_it_is_opened_at_once_and_for_a_while_without_growing_delays() -> None:
    life = Lifecycle()
    for _ in range(6):
        life.lost(UNUSABLE, 0)
    life.again(100)
    assert life.next(100) is Do.OPEN
    now = 100.0
    while now < 100 + HURRY:
        life.lost(UNPLUGGED, now)
        assert life.next(now + FIRST_DELAY) is Do.OPEN
        now += FIRST_DELAY


STATES = st.sampled_from([BUSY, UNPLUGGED, DENIED, STALLED, UNUSABLE])
EVENTS = st.tuples(
    st.sampled_from(["opened", "looked", "lost", "probed", "free", "again", "wait"]),
    STATES,
    st.floats(0, 20),
)


@given(st.lists(EVENTS, max_size=60))
def test_whatever_happens_it_never_waits_for_ever_and_never_hurries(
    events: list[tuple[str, SensorState, float]],
) -> None:
    life, now, waits = Lifecycle(), 0.0, False
    for event, state, passed in events:
        now += passed
        match event:
            case "opened":
                life.opened(now)
                waits = False
            case "looked" if not waits:
                life.looked(now)
            case "lost":
                life.lost(state, now)
                waits = True
                assert life.tell(now) in (state, None)
            case "probed" if waits:
                life.probed(state, now)
            case "free" if waits:
                life.probed(None, now)
            case "again":
                life.again(now)
                waits = False
        told = life.tell(now)
        assert told is None or isinstance(told, SensorState)
        assert life.tell(now) is None  # nothing is said twice
        if waits:
            # There is always something to do soon, and it is said before control loses patience.
            assert life.due() <= now + max(PROBE, REPEAT)
            if life.next(now) is Do.WAIT:
                assert life.due() > now
    # With a free camera it always comes to an opening, after the longest delay at the latest.
    if waits:
        end = now + max(LONGEST_DELAY.values()) + PROBE
        while life.next(now) is not Do.OPEN:
            assert now <= end
            if life.next(now) is Do.PROBE:
                life.probed(None, now)
            else:
                life.tell(now)
                now = max(now + 1e-6, life.due())


def test_a_sleep_is_told_from_two_clocks_that_drift() -> None:
    sleep = Sleep()
    totals = [100.0, 100.1, 100.2, 160.0, 160.0]
    assert [sleep.slept(total) for total in totals] == [False, False, False, True, False]


# --- the loop, with a camera that has faults by a plan, on a clock of its own


@dataclass
class World:
    """The time, and what is wrong with the camera when."""

    plan: list[tuple[float, SensorState | None]]
    now: float = 0.0
    is_open: bool = False
    broken: bool = False  # a stream that failed stays dead until it is opened anew
    opens: list[float] = field(default_factory=list)
    closed_at: float = 0.0
    readings: list[tuple[float, SensorState]] = field(default_factory=list)
    end: float = 0.0
    frames: float = 0.1
    sleeps: list[float] = field(default_factory=list)  # when the machine wakes up
    sensing: Sensing | None = None

    def fault(self) -> SensorState | None:
        found = None
        for start, state in self.plan:
            if start <= self.now:
                found = state
        return found


class Camera:
    """A webcam of that world."""

    live = False  # its calls take time of the test's clock, which the watchdog cannot see
    pace = None

    def __init__(self, world: World) -> None:
        self.world = world

    def check(self) -> None:
        pass

    def probe(self) -> SensorState | None:
        assert not self.world.is_open
        self.world.now += 0.001
        fault = self.world.fault()
        return fault if fault in (BUSY, UNPLUGGED, DENIED) else None

    def open(self) -> None:
        world = self.world
        assert not world.is_open, "opened twice"
        world.opens.append(world.now)
        if (trouble := self.probe()) is not None:
            raise SourceLostError(trouble)
        world.is_open = True
        world.now += 0.3
        if world.fault() is STALLED:
            world.now += 5
            raise SourceLostError(STALLED)

    def stale(self) -> bool:
        if self.world.fault() is UNPLUGGED:
            raise SourceLostError(UNPLUGGED)
        if self.world.sleeps and self.world.sleeps[0] <= self.world.now:
            self.world.sleeps.pop(0)
            return True
        return False

    def grab(self, now: float) -> None:
        raise AssertionError

    def retrieve(self, due: float) -> Frame:
        assert self.world.is_open
        fault = self.world.fault()
        self.world.now += {STALLED: 4.0, UNUSABLE: 0.5}.get(fault, self.world.frames)
        if fault is not None:
            raise SourceLostError(fault)
        return Frame(np.zeros((2, 2, 3), np.uint8), self.world.now)

    def close(self) -> None:
        self.world.is_open = False

    def describe(self) -> dict[str, Any]:
        return {}


class Inlet:
    """No message ever; waiting moves the clock."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def ended(self) -> bool:
        return self.world.now >= self.world.end

    def receive(self, timeout: float) -> None:
        assert timeout > 0
        world = self.world
        assert world.sensing is not None
        if world.sensing._life._waiting:
            assert not world.is_open, "a waiting state holds the camera"
        world.now += timeout


class Outlet:
    """Takes down what is said and when."""

    def __init__(self, world: World) -> None:
        self.world = world

    def send(self, data: bytes) -> bool:
        assert len(data) == READING_SIZE
        self.world.readings.append((self.world.now, decode_reading(data).state))
        return True


class Observer:
    """Sees nobody."""

    def observe(self, picture: Any, time: float) -> Observation:
        return Observation(SensorState.NO_FACE)

    def close(self) -> None:
        pass


def play(
    plan: list[tuple[float, SensorState | None]], end: float, sleeps: tuple[float, ...] = ()
) -> World:
    """Run the real loop through a plan of faults."""
    world = World(plan, end=end, sleeps=sorted(sleeps))
    sensing = Sensing(
        Settings(),
        Observer(),  # type: ignore[arg-type]
        Camera(world),
        Inlet(world),  # type: ignore[arg-type]
        Outlet(world),  # type: ignore[arg-type]
        clock=lambda: world.now,
    )
    world.sensing = sensing
    sensing.run()
    assert not world.is_open
    return world


@pytest.mark.parametrize("fault", [UNUSABLE, STALLED, SensorState.ENDED])
def test_no_fault_of_a_camera_is_told_where_memory_is_used_up(fault: SensorState) -> None:
    """OpenCV keeps it to itself; the process ends, and control starts another."""
    status = Path("/proc/self/status").read_text()
    used = int(status.split("VmData:")[1].split()[0]) << 10
    limits = resource.getrlimit(resource.RLIMIT_DATA)
    assert play([(0, None), (20, fault)], 30).readings[-1][1] is fault
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (used + (32 << 20), limits[1]))
        with pytest.raises(MemoryError):
            play([(0, None), (20, fault)], 30)
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, limits)


@pytest.mark.parametrize(
    ("fault", "told_in", "back_in"),
    [
        (BUSY, 1.2, 1.5),  # taken away between two looks
        (UNPLUGGED, 1.2, 1.5),
        (DENIED, 1.2, 1.5),
        # Sensing's watchdog tells a stall after 2 s of the 4 that the driver blocks here.
        (STALLED, 5.2, 13.0),
        (UNUSABLE, 1.7, 9.0),
    ],
)
def test_each_fault_is_told_and_its_end_found(
    fault: SensorState, told_in: float, back_in: float
) -> None:
    world = play([(0, None), (20, fault), (60, None)], 90)
    told = next(when for when, state in world.readings if state is fault)
    assert 20 <= told <= 20 + told_in
    back = next(
        when for when, state in world.readings if when > 60 and state is SensorState.NO_FACE
    )
    assert back <= 60 + back_in
    between = {state for when, state in world.readings if told <= when < 60}
    assert between == {fault}


def test_replugged_in_the_state_of_another_fault() -> None:
    world = play([(0, BUSY), (10, UNPLUGGED), (20, DENIED), (30, None)], 40)
    states = [state for state, _ in itertools.groupby(state for _, state in world.readings)]
    assert states == [SensorState.STARTING, BUSY, UNPLUGGED, DENIED, SensorState.NO_FACE]


def test_after_a_sleep_the_camera_is_opened_anew_within_a_second_and_nothing_is_said() -> None:
    world = play([(0, None)], 30, sleeps=(10.5, 20.5))
    assert len(world.opens) == 3
    assert world.opens[1] <= 11.6
    assert world.opens[2] <= 21.6
    assert {state for _, state in world.readings[1:]} == {SensorState.NO_FACE}


def test_after_a_sleep_a_usb_that_comes_up_late_is_waited_for_without_growing_delays() -> None:
    world = play([(0, None), (10, UNPLUGGED), (13, None)], 30, sleeps=(10.0,))
    back = next(when for when, state in world.readings if when > 13 and state is not UNPLUGGED)
    assert back <= 13 + 1.5


FAULTS = st.lists(
    st.tuples(
        st.floats(0.05, 30),
        st.sampled_from([None, BUSY, UNPLUGGED, DENIED, STALLED, UNUSABLE]),
    ),
    max_size=12,
)


@given(FAULTS, st.lists(st.floats(0, 200), max_size=4))
def test_whatever_sequence_of_faults_comes_it_says_so_and_comes_back(
    steps: list[tuple[float, SensorState | None]], sleeps: list[float]
) -> None:
    plan: list[tuple[float, SensorState | None]] = [(0.0, None)]
    for length, fault in steps:
        plan.append((plan[-1][0] + length, fault))
    free = plan[-1][0] + 20
    plan.append((free, None))
    world = play(plan, free + 30, sleeps=tuple(sleeps))
    times = [0.0, *(when for when, _ in world.readings), world.now]
    # Control replaces a process that is silent for 15 s.
    assert max(after - before for before, after in itertools.pairwise(times)) < 12
    # What is said is true: each fault is said only while it was there within the last moments.
    for when, state in world.readings:
        if state in (SensorState.STARTING, SensorState.NO_FACE):
            continue
        recent = {world.fault()} | {
            fault
            for start, fault in plan
            if start <= when and not any(start < other <= when - 14 for other, _ in plan)
        }
        assert state in recent
    # A fault that lasts is said: within two seconds where it can be asked for from outside.
    for (start, fault), (stop, _) in itertools.pairwise(plan):
        patience = 2.0 if fault in (BUSY, UNPLUGGED) else 18.0
        if fault is not None and stop - start > patience + 6:
            said = {s for when, s in world.readings if start <= when <= start + patience + 6}
            assert fault in said
    # It comes back when the camera does.
    back = [when for when, state in world.readings if when >= free and state is SensorState.NO_FACE]
    assert back
    assert back[0] <= free + 14
    # It never rattles at a camera.
    gaps = [after - before for before, after in itertools.pairwise(world.opens)]
    assert sum(gap < FIRST_DELAY for gap in gaps) <= len(sleeps)
