"""How often things happen. Pure: the time is passed in."""

from __future__ import annotations

from collections import deque

#: Seconds over which a rate is taken.
WINDOW = 10.0


class Rate:
    """How much there was a second, over the last :data:`WINDOW` seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()  # time, total until then
        self._total = 0.0

    def count(self, now: float, amount: float = 1.0) -> None:
        """Note that there was something.

        Args:
            now: seconds on a clock that does not run backwards.
            amount: how much there was since the last time.
        """
        self._total += amount
        self._seen.append((now, self._total))
        # One older than the window stays, so that what comes every few seconds has a rate too.
        while len(self._seen) > 2 and self._seen[1][0] <= now - WINDOW:
            self._seen.popleft()

    def forget(self) -> None:
        """Start again: what comes next has nothing to do with what was."""
        self._seen.clear()

    def per_second(self, now: float) -> float | None:
        """The rate; None while too little is known."""
        if len(self._seen) < 2 or now - self._seen[-1][0] > WINDOW:
            return None
        (first, before), (last, total) = self._seen[0], self._seen[-1]
        return (total - before) / (last - first) if last > first else None
