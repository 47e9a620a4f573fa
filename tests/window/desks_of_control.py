"""The status of a real desk whose children are never started."""

from __future__ import annotations

from typing import Any

from emocam.control.desk import Desk
from emocam.control.ending import Ending
from emocam.control.keep_sensing import SensingKeeper
from emocam.control.keep_stage import StageKeeper
from emocam.control.session import Session
from emocam.settings import Settings


def ignore(_: str) -> None:
    """Hear a sentence of the run."""


async def status_of_a_desk(settings: Settings | None = None) -> dict[str, Any]:
    """The status of a run that has just begun."""
    settings = settings or Settings()
    stage = StageKeeper(settings, ignore)
    session = Session(settings, stage, None, ignore)
    sensing = SensingKeeper(settings, ignore, session.take, session.lost)
    return await Desk(settings, session, sensing, stage, Ending()).status()
