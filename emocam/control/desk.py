"""What the user can do to a run: the one place behind socket, tray, window and hotkeys."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from emocam import __version__
from emocam.control import status as words
from emocam.control.ending import Ending
from emocam.control.keep_sensing import SensingKeeper
from emocam.control.keep_stage import StageKeeper
from emocam.control.live_settings import changed, restarts_sensing
from emocam.control.open_devices import cameras_of
from emocam.control.protections import Running, protections
from emocam.control.rates import Rate
from emocam.control.session import Session
from emocam.control.watching import Watchers, Watching
from emocam.expression import Picture, SensorState
from emocam.settings import Settings
from emocam.wire import Look

#: Seconds that "pause" waits for the sensing process to be gone; it is killed before.
_GONE = 10.0
#: Seconds for which what was seen of the protections is good: all of them in force, or not yet.
_LOOK_AGAIN = {True: 10.0, False: 1.0}


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
    """

    def __init__(
        self,
        settings: Settings,
        session: Session,
        sensing: SensingKeeper,
        stage: StageKeeper,
        ending: Ending,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.session, self.sensing, self.stage = session, sensing, stage
        self.watching = Watching(settings.camera)
        self._ending = ending
        self._clock = clock
        self._started = clock()
        self._looks, self._frames = Rate(), Rate()
        self._frames_before = 0
        self._looked_at: Running | None = None
        self._look_again = clock()
        self._seen: list[dict[str, Any]] = []
        self._wanted = self.watching.wanted(clock())
        sensing.want(self._wanted)
        sensing.heard = self._count
        stage.told = self._hear

    # -- what the user can do ---------------------------------------------------------------------

    async def pause(self) -> dict[str, Any]:
        """Close the camera; done when the sensing process is gone."""
        self.session.direction.pause()
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

    async def set(self, key: str, value: str) -> dict[str, Any]:
        """Change a setting for this run.

        Raises:
            EmoCamError: if it cannot be used; nothing has changed then.
        """
        settings = await changed(self.settings, key, value)
        if settings == self.settings:
            return await self.status()
        self.session.configure(settings)
        self.settings = settings
        self.watching.settings = settings.camera
        self.stage.configure(settings)
        if restarts_sensing(key):
            self.sensing.renew(settings)
            if self._wanted:
                self.session.lost()
        else:
            self.sensing.configure(settings)
        return await self._decided()

    async def quit(self) -> dict[str, Any]:
        """End the run."""
        self._ending.end()
        return await self.status()

    async def status(self) -> dict[str, Any]:
        """What is going on; docs/control-socket.md has the list."""
        now = self._clock()
        session, sensing, stage = self.session, self.sensing, self.stage
        direction, reading = session.direction, session.reading
        watchers = self.watching.watchers or Watchers("holders", 0)
        process = sensing.child.pid if sensing.child else None
        devices = cameras_of(process) if process else None
        seen = None if devices is None else [{"path": d.path, "name": d.name} for d in devices]
        state = reading.state if reading else None
        camera = words.camera(process, state, seen, paused=direction.paused, wanted=self._wanted)
        return {
            "version": __version__,
            "pid": os.getpid(),
            "uptime": round(now - self._started, 1),
            "mode": direction.mode.value,
            "paused": direction.paused,
            "shown": [figure.picture.value for figure in session.shown.figures],
            "read": _read(session.look, now - session.read_at) if session.look else None,
            "watchers": watchers.to_dict(),
            "camera": {
                "source": self.settings.camera.source,
                "when": self.settings.camera.when,
                "linger": self.settings.camera.linger,
                **camera,
            },
            "pack": self.settings.avatar.pack,
            "output": self._output(),
            "rates": {
                "looks_per_second": self._looks.per_second(now),
                "frames_per_second": self._frames.per_second(now),
                "sensing_bytes": sensing.bytes_received,
                "sensing_deaths": sensing.deaths,
                "stage_deaths": stage.deaths,
            },
            "protections": self._protections(now),
        }

    # -- what happens by itself -------------------------------------------------------------------

    def tick(self) -> None:
        """Let time pass; called a few times a second."""
        self.session.tick()
        self._decide()

    async def _decided(self) -> dict[str, Any]:
        self._decide()
        return await self.status()

    def _decide(self) -> None:
        """Start or end sensing, as watchers and user want, and show what follows."""
        direction = self.session.direction
        wanted = not direction.paused and self.watching.wanted(self._clock())
        if wanted != self._wanted:
            self._wanted = wanted
            self.sensing.want(wanted)
            if not wanted:
                self._looks.forget()
                self.session.dismissed()
        self.session.redirect()

    def _count(self) -> None:
        self._looks.count(self._clock())

    def _hear(self, status: Mapping[str, Any]) -> None:
        """Take a status of the stage.

        Raises:
            WireError: if it tells of watchers and does not.
        """
        now = self._clock()
        match status.get("state"):
            case "publishing":
                self.watching.publishing(now)
                self._frames.forget()
                self._count_frames(status, now)
            case "watched":
                self.watching.told(Watchers.from_message(status), now)
            case "waiting" | "lost":
                self.watching.off(now)
                self._frames.forget()
            case "alive":
                self._count_frames(status, now)
        self._decide()

    def _count_frames(self, status: Mapping[str, Any], now: float) -> None:
        frames = status.get("frames")
        if isinstance(frames, int):
            self._frames.count(now, frames - self._frames_before)
            self._frames_before = frames

    def _protections(self, now: float) -> list[dict[str, Any]]:
        """Looked at now and then: who watches asks often, and they seldom change."""
        sensing, stage = self.sensing.child, self.stage.child
        running = Running(sensing.pid if sensing else None, stage.pid if stage else None)
        if running != self._looked_at or now >= self._look_again:
            found = protections(running)
            self._looked_at = running
            self._look_again = now + _LOOK_AGAIN[all(each.in_force for each in found)]
            self._seen = [each.to_dict() for each in found]
        return self._seen

    def _output(self) -> dict[str, Any]:
        told, output = self.stage.status, self.settings.output
        return {
            "target": output.target,
            "label": output.label if output.target == "virtual" else "",
            "state": str(told.get("state", "starting")),
            "device": self.stage.device,
            "width": output.width,
            "height": output.height,
            "fps": output.fps,
            "code": str(told.get("code", "")),
            "cause": str(told.get("cause", "")),
            "remedy": str(told.get("remedy", "")),
        }


def _read(look: Look, age: float) -> dict[str, Any]:
    """The last look; of several people the first from the left who was seen speaks for it."""
    seen = [each.expression.label if each.expression is not None else None for each in look]
    expression = next((each for each in seen if each), None)
    return {
        "state": SensorState.FACE.label if expression else look[0].state.label,
        "expression": expression,
        "faces": len(seen) - seen.count(None),
        "people": seen if look[0].faces else [],
        "age": round(age, 1),
    }
