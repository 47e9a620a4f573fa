"""The tray's line to the run: a thread with an event loop, on the control socket."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable

from emocam.control.channel import channel
from emocam.control.client import connected
from emocam.control.status import Status
from emocam.control.tray.menu import Request
from emocam.errors import EmoCamError

#: Seconds between two moments at which time is let pass.
TICK = 1.0


class Link:
    """Follows a run, and asks it for actions.

    Args:
        name: of the run.
        take: takes each status; called in the link's thread, as are the others.
        tick: called about once a second.
        ended: called when the run has gone, or cannot be reached.
    """

    def __init__(
        self,
        name: str,
        take: Callable[[Status], None],
        tick: Callable[[], None],
        ended: Callable[[], None],
    ) -> None:
        self._name = name
        self._take, self._tick, self._ended = take, tick, ended
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="link", daemon=True).start()

    def ask(
        self,
        request: Request,
        refused: Callable[[EmoCamError], None],
        done: Callable[[], None] = lambda: None,
    ) -> None:
        """Ask for an action without waiting for it; may be called in any thread.

        Args:
            request: what is wanted.
            refused: takes what the run has against it; called in the link's thread.
            done: called there when the run has done it.
        """
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has just ended, as the run has
                asyncio.run_coroutine_threadsafe(self._ask(request, refused, done), self._loop)

    def _run(self) -> None:
        try:
            asyncio.run(self._follow())
        except EmoCamError:
            pass  # the run has gone
        finally:
            self._loop = None
            self._ended()

    async def _follow(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with connected(channel(self._name)) as client:
            self._take(await client.ask("watch", {}))
            ticking = asyncio.create_task(self._pass_time())
            try:
                async for status in client.events():
                    self._take(status)
            finally:
                ticking.cancel()

    async def _pass_time(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._tick()

    async def _ask(
        self,
        request: Request,
        refused: Callable[[EmoCamError], None],
        done: Callable[[], None],
    ) -> None:
        try:
            async with connected(channel(self._name)) as client:
                await client.ask(request.action, request.arguments)
        except EmoCamError as error:
            refused(error)
        else:
            done()
