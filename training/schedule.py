"""Learning-rate schedule that can be planned by passes or by a time to be done.

Progress runs from 0 to 1. Planned by passes, each step adds its share of the passes. Planned by
time, each step adds the share of the remaining time that it took, so the schedule always ends
when it should, however busy the machine is or however long the process was stopped, and a resumed
run can be given another end.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from training.errors import ConfigError


def rate(progress: float, highest: float, warmup: float) -> float:
    """Return the one-cycle rate: a linear rise from a tenth, then half a cosine down to 0."""
    if progress < warmup:
        return highest * (0.1 + 0.9 * progress / warmup)
    along = (progress - warmup) / max(1 - warmup, 1e-9)
    return highest * 0.5 * (1 + math.cos(math.pi * min(along, 1.0)))


class Progress:
    """Where a run stands in its schedule, from 0 to 1."""

    def __init__(
        self,
        steps: int,
        end: float | None = None,
        start: float = 0.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Plan the rest of the schedule.

        Args:
            steps: steps of the whole schedule when planned by passes.
            end: time at which to be done, in the clock's seconds; None plans by passes.
            start: progress that a resumed run has made already.
            clock: where the time comes from.
        """
        self.value = start
        self._steps = max(steps, 1)
        self._end = end
        self._clock = clock
        self._last = clock()

    def step(self) -> float:
        """Count one step and return the progress after it."""
        now = self._clock()
        if self._end is None:
            self.value += 1 / self._steps
        else:
            remaining = self._end - self._last
            share = 1.0 if remaining <= 0 else (now - self._last) / remaining
            self.value += (1 - self.value) * min(max(share, 0.0), 1.0)
        self._last = now
        # Many small shares add up to just below 1.
        if self.value > 1 - 1e-6:
            self.value = 1.0
        return self.value

    @property
    def done(self) -> bool:
        """Whether the schedule has ended."""
        return self.value >= 1.0


def finish_time(text: str | None, now: float) -> float | None:
    """Read ``HH:MM`` (UTC, the next time it is so late) or ``+MINUTES`` as seconds since 1970.

    Raises:
        ConfigError: for any other text.
    """
    if text is None:
        return None
    try:
        if text.startswith("+"):
            return now + 60 * float(text[1:])
        hours, minutes = (int(part) for part in text.split(":"))
        moment = datetime.fromtimestamp(now, UTC).replace(hour=hours, minute=minutes, second=0)
    except ValueError as error:
        raise ConfigError(f"--finish-by {text}: write HH:MM or +MINUTES.") from error
    if moment.timestamp() <= now:
        moment += timedelta(days=1)
    return moment.timestamp()
