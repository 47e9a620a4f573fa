"""When there is a sensing process: while somebody watches, and the user has it so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emocam.control.account import Account
from emocam.control.keep_sensing import SensingKeeper
from emocam.control.keep_stage import StageKeeper
from emocam.control.session import Session
from emocam.control.watchers.lookout import Lookout
from emocam.control.watching import Watchers, Watching
from emocam.settings import Settings
from emocam.settings.schema import Camera


class Need:
    """Joins the user's decisions with who watches.

    Args:
        camera: how long the camera stays open, and for whom.
        session: says what the user decided, and shows what follows.
        sensing: is started and ended.
        stage: tells who watches.
        user: whether the user watches EmoCam's own avatar at a time of the clock.
        clock: seconds on a clock that does not run backwards.
        note: takes a line for the run's log.
    """

    def __init__(
        self,
        camera: Camera,
        session: Session,
        sensing: SensingKeeper,
        stage: StageKeeper,
        user: Callable[[float], bool],
        clock: Callable[[], float],
        note: Callable[[str], None],
    ) -> None:
        self._session, self._sensing, self._stage = session, sensing, stage
        self._user, self._clock, self._note = user, clock, note
        self._watching = Watching(camera)
        self._account = Account(session, sensing, stage, clock())
        self.wanted = self._watching.wanted(clock())
        """Whether there is to be a sensing process, as last decided."""
        sensing.want(self.wanted)
        sensing.heard = lambda: self._account.looked(clock())
        sensing.replaced = session.replaced
        self._lookout = Lookout(self._see)
        stage.told = self._hear

    def configure(self, camera: Camera) -> None:
        """Take changed settings; counted at the next decision."""
        self._watching.settings = camera

    def decide(self) -> None:
        """Start or end sensing, as watchers and user want, and show what follows."""
        now = self._clock()
        if self._user(now):
            self._watching.user(now)
        looked_at = self._sensing.preview or self._watching.wanted(now)
        wanted = not self._session.direction.paused and looked_at
        if wanted != self.wanted:
            self.wanted = wanted
            self._sensing.want(wanted)
            self._note("The camera is wanted" if wanted else "The camera is not wanted any more")
            if not wanted:
                self._account.closed()
                self._session.dismissed()
        self._session.redirect()

    def status(self, settings: Settings) -> dict[str, Any]:
        """What is going on: see :meth:`.Account.status`."""
        watchers = self._watching.watchers
        return self._account.status(settings, watchers, self.wanted, self._clock())

    def close(self) -> None:
        """Look for nobody any more."""
        self._lookout.close()

    def _hear(self, status: Mapping[str, Any]) -> None:
        """Take a status of the stage.

        Raises:
            WireError: if it tells of watchers and does not.
        """
        now = self._clock()
        self._account.hear(status, now)
        match status.get("state"):
            case "publishing":
                self._watching.publishing(now)
            case "watched":
                stage = self._stage.child.pid if self._stage.child is not None else 0
                said = Watchers.from_message(status)
                self._lookout.hear(said, self._stage.device, stage)
            case "waiting" | "lost" | "ended":
                self._lookout.close()
                self._watching.off(now)
        self.decide()

    def _see(self, watchers: Watchers) -> None:
        """Take who reads."""
        self._watching.told(watchers, self._clock())
        self.decide()
