"""A real desk whose children are never started, and a server for it on a real socket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from emocam.control.channel.unix import UnixChannel
from emocam.control.desk import Desk
from emocam.control.ending import Ending
from emocam.control.keep_sensing import SensingKeeper
from emocam.control.keep_stage import StageKeeper
from emocam.control.server import Server
from emocam.control.session import Session
from emocam.settings import Layers, Settings


class Bench:
    """What a run has, on a clock of the test's own."""

    def __init__(self, settings: Settings | None = None, layers: Layers | None = None) -> None:
        settings = settings or Settings()
        self.now = 1000.0
        self.said: list[str] = []
        self.stage = StageKeeper(settings, self.said.append)
        clock = lambda: self.now  # noqa: E731
        self.session = Session(settings, self.stage, None, self.said.append, clock)
        self.sensing = SensingKeeper(
            settings, self.said.append, self.session.take, self.session.lost
        )
        self.ending = Ending()
        self.desk = Desk(
            settings, self.session, self.sensing, self.stage, self.ending, clock, layers
        )


@contextlib.asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[UnixChannel, Bench, Server]]:
    """A server on a socket in a folder."""
    bench = Bench()
    line = UnixChannel("EmoCam", folder)
    server = Server(bench.desk)
    line.claim()
    try:
        await line.listen(server.serve)
        yield line, bench, server
    finally:
        line.release()
        await server.close()
    await asyncio.sleep(0)  # what was closed may say so
