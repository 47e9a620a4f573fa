"""What the user can do to a run: the one place behind socket, tray, window and hotkeys."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from emocam.control.keep_sensing import SensingKeeper
from emocam.control.keep_stage import StageKeeper
from emocam.control.session import Session
from emocam.control.watching import Watchers, Watching
from emocam.settings import Settings


class Desk:
    """Joins the user's decisions with who watches, and so says when there is a sensing process.

    Args:
        settings: of the run.
        session: shows what is decided.
        sensing: is started and ended.
        stage: tells who watches.
        clock: seconds on a clock that does not run backwards.
    """

    def __init__(
        self,
        settings: Settings,
        session: Session,
        sensing: SensingKeeper,
        stage: StageKeeper,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.session, self.sensing, self.stage = session, sensing, stage
        self.watching = Watching(settings.camera)
        self._clock = clock
        self._wanted = self.watching.wanted(clock())
        sensing.want(self._wanted)
        stage.told = self._hear

    def tick(self) -> None:
        """Let time pass; called a few times a second."""
        self.session.tick()
        self._decide()

    def _hear(self, status: Mapping[str, Any]) -> None:
        """Take a status of the stage.

        Raises:
            WireError: if it tells of watchers and does not.
        """
        now = self._clock()
        match status.get("state"):
            case "publishing":
                self.watching.publishing(now)
            case "watched":
                self.watching.told(Watchers.from_message(status), now)
            case "waiting" | "lost":
                self.watching.off(now)
        self._decide()

    def _decide(self) -> None:
        """Start or end sensing, as watchers and user want."""
        direction = self.session.direction
        wanted = not direction.paused and self.watching.wanted(self._clock())
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self.sensing.want(wanted)
        if not wanted:
            self.session.dismissed()
