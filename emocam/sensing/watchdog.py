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


class _Call:
    """One call that is watched."""

    def __init__(self, limit: float) -> None:
        self.limit = limit


class Watchdog:
    """Watches one thread's calls.

    The time of a call is counted by glances: a machine that slept or a process that was stopped,
    the watchdog with it, makes no call longer.

    Args:
        alarm: called in the watchdog's thread, at each glance, with the seconds by which the
            present call is over its limit.
    """

    def __init__(self, alarm: Callable[[float], None]) -> None:
        self._alarm = alarm
        self._call: _Call | None = None
        self._thread: threading.Thread | None = None
        self._end = threading.Event()

    @contextlib.contextmanager
    def watch(self, limit: float) -> Iterator[None]:
        """Watch what is done inside; ``limit`` is in seconds."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
            self._thread.start()
        self._call = _Call(limit)
        try:
            yield
        finally:
            self._call = None

    def close(self) -> None:
        """End the thread."""
        self._end.set()

    def _run(self) -> None:
        seen: _Call | None = None
        spent, before = 0.0, time.monotonic()
        while not self._end.wait(_GLANCE):
            now, call = time.monotonic(), self._call
            spent = spent + min(now - before, 2 * _GLANCE) if call is seen else 0.0
            before, seen = now, call
            if call is not None and spent > call.limit:
                self._alarm(spent - call.limit)
