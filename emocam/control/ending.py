"""Why and when a run ends, and the guarantee that it does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Iterator

from emocam.errors import EmoCamError, ExitCode

#: A run that was told to end and has not after so many seconds is ended by force. Each child ends
#: itself then, as its stdin does.
PATIENCE = 20.0


class Ending:
    """Why and when a run ends; the first reason holds."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.error: EmoCamError | None = None

    def end(self, error: EmoCamError | None = None) -> None:
        """End the run; with an error, that is its outcome."""
        if not self._event.is_set():
            self.error = error
            self._event.set()

    async def wait(self, seconds: float | None = None) -> None:
        """Wait for the end, but not longer than some seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)


@contextlib.contextmanager
def signals(ending: Ending) -> Iterator[None]:
    """End the run on Ctrl-C, SIGTERM and log-out; at once when a second signal comes.

    A signal that was ignored before (nohup, a job in the background) stays ignored. The handlers
    are the interpreter's own, as the event loop of Windows takes none.
    """
    loop = asyncio.get_running_loop()
    told = threading.Event()

    def handle(number: int, _frame: object) -> None:
        if told.is_set():
            os._exit(128 + number)
        told.set()
        guard = threading.Timer(PATIENCE, os._exit, (int(ExitCode.INTERNAL),))
        guard.daemon = True
        guard.start()
        loop.call_soon_threadsafe(ending.end)

    before = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
