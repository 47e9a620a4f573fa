"""How much one client of the control socket may ask, and how long it may take. Pure parts only."""

from __future__ import annotations

#: The longest request and the longest answer, in bytes with the newline.
MAX_REQUEST = 16384
MAX_ANSWER = 262144
#: Requests a second that a client may send in the long run, and how many more at once.
REQUESTS_PER_SECOND = 10.0
REQUEST_BURST = 30.0
#: Clients at the same time; one more is told so and let go.
MAX_CLIENTS = 16
#: Seconds without a whole request after which a client that does not watch is let go.
IDLE = 30.0
#: Seconds in which a client must take what it is sent.
STALL = 5.0
#: The least seconds between two states that a watching client is sent.
WATCH_STEP = 0.2


class Allowance:
    """A token bucket. Pure: the time is passed in.

    Args:
        rate: takes a second in the long run.
        burst: takes that may come at once.
    """

    def __init__(self, rate: float = REQUESTS_PER_SECOND, burst: float = REQUEST_BURST) -> None:
        self._rate, self._burst = rate, burst
        self._left = burst
        self._last: float | None = None

    def take(self, now: float) -> bool:
        """Whether one more is allowed now.

        Args:
            now: seconds on a clock that does not run backwards.
        """
        gap = 0.0 if self._last is None else max(now - self._last, 0.0)
        self._last = now
        self._left = min(self._left + gap * self._rate, self._burst)
        if self._left < 1:
            return False
        self._left -= 1
        return True
