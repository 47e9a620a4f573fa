"""What the user can do to a run: the one place behind socket, tray, window and hotkeys."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from emocam.control.account import Account
from emocam.control.ending import Ending
from emocam.control.keep_sensing import SensingKeeper
from emocam.control.keep_stage import StageKeeper
from emocam.control.live_settings import Changed, change, keep, reset, restarts_sensing
from emocam.control.log import RunLog
from emocam.control.origins import told
from emocam.control.recording import Recording
from emocam.control.session import Session
from emocam.control.watchers.lookout import Lookout
from emocam.control.watching import Watchers, Watching
from emocam.errors import ControlError
from emocam.expression import Picture
from emocam.settings import Layers, Settings

#: Seconds that "pause" waits for the sensing process to be gone; it is killed before.
_GONE = 10.0
#: Seconds that "preview" waits for the window.
_OPENING = 20.0


class Desk:
    """Joins the user's decisions with who watches, and so says when there is a sensing process.

    Implements :class:`emocam.control.actions.Operations`.

    Args:
        settings: of the run.
        session: shows what is decided.
        sensing: is started and ended.
        stage: tells who watches.
        ending: ends the run.
        clock: seconds on a clock that does not run backwards.
        layers: who said what of the settings; None if nobody asks.
    """

    def __init__(
        self,
        settings: Settings,
        session: Session,
        sensing: SensingKeeper,
        stage: StageKeeper,
        ending: Ending,
        clock: Callable[[], float] = time.monotonic,
        layers: Layers | None = None,
        log: RunLog | None = None,
    ) -> None:
        self._log = log
        self.settings = settings
        self.layers = layers or Layers.of(settings)
        self.session, self.sensing, self.stage = session, sensing, stage
        self.watching = Watching(settings.camera)
        self._ending = ending
        self._clock = clock
        self.recording = Recording(sensing.say, clock)
        session.heard = self.recording.take
        self._account = Account(session, sensing, stage, clock())
        self._setting = asyncio.Lock()
        self._wanted = self.watching.wanted(clock())
        sensing.want(self._wanted)
        sensing.heard = lambda: self._account.looked(clock())
        sensing.replaced = session.replaced
        self._lookout = Lookout(self._see)
        stage.told = self._hear

    # -- what the user can do ---------------------------------------------------------------------

    async def pause(self) -> dict[str, Any]:
        """Close the camera, and the preview; done when the sensing process is gone."""
        self.session.direction.pause()
        self.sensing.hide()
        self._decide()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.sensing.gone(), _GONE)
        return await self.status()

    async def resume(self) -> dict[str, Any]:
        """Go live."""
        self.session.direction.resume()
        return await self._decided()

    async def hold(self, picture: str) -> dict[str, Any]:
        """Show a picture until it is released."""
        self.session.direction.hold(Picture(picture))
        return await self._decided()

    async def freeze(self) -> dict[str, Any]:
        """Keep what is shown until it is released."""
        self.session.direction.freeze(self.session.shown)
        return await self._decided()

    async def release(self) -> dict[str, Any]:
        """Show what is read again."""
        self.session.direction.release()
        return await self._decided()

    async def preview(self, mode: str) -> dict[str, Any]:
        """Show what EmoCam sees in a window of the sensing process, or close that.

        Raises:
            ControlError: if it is not allowed, or while EmoCam is paused.
            EmoCamError: why there can be no window here.
        """
        if mode == "off":
            self.sensing.show(False)
            return await self._decided()
        if not self.settings.preview.allowed:
            self.layers.refuse_locked("preview.allowed")
            raise ControlError("The preview is not allowed here", "preview.allowed allows it")
        if self.session.direction.paused:
            raise ControlError(
                "EmoCam is paused, and the camera stays closed", "First go live: emocam ctl resume"
            )
        self.sensing.show(True)
        self._decide()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.sensing.shown(), _OPENING)
        return await self.status()

    async def set(self, key: str, value: str) -> dict[str, Any]:
        """Change a setting for this run.

        Raises:
            EmoCamError: if it cannot be used; nothing has changed then.
        """
        return await self._change(key, change, value)

    async def keep(self, key: str, value: str) -> dict[str, Any]:
        """Change a setting for this run and for those to come.

        Raises:
            EmoCamError: if it cannot be used or written; nothing has changed then.
        """
        return await self._change(key, keep, value)

    async def reset(self, key: str) -> dict[str, Any]:
        """Forget what the user said of a setting.

        Raises:
            EmoCamError: if that cannot be done; nothing has changed then.
        """
        return await self._change(key, reset)

    async def origins(self) -> dict[str, Any]:
        """The settings, and who says them."""
        return told(self.layers)

    async def _change(
        self, key: str, how: Callable[..., Awaitable[Changed]], *values: str
    ) -> dict[str, Any]:
        async with self._setting:  # one trial at a time, each on top of what the last one changed
            settings, self.layers = await how(self.settings, self.layers, key, *values)
            self._note(f"Setting changed: {key}")
            if settings != self.settings:
                self._adopt(settings, restarts_sensing(key))
        return await self._decided()

    def _adopt(self, settings: Settings, restart: bool) -> None:
        self.session.configure(settings)
        self.settings = settings
        self.watching.settings = settings.camera
        self.stage.configure(settings)
        if self._log is not None:
            self._log.configure(settings)
        if not settings.preview.allowed:
            self.sensing.show(False)
        if not restart:
            self.sensing.configure(settings)
            return
        self.sensing.renew(settings)
        if self._wanted:
            self.session.lost()

    async def session_start(self) -> dict[str, Any]:
        """Begin a session log, by the time of the lecture that is being watched, if one is.

        Raises:
            SessionError: if it may not be, cannot be, or is there already.
        """
        await self.recording.start(self.settings, self.layers)
        return await self.status()

    async def session_stop(self) -> dict[str, Any]:
        """End the session log.

        Raises:
            SessionError: if there is none.
        """
        await self.recording.stop()
        return await self.status()

    async def lecture(self, name: str, position: str, state: str) -> dict[str, Any]:
        """Take where a recorded lecture is that the user watches.

        Raises:
            ControlError: if that makes no sense.
        """
        self.recording.lecture.tell(name, position, state, self._clock())
        return await self._decided()

    async def quit(self) -> dict[str, Any]:
        """End the run."""
        self._ending.end()
        return await self.status()

    async def status(self) -> dict[str, Any]:
        """What is going on."""
        now = self._clock()
        status = self._account.status(self.settings, self.watching.watchers, self._wanted, now)
        lecture = self.recording.lecture.status(now)
        return {**status, "session": self.recording.status(), "lecture": lecture}

    def close(self) -> None:
        """The run is over; look for nobody any more."""
        self._lookout.close()

    # -- what happens by itself -------------------------------------------------------------------

    def tick(self) -> None:
        """Let time pass; called a few times a second."""
        self.session.tick()
        self._decide()
        self.recording.tick()

    def _note(self, text: str) -> None:
        if self._log is not None:
            self._log.info(text)

    async def _decided(self) -> dict[str, Any]:
        if self.recording.astray or not self.settings.session.allowed:
            await self.recording.close()
        self._decide()
        return await self.status()

    def _decide(self) -> None:
        """Start or end sensing, as watchers and user want, and show what follows."""
        direction = self.session.direction
        now = self._clock()
        if self.recording.lecture.at(now) is not None:
            self.watching.user(now)
        looked_at = self.sensing.preview or self.watching.wanted(now)
        wanted = not direction.paused and looked_at
        if wanted != self._wanted:
            self._wanted = wanted
            self.sensing.want(wanted)
            self._note("The camera is wanted" if wanted else "The camera is not wanted any more")
            if not wanted:
                self._account.closed()
                self.session.dismissed()
        self.session.redirect()

    def _hear(self, status: Mapping[str, Any]) -> None:
        """Take a status of the stage.

        Raises:
            WireError: if it tells of watchers and does not.
        """
        now = self._clock()
        self._account.hear(status, now)
        match status.get("state"):
            case "publishing":
                self.watching.publishing(now)
            case "watched":
                stage = self.stage.child.pid if self.stage.child is not None else 0
                said = Watchers.from_message(status)
                self._lookout.hear(said, self.stage.device, stage)
            case "waiting" | "lost" | "ended":
                self._lookout.close()
                self.watching.off(now)
        self._decide()

    def _see(self, watchers: Watchers) -> None:
        """Take who reads."""
        self.watching.told(watchers, self._clock())
        self._decide()
