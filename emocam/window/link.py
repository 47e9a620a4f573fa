"""The window's line to the run: a thread with an event loop, on the control socket.

It looks for a run again and again while there is none, and answers other starts of the window,
which ask the one that is there to come to the front.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from emocam.control.channel import Channel
from emocam.control.client import connected, find
from emocam.errors import ControlError, EmoCamError, NotRunningError
from emocam.window import instance

#: Seconds between two looks for a run.
AGAIN = 1.0
#: Seconds that the run gets to take what was asked for last.
LAST = 1.0

Answer = Callable[[dict[str, Any]], None]
Refusal = Callable[[EmoCamError], None]


class Link(QObject):
    """Follows a run, and asks it for actions. All signals arrive in the receiver's thread.

    Args:
        name: of the run.
        only: whether no other run will do.
        own: the window's own channel, claimed; None where there can be none.
    """

    status = Signal(object)
    """The status of the run, again at each change."""
    gone = Signal(object)
    """There is no run now: an :class:`EmoCamError` that says so; told once."""
    called = Signal(str)
    """Another start of the window asked for a page; empty for none in particular."""
    _answered = Signal(object)

    def __init__(self, name: str, only: bool, own: Channel | None) -> None:
        super().__init__()
        self._name, self._only, self._own = name, only, own
        self._where: Channel | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self._task: asyncio.Task[None] | None = None
        self._asks: set[asyncio.Task[None]] = set()
        self._answered.connect(_call)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, when the run has been told what was asked last; no signal comes afterwards."""
        if self._task is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._task.cancel)
            self._thread.join(2.0)
        if self._own is not None:
            self._own.release()

    def ask(
        self,
        action: str,
        arguments: Mapping[str, str] | None = None,
        done: Answer = lambda _: None,
        refused: Refusal = lambda _: None,
    ) -> None:
        """Ask for an action without waiting for it.

        Args:
            action: its name in :data:`emocam.control.actions.ACTIONS`.
            arguments: by name.
            done: takes the result; called in the thread of the window.
            refused: takes what the run has against it; called there too.
        """

        def begin() -> None:
            asked = self._ask(action, dict(arguments or {}), done, refused)
            self._asks.add(task := self._loop.create_task(asked))
            task.add_done_callback(self._asks.discard)

        with contextlib.suppress(RuntimeError):  # the window has just been closed
            self._loop.call_soon_threadsafe(begin)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._task = self._loop.create_task(self._live())
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._task)
        if self._asks:
            self._loop.run_until_complete(asyncio.wait(self._asks, timeout=LAST))
        # What still talks to the run is let go with the loop.
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _live(self) -> None:
        if self._own is not None:
            with contextlib.suppress(ControlError):
                await self._own.listen(self._admit)
        try:
            told = False
            while True:
                try:
                    await self._follow()
                    told = False
                except EmoCamError as error:
                    if not told:
                        self.gone.emit(error)
                    told = True
                await asyncio.sleep(AGAIN)
        finally:
            if self._own is not None:
                self._own.close()

    async def _follow(self) -> None:
        """Follow a run to its end.

        Raises:
            EmoCamError: if there is none.
        """
        where = await find(self._name, only=self._only)
        async with connected(where) as client:
            self._where = where
            self.status.emit(await client.ask("watch", {}))
            async for status in client.events():
                self.status.emit(status)
        self._where = None
        self.gone.emit(NotRunningError("EmoCam has ended", "Start it with: emocam run"))

    async def _ask(
        self, action: str, arguments: dict[str, str], done: Answer, refused: Refusal
    ) -> None:
        try:
            where = self._where or await find(self._name, only=self._only)
            async with connected(where) as client:
                result = await client.ask(action, arguments)
        except EmoCamError as error:
            problem = error
            self._answered.emit(lambda: refused(problem))
            return
        self._answered.emit(lambda: done(result))

    async def _admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        page = await instance.answer(reader, writer)
        if page is not None:
            self.called.emit(page)


def _call(work: Callable[[], None]) -> None:
    work()
