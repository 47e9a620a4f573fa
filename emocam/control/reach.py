"""How a run can be reached: it takes its name, and listens until everything else has ended."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Iterator

from emocam.control.actions import Operations
from emocam.control.channel import Channel, channel, run_name
from emocam.control.keeper import Say
from emocam.control.server import Server
from emocam.errors import ControlError, RunningError
from emocam.settings import Settings

#: Seconds between two tries to take a name.
_MOMENT = 0.3


@contextlib.contextmanager
def claimed(settings: Settings, say: Say, what: str = "") -> Iterator[Channel | None]:
    """Take the name of the run with these settings, so that no other publishes to the same place.

    Args:
        settings: with whole paths.
        say: is told why a run goes on that cannot be reached.
        what: the command, if it will not listen.

    Returns:
        The channel; None where there is no place for one.

    Raises:
        RunningError: if another run has the name.
    """
    line: Channel | None = None
    try:
        line = channel(run_name(settings))
        _claim(line, what)
    except ControlError as error:
        say(f"EmoCam goes on, and emocam ctl cannot reach it: {error}")
        line = None
    try:
        yield line
    finally:
        if line is not None:
            line.release()


def _claim(line: Channel, what: str) -> None:
    """Take a name, and once more a moment later: ``emocam doctor`` tries for a moment, too.

    Raises:
        ControlError, RunningError: as :meth:`.Channel.claim`.
    """
    try:
        line.claim(what)
    except RunningError:
        time.sleep(_MOMENT)
        line.claim(what)


@contextlib.asynccontextmanager
async def listening(line: Channel | None, run: Operations, say: Say) -> AsyncIterator[None]:
    """Answer clients; they are let go when nothing of the run is left, so they can wait for that.

    Args:
        line: from :func:`claimed`.
        run: what they ask for is done to this.
        say: is told why a run goes on that cannot be reached.
    """
    server = Server(run)
    if line is not None:
        try:
            await line.listen(server.serve)
        except ControlError as error:
            say(f"EmoCam goes on, and emocam ctl cannot reach it: {error}")
    try:
        yield
    finally:
        if line is not None:
            line.release()
        await server.close()
