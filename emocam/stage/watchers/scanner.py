"""A thread that keeps an eye on who holds the device open, so that no frame waits for it."""

from __future__ import annotations

import os
import select
import threading
import time
from contextlib import suppress

from emocam.stage.watchers import inotify
from emocam.stage.watchers.holders import Holders
from emocam.stage.watchers.judge import Holder, Judge

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
        always: look all the time; else only when told to.

    Raises:
        OSError: if there is no such device.
    """

    def __init__(self, path: str, always: bool) -> None:
        self._holders = Holders(path)
        self._judge = Judge()
        self._always = always
        self._inotify = inotify.watch(path) if always else None
        self._awake, self._wake = os.pipe()
        os.set_blocking(self._awake, False)
        os.set_blocking(self._wake, False)
        self._asked = 0
        self._stop = threading.Event()
        self.found: tuple[int, list[Holder]] | None = None
        """The readers, and the number of the last request that they answer."""
        self._thread = threading.Thread(target=self._run, name="watchers", daemon=True)
        self._thread.start()

    def ask(self) -> int:
        """Have a look taken soon; returns the request's number."""
        self._asked += 1
        self._rouse()
        return self._asked

    def close(self) -> None:
        """Stop."""
        self._stop.set()
        self._rouse()
        self._thread.join(5.0)
        if not self._thread.is_alive():  # else it hangs in the kernel, and may yet use them
            for descriptor in (self._awake, self._wake, self._inotify):
                if descriptor is not None:
                    os.close(descriptor)

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._awake, select.POLLIN)
        if self._inotify is not None:
            poll.register(self._inotify, select.POLLIN)
        holders: list[Holder] = []
        everywhere, scanned, pause = self._always, 0.0, 0.0
        while not self._stop.is_set():
            if everywhere:
                number = self._asked
                began = time.monotonic()
                holders = self._holders.all()
                scanned = time.monotonic()
                pause = max(PAUSE, (scanned - began) / SHARE)
                self.found = (number, self._judge.readers(holders, scanned))
            elif holders:
                holders = [h for h in map(self._holders.one, [h.pid for h in holders]) if h]
                self.found = (self.found or (0,))[0], self._judge.readers(holders, time.monotonic())
            everywhere = self._wait(poll, scanned, pause, bool(holders))

    def _wait(self, poll: select.poll, scanned: float, pause: float, held: bool) -> bool:
        """Sleep; returns whether a look at all processes is due."""
        if not self._always:
            poll.poll()
            self._drain()
            return True
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

    def _rouse(self) -> None:
        with suppress(BlockingIOError):  # full of requests that are all answered by one look
            os.write(self._wake, b"\0")

    def _drain(self) -> None:
        for descriptor in (self._awake, self._inotify):
            if descriptor is not None:
                with suppress(BlockingIOError):
                    os.read(descriptor, 65536)
