"""What the user can do to a run: the one place behind socket, tray, window and hotkeys."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

from emocam.control.ending import Ending
from emocam.control.keep_sensing import SensingKeeper
from emocam.control.keep_stage import StageKeeper
from emocam.control.live_settings import Changed, change, keep, reset, restarts_sensing
from emocam.control.log import RunLog
from emocam.control.need import Need
from emocam.control.origins import told
from emocam.control.recording import Recording
from emocam.control.session import Session
from emocam.errors import ControlError
from emocam.expression import Picture
from emocam.settings import Layers, Settings

#: Seconds that "pause" waits for the sensing process to be gone; it is killed before.
_GONE = 10.0
#: Seconds that "preview" waits for the window.
_OPENING = 20.0


class Desk:
    """Does what the user decides.

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
        self._ending = ending
        self._clock = clock
        self.recording = Recording(sensing.say, clock)
        session.heard = self.recording.take
        self._need = Need(
            settings.camera, session, sensing, stage, self._watches, clock, self._note
        )
        self._setting = asyncio.Lock()

    # -- what the user can do ---------------------------------------------------------------------

    async def pause(self) -> dict[str, Any]:
        """Close the camera, and the preview; done when the sensing process is gone."""
        self.session.direction.pause()
        self.sensing.hide()
        self._need.decide()
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
        self._need.decide()
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
        self._need.configure(settings.camera)
        self.stage.configure(settings)
        if self._log is not None:
            self._log.configure(settings)
        if not settings.preview.allowed:
            self.sensing.show(False)
        if not restart:
            self.sensing.configure(settings)
            return
        self.sensing.renew(settings)
        if self._need.wanted:
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
        lecture = self.recording.lecture.status(self._clock())
        status = self._need.status(self.settings)
        return {**status, "session": self.recording.status(), "lecture": lecture}

    def close(self) -> None:
        """The run is over; look for nobody any more."""
        self._need.close()

    # -- what happens by itself -------------------------------------------------------------------

    def tick(self) -> None:
        """Let time pass; called a few times a second."""
        self.session.tick()
        self._need.decide()
        self.recording.tick()

    def _watches(self, now: float) -> bool:
        """Whether the user watches a lecture, and so the avatar beside it."""
        return self.recording.lecture.at(now) is not None

    def _note(self, text: str) -> None:
        if self._log is not None:
            self._log.info(text)

    async def _decided(self) -> dict[str, Any]:
        if self.recording.astray or not self.settings.session.allowed:
            await self.recording.close()
        self._need.decide()
        return await self.status()
