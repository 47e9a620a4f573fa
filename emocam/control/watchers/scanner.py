"""A thread that keeps an eye on who holds the device open, so that nobody waits for it."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from emocam.control.watchers import inotify
from emocam.control.watchers.holders import Holders
from emocam.control.watchers.judge import Holder, Judge

#: Seconds between two looks at those who hold the device open: they may begin to read at any time.
NEAR = 0.5
#: Seconds between two looks at all processes when none holds it and nobody opened it meanwhile; a
#: descriptor can also be inherited or handed over.
FAR = 10.0
#: A look at all processes may take this share of the time at most, and not more often than PAUSE.
SHARE = 0.05
PAUSE = 0.1


class Scanner:
    """Looks for readers.

    Args:
        path: of the device.
        writer: number of the process that publishes on it, which reads nothing.
        changed: called in the scanner's thread when the readers are others than before.

    Raises:
        OSError: if there is no such device.
    """

    def __init__(self, path: str, writer: int, changed: Callable[[], None] = lambda: None) -> None:
        self._holders = Holders(path, (os.getpid(), writer))
        self._judge = Judge()
        self._changed = changed
        self._inotify = inotify.watch(path)
        self._awake, self._wake = os.pipe()
        self._stop = threading.Event()
        self.found: list[Holder] | None = None
        """The readers; None before the first look."""
        self._thread = threading.Thread(target=self._run, name="watchers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Have the thread end, which may take as long as a look; nobody waits for it."""
        os.write(self._wake, b"\0")  # before the thread may close it
        self._stop.set()

    def _run(self) -> None:
        try:
            self._look()
        finally:
            for descriptor in (self._awake, self._wake, self._inotify):
                if descriptor is not None:
                    os.close(descriptor)

    def _look(self) -> None:
        poll = select.poll()
        poll.register(self._awake, select.POLLIN)
        if self._inotify is not None:
            poll.register(self._inotify, select.POLLIN)
        holders: list[Holder] = []
        everywhere, scanned, pause = True, 0.0, 0.0
        while not self._stop.is_set():
            if everywhere:
                began = time.monotonic()
                holders = self._holders.all()
                scanned = time.monotonic()
                pause = max(PAUSE, (scanned - began) / SHARE)
            else:
                holders = [h for h in map(self._holders.one, [h.pid for h in holders]) if h]
            self._find(self._judge.readers(holders, time.monotonic()))
            everywhere = self._wait(poll, scanned, pause, bool(holders))

    def _find(self, readers: list[Holder]) -> None:
        before, self.found = self.found, readers
        known = None if before is None else {(each.pid, each.started) for each in before}
        if known != {(each.pid, each.started) for each in readers} and not self._stop.is_set():
            self._changed()

    def _wait(self, poll: select.poll, scanned: float, pause: float, held: bool) -> bool:
        """Sleep; returns whether a look at all processes is due."""
        far = FAR if self._inotify is not None else max(NEAR, pause)
        due = scanned + far
        rest = min(due - time.monotonic(), NEAR) if held else due - time.monotonic()
        happened = bool(poll.poll(max(0.0, rest) * 1000))
        self._drain()
        # Many openings in a row must not make us look all the time.
        if happened and (early := scanned + pause - time.monotonic()) > 0:
            self._stop.wait(early)
            self._drain()
        return happened or time.monotonic() >= due

    def _drain(self) -> None:
        if self._inotify is not None:
            with suppress(BlockingIOError):
                os.read(self._inotify, 65536)
