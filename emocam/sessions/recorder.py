"""Writing rows as they come, a second apart, in a thread: a slow disk holds up nobody else."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections import deque
from collections.abc import Callable

from emocam.errors import SessionError
from emocam.sessions.layout import Row
from emocam.sessions.writer import LogWriter

#: Seconds between two rows.
STEP = 1.0
#: Rows that wait for the thread, and rows that wait for a disk with room; more are lost.
_WAITING, _BACKLOG = 100, 60
#: Seconds that the end waits for what is still to be written.
_GRACE = 5.0
#: Seconds after which a log that gets no rows is looked at all the same.
_IDLE = 20.0


class Pace:
    """One row a second at most: of more, the last. Pure; time is passed in."""

    def __init__(self) -> None:
        self._waiting: Row | None = None
        self._next = float("-inf")

    def offer(self, row: Row) -> None:
        """Take a row."""
        self._waiting = row

    def wait(self, now: float) -> float | None:
        """Seconds until a row is due; None if none waits."""
        return None if self._waiting is None else max(self._next - now, 0.0)

    def due(self, now: float, *, at_once: bool = False) -> Row | None:
        """The row that is to be written now, if there is one.

        Args:
            now: seconds on a clock that does not run backwards.
            at_once: whether it is the end, and nothing may wait any more.
        """
        row = self._waiting
        if row is None or (now < self._next and not at_once):
            return None
        self._waiting, self._next = None, now + STEP
        return row


class Recorder:
    """Takes rows and has them written by a thread of its own.

    Args:
        log: what they go into; it is closed in the end.
        seconds: after which the log is full.
        say: takes a sentence for the user, in the recorder's thread.
        clock: seconds on a clock that does not run backwards.
    """

    def __init__(
        self,
        log: LogWriter,
        seconds: float,
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log, self._seconds, self._say, self._clock = log, seconds, say, clock
        self._began = clock()
        self._pace, self._backlog = Pace(), deque[Row](maxlen=_BACKLOG)
        self._trouble, self.size = False, log.size
        """How many bytes the log takes."""
        self.open = True
        """Whether rows are taken still; not after the end, nor when the log is full."""
        # None is the end.
        self._queue: queue.Queue[Row | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._record, name="session log", daemon=True)
        self._thread.start()

    @property
    def rows(self) -> int:
        """How many rows were written."""
        return self._log.rows

    def take(self, row: Row) -> None:
        """Have a row written soon, if it is a second's last; never waits."""
        if self.open:
            with contextlib.suppress(queue.Full):  # the thread waits for the disk
                self._queue.put_nowait(row)

    def close(self) -> None:
        """Write what is left and close the log; waits for that, but not for a disk that hangs."""
        self.open = False
        with contextlib.suppress(queue.Full):
            self._queue.put(None, timeout=_GRACE)
        self._thread.join(_GRACE)

    def _record(self) -> None:
        while self.open or not self._queue.empty():
            wait = self._pace.wait(self._clock())
            with contextlib.suppress(queue.Empty):
                item = self._queue.get(timeout=_IDLE if wait is None else wait)
                if item is None:
                    break
                self._pace.offer(item)
            if (row := self._pace.due(self._clock())) is not None:
                self._write(row)
            if self._clock() - self._began >= self._seconds:
                self.open = False
                hours = self._seconds / 3600
                self._say(
                    f"The session log is full after {hours:g} hours (session.max_hours) and ends."
                )
                break
        if (row := self._pace.due(self._clock(), at_once=True)) is not None:
            self._write(row)
        self._close()

    def _write(self, row: Row) -> None:
        self._backlog.append(row)
        try:
            while self._backlog:
                self._log.write(self._backlog[0])
                self._backlog.popleft()
        except SessionError as error:
            if not self._trouble:
                self._trouble = True
                self._say(f"EmoCam goes on, and tries again each second: {error}")
        self.size = self._log.size

    def _close(self) -> None:
        try:
            self._log.close(time.time())
        except SessionError as error:
            self._say(f"The session log was not closed in order: {error}")
        if self._backlog:
            self._say(f"{len(self._backlog)} seconds of the session could not be written.")
        self.size = self._log.size
