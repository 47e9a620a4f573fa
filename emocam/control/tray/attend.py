"""The run's side of the tray: starts its process late, says what it says, ends it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping

from emocam.control.channel import Channel
from emocam.control.child import Child
from emocam.control.keeper import Say
from emocam.errors import EmoCamError
from emocam.settings import Layers, Settings

MODULE = "emocam.control.tray"
#: Seconds that camera and picture come first.
LATE = 2.0
#: Seconds that the tray gets to take its icon away.
GRACE = 2.0

#: Ends that need no words: somebody told it to.
_QUIET = {0, -signal.SIGINT, -signal.SIGTERM}
_INSTEAD = "emocam ctl does what it would."


@contextlib.asynccontextmanager
async def tray(
    line: Channel | None, settings: Settings, say: Say, layers: Layers | None = None
) -> AsyncIterator[None]:
    """Have an icon while the body runs, where there can be one; whatever befalls it is only said.

    Args:
        line: where the run listens; without it there is no tray, which was said already.
        settings: of the run.
        say: is told once why there is none.
        layers: say which settings are locked; None for none.
    """
    if line is None:
        yield
        return
    task = asyncio.create_task(_attend(line.name, settings, say, _locked(layers)))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def nowhere(environment: Mapping[str, str], platform: str = sys.platform) -> str:
    """Why there can be no icon here; empty if there can.

    Args:
        environment: of the process.
        platform: as ``sys.platform``.
    """
    if platform in ("win32", "darwin"):
        return ""
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        return ""
    return "There is no display here"


def _locked(layers: Layers | None) -> list[str]:
    origins = layers.origins() if layers is not None else {}
    return [key for key, origin in origins.items() if origin.locked]


async def _attend(name: str, settings: Settings, say: Say, locked: list[str]) -> None:
    await asyncio.sleep(LATE)
    if why := nowhere(os.environ):
        say(f"{why}, so there is no tray icon; {_INSTEAD}")
        return
    try:
        child = await Child.start(MODULE, warn=say)
    except EmoCamError as error:
        say(f"{error.cause}, so there is no tray icon; {_INSTEAD}")
        return
    try:
        about = {"name": name, "settings": settings.to_dict(), "locked": locked}
        child.send({"type": "configure", **about})
        code = await child.wait()
    except asyncio.CancelledError:
        await child.stop(GRACE)
        raise
    if (stated := child.error()) is not None:
        say(f"There is no tray icon: {stated}")
    elif code not in _QUIET:
        words = child.last_words() or f"exit code {code}"
        say(f"The tray icon is gone ({words}); EmoCam goes on, and {_INSTEAD}")
