"""When to look next. Pure: the time is passed in."""

from __future__ import annotations

import math
from collections.abc import Hashable

#: Least time between the starts of two looks in seconds, for each reading that the first gave. So
#: at most nine readings begin in any second, beside those of one look that began before, and the
#: limit of the wire holds.
LEAST_SPACING = 0.12


class Pace:
    """The room that the wire leaves; it outlives a sampler, whose camera may be lost and found.

    Attributes:
        free: when the next look may start, in seconds.
    """

    def __init__(self) -> None:
        self.free = -math.inf

    def spend(self, started: float, readings: int) -> None:
        """Tell of a look and how many readings it gave."""
        self.free = max(self.free, started) + LEAST_SPACING * readings


class Sampler:
    """Decides when the sensor looks.

    At rest it looks on an even grid. A look that differs from what is settled is followed at once
    by quick looks until two looks in a row agree: on the new (the change is confirmed) or on the
    settled (it is withdrawn). A look that takes longer than the interval leaves out the places of
    the grid that it missed; nothing is ever queued.

    Args:
        interval: seconds between two looks at rest.
        quick: how many quick looks may follow one that differs.
        pace: what the looks of all samplers share.
    """

    def __init__(self, interval: float, quick: int, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._interval = interval
        self._quick = quick
        self._grid: float | None = None
        self._due: float | None = None
        self._settled: Hashable = None
        self._last: Hashable = None
        self._left = 0

    def due(self, now: float) -> float:
        """The time of the next look; the first one is due at once.

        Args:
            now: the present time in seconds, of any clock that does not go back.
        """
        return max(now, self._pace.free) if self._due is None else self._due

    @property
    def is_quick(self) -> bool:
        """Whether the next look is a quick one."""
        return self._left > 0

    def looked(self, started: float, ended: float, seen: Hashable, readings: int = 1) -> None:
        """Tell of a look and plan the next.

        Args:
            started, ended: when the look began and when its reading was sent.
            seen: what it saw; looks that saw the same are equal.
            readings: how many it gave.
        """
        self._pace.spend(started, readings)
        if self._grid is None:
            self._grid = started
        self._judge(seen)
        if self._left:
            self._due = max(ended, self._pace.free)
        else:
            self._due = self._next_place(ended)

    def _judge(self, seen: Hashable) -> None:
        if seen == self._settled:
            self._left = 0
        elif self._left and seen == self._last:
            self._settled, self._left = seen, 0
        elif self._left:
            self._left -= 1
            if not self._left:
                # Undecided: take the newest, so that a restless face is not looked at for ever.
                self._settled = seen
        else:
            self._left = self._quick
            if not self._left:
                self._settled = seen
        self._last = seen

    def _next_place(self, ended: float) -> float:
        """The next place of the grid that is neither past nor too near."""
        assert self._grid is not None
        earliest = max(ended, self._pace.free)
        # A place that is only just gone by counts as reached.
        steps = math.ceil((earliest - self._grid) / self._interval - 1e-9)
        return max(earliest, self._grid + steps * self._interval)
