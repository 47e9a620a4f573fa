"""What ``emocam doctor`` says of the control socket, and of the EmoCam that runs."""

from __future__ import annotations

import asyncio
from typing import Any

from emocam.control.channel import channel, run_name
from emocam.control.client import connected
from emocam.control.files import with_whole_paths
from emocam.control.queries import Check
from emocam.control.status import sentence
from emocam.errors import EmoCamError, NotRunningError, RunningError
from emocam.settings import Settings


def checks(settings: Settings) -> list[Check]:
    """Whether a run could be reached, and what the one there is does.

    Args:
        settings: as a run would have them.
    """
    try:
        line = channel(run_name(with_whole_paths(settings)))
    except (EmoCamError, OSError) as error:
        return [_problem("control-socket", error)]
    try:
        line.claim()
    except RunningError as error:
        return [_ask(settings, error)]
    except EmoCamError as error:
        return [_problem("control-socket", error)]
    line.release()
    return [
        Check("control-socket", "ok", f"A run will listen at {line.address()}"),
        Check("running", "ok", "No EmoCam runs now"),
    ]


def _ask(settings: Settings, running: RunningError) -> Check:
    async def ask() -> dict[str, Any]:
        async with connected(channel(run_name(with_whole_paths(settings)))) as client:
            return {**await client.ask("status", {}), "pid": client.hello.get("pid")}

    try:
        status = asyncio.run(ask())
    except NotRunningError:
        return Check("running", "ok", f"{running.cause}, and does not listen")
    except EmoCamError as error:
        return _problem("running", error)
    return Check("running", "ok", f"EmoCam runs (process {status['pid']}): {sentence(status)}")


def _problem(name: str, error: Exception) -> Check:
    if isinstance(error, EmoCamError):
        return Check(name, "warning", error.cause, error.remedy or "Start EmoCam again")
    return Check(name, "warning", f"The control socket cannot be made: {error}", "Log in again")
