"""A steady frame rate on a clock that is passed in.

Slot n is due at start + n / fps, computed from the start each time, so errors do not add up. Slots
that were missed altogether are left out: after a stall there is no burst.
"""

from __future__ import annotations

import math


class Pacer:
    """Counts the slots of a frame rate.

    Args:
        fps: frames a second, > 0.
        start: monotonic time in seconds of slot 0.
    """

    def __init__(self, fps: float, start: float) -> None:
        self._fps = fps
        self._start = start
        self._next = 0

    def delay(self, now: float) -> float:
        """Seconds until the next slot is due; 0 if it is due already."""
        return max(0.0, self._start + self._next / self._fps - now)

    def take(self, now: float) -> int:
        """The slot to fill now: at least one above the last, and none that is wholly past."""
        current = math.floor((now - self._start) * self._fps)
        slot = max(self._next, current)
        self._next = slot + 1
        return slot
