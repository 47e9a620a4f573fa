"""A thread that speaks up when a call into a camera driver does not return.

Python cannot end a native call that hangs, and OpenCV's own limits differ from back end to back end
(ten seconds with some, none with others). So the loop says before each call how long it may take;
after that this thread says for it that the camera stalls, and at last ends the process, which gives
the device back. Control then starts another.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

#: Seconds between two glances of the thread: what the limits are exact to.
_GLANCE = 0.5


class Watchdog:
    """Watches one thread's calls.

    Args:
        alarm: called in the watchdog's thread, at each glance, with the seconds by which the
            present call is over its limit.
        clock: seconds on a clock that does not run backwards.
    """

    def __init__(
        self, alarm: Callable[[float], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._alarm = alarm
        self._clock = clock
        self._deadline: float | None = None
        self._thread: threading.Thread | None = None
        self._end = threading.Event()

    @contextlib.contextmanager
    def watch(self, limit: float) -> Iterator[None]:
        """Watch what is done inside; ``limit`` is in seconds."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
            self._thread.start()
        self._deadline = self._clock() + limit
        try:
            yield
        finally:
            self._deadline = None

    def close(self) -> None:
        """End the thread."""
        self._end.set()

    def _run(self) -> None:
        while not self._end.wait(_GLANCE):
            deadline = self._deadline
            over = self._clock() - deadline if deadline is not None else -1.0
            if over > 0:
                self._alarm(over)
