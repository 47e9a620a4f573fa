"""When a camera that gives nothing is tried again, and what is said of it meanwhile.

Pure: what happens and when is passed in, what to do comes out. The loop of process.py carries it
out and adds nothing of its own, so every order of faults can be played in a test.

::

    start ─▶ OPEN ──opened──▶ looks ──lost──▶ waiting ─┬─ probe: still so ──▶ waiting
              ▲                                         └─ probe: free, and due ─┐
              └──────────────────────────────────────────────────────────────────┘

A *probe* asks from outside why the camera cannot be had (see ``Source.probe``); it starts no stream
and lights no lamp, so it may be asked often. An *opening* may light the lamp, so openings that fail
grow rarer.
"""

from __future__ import annotations

import math
from enum import Enum

from emocam.expression import SensorState

#: Seconds between two probes.
PROBE = 0.5
#: Seconds from the first failure to the next opening; doubled by each further failure.
FIRST_DELAY = 0.5
#: The longest such delay. A camera that is opened and gives nothing useful burns its lamp.
LONGEST_DELAY = {SensorState.STALLED: 5.0, SensorState.UNUSABLE: 5.0}
OTHER_LONGEST_DELAY = 2.0
#: A camera that worked for so long is sound again: the next failure is the first.
SOUND = 10.0
#: The state is said again so often; control takes a longer silence for a hung process.
REPEAT = 5.0
#: A node that has just appeared is closed to the user until udev has set its rights.
SETTLING = 2.0
#: So long after the machine slept, or another camera was chosen, delays do not grow.
HURRY = 15.0
#: Seconds by which two clocks may drift apart without a sleep between.
_NAP = 1.0


class Do(Enum):
    """What the loop is to do next."""

    OPEN = "open"
    PROBE = "probe"
    WAIT = "wait"


class Lifecycle:
    """One source, from the start of the run or from its choice on.

    All times are seconds of one clock that does not run backwards.
    """

    def __init__(self) -> None:
        self._state: SensorState | None = None  # why it waits; None while it does not
        self._waiting = False
        self._opened: float | None = None
        self._failures = 0
        self._next_open = self._next_probe = -math.inf
        self._blocked = False  # whether the last probe gave a reason not to open
        self._appeared: float | None = None  # when a probe first found a node with no rights
        self._hurry = -math.inf
        self._told: SensorState | None = None
        self._told_at = -math.inf

    def opened(self, now: float) -> None:
        """It is open and gave a frame; nobody has looked at one yet."""
        self._opened, self._waiting = now, False

    def looked(self, now: float) -> None:
        """A frame was judged."""
        self._state = self._told = None
        if self._opened is not None and now - self._opened >= SOUND:
            self._failures = 0

    def lost(self, state: SensorState, now: float) -> None:
        """It could not be opened, or stopped; the loop has closed it."""
        longest = LONGEST_DELAY.get(state, OTHER_LONGEST_DELAY)
        growth = 0 if now < self._hurry else min(self._failures, 10)
        delay = min(FIRST_DELAY * 2**growth, longest)
        self._failures += 1
        self._next_open, self._next_probe = now + delay, now + PROBE
        self._state, self._waiting = state, True
        self._opened = self._appeared = None
        self._blocked = False

    def probed(self, trouble: SensorState | None, now: float) -> None:
        """A probe found this reason not to open, or None."""
        self._next_probe = now + PROBE
        if trouble is None:
            if self._blocked:
                self._next_open = now  # freed or plugged in just now
            self._blocked, self._appeared = False, None
            return
        self._blocked = True
        if trouble is SensorState.DENIED and self._state is SensorState.UNPLUGGED:
            self._appeared = now if self._appeared is None else self._appeared
            if now - self._appeared < SETTLING:
                return
        self._appeared = None
        self._state = trouble

    def again(self, now: float) -> None:
        """Open it anew at once: the machine slept, or a better camera came. It is closed."""
        self._waiting, self._blocked = False, False
        self._opened = None
        self._failures, self._hurry = 0, now + HURRY

    def next(self, now: float) -> Do:
        """What is due now."""
        if not self._waiting or (not self._blocked and now >= self._next_open):
            return Do.OPEN
        return Do.PROBE if now >= self._next_probe else Do.WAIT

    def due(self) -> float:
        """When to ask again what is due, while it waits."""
        opening = math.inf if self._blocked else self._next_open
        return min(self._next_probe, opening, self._told_at + REPEAT)

    def tell(self, now: float) -> SensorState | None:
        """The state to say now; None if there is nothing new to say."""
        if self._state is None:
            return None
        if self._state is self._told and now < self._told_at + REPEAT:
            return None
        self._told, self._told_at = self._state, now
        return self._state


class Sleep:
    """Tells when a machine was suspended, from how long it slept in all."""

    def __init__(self) -> None:
        self._last: float | None = None

    def slept(self, total: float) -> bool:
        """Whether it slept between the last call and this one.

        Args:
            total: seconds of sleep since the machine was started, of ``Platform.slept``.
        """
        last, self._last = self._last, total
        return last is not None and total - last > _NAP
