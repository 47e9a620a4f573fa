"""The status of a run, gathered from its parts; docs/control-socket.md has the list."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from emocam import __version__
from emocam.control import status as words
from emocam.control.keep_sensing import SensingKeeper
from emocam.control.keep_stage import StageKeeper
from emocam.control.open_devices import cameras_of
from emocam.control.protections import Running, protections
from emocam.control.rates import Rate
from emocam.control.session import Session
from emocam.control.watching import Watchers
from emocam.expression import SensorState
from emocam.settings import Settings
from emocam.wire import Look

#: Seconds for which what was seen of the protections is good: all of them in force, or not yet.
_LOOK_AGAIN = {True: 10.0, False: 1.0}


class Account:
    """Counts what happens, and says how things stand.

    Args:
        session: says what is read and shown.
        sensing: says what there is of it.
        stage: says where it publishes.
        now: when the run began, in seconds.
    """

    def __init__(
        self, session: Session, sensing: SensingKeeper, stage: StageKeeper, now: float
    ) -> None:
        self._session, self._sensing, self._stage = session, sensing, stage
        self._started = now
        self._looks, self._frames = Rate(), Rate()
        self._frames_before = 0
        self._looked_at: Running | None = None
        self._look_again = now
        self._seen: list[dict[str, Any]] = []
        self._settings: Settings | None = None
        self._revision = 0

    def looked(self, now: float) -> None:
        """Sensing has looked."""
        self._looks.count(now)

    def closed(self) -> None:
        """There is no sensing any more; the next one's looks have nothing to do with these."""
        self._looks.forget()

    def hear(self, status: Mapping[str, Any], now: float) -> None:
        """The stage has said something; it counts its frames from its start on."""
        if status.get("state") not in ("watched", "alive", "confined"):
            self._frames.forget()
        frames = status.get("frames")
        if isinstance(frames, int):
            self._frames.count(now, frames - self._frames_before)
            self._frames_before = frames

    def status(
        self, settings: Settings, watchers: Watchers | None, wanted: bool, now: float
    ) -> dict[str, Any]:
        """How things stand.

        Args:
            settings: of now.
            watchers: as far as they are known.
            wanted: whether there is to be a sensing process.
            now: seconds on the run's clock.
        """
        if settings is not self._settings:
            self._settings, self._revision = settings, self._revision + 1
        session, sensing = self._session, self._sensing
        direction, reading = session.direction, session.reading
        process = sensing.child.pid if sensing.child else None
        devices = cameras_of(process) if process else None
        camera = words.camera(
            process,
            reading.state if reading else None,
            None if devices is None else [{"path": d.path, "name": d.name} for d in devices],
            paused=direction.paused,
            wanted=wanted,
            trouble=sensing.trouble,
        )
        about = settings.camera
        return {
            "version": __version__,
            "pid": os.getpid(),
            "uptime": round(now - self._started, 1),
            "mode": direction.mode.value,
            "paused": direction.paused,
            "preview": sensing.preview,
            "shown": [figure.picture.value for figure in session.shown.figures],
            "scene": [
                {"picture": figure.picture.value, "strength": round(figure.strength, 2)}
                for figure in session.shown.figures
            ],
            "read": _read(session.look, now - session.read_at) if session.look else None,
            "watchers": (watchers or _nobody(settings)).to_dict(),
            "camera": {
                "source": about.source,
                "when": about.when,
                "linger": about.linger,
                **camera,
            },
            "revision": self._revision,
            "pack": settings.avatar.pack,
            "mood": {"caution": settings.mood.caution, "off": list(settings.mood.off)},
            "output": self._output(settings),
            "rates": {
                "looks_per_second": self._looks.per_second(now),
                "frames_per_second": self._frames.per_second(now),
                "sensing_bytes": sensing.bytes_received,
                "sensing_deaths": sensing.deaths,
                "stage_deaths": self._stage.deaths,
            },
            "protections": self._protections(now),
        }

    def _output(self, settings: Settings) -> dict[str, Any]:
        told, output = self._stage.status, settings.output
        return {
            "target": output.target,
            "label": output.label if output.target == "virtual" else "",
            "state": str(told.get("state", "starting")),
            "device": self._stage.device,
            "width": output.width,
            "height": output.height,
            "fps": output.fps,
            "code": str(told.get("code", "")),
            "cause": str(told.get("cause", "")),
            "remedy": str(told.get("remedy", "")),
        }

    def _protections(self, now: float) -> list[dict[str, Any]]:
        """Looked at now and then: who watches asks often, and they seldom change."""
        sensing, stage = self._sensing.child, self._stage.child
        rooms = {"sensing": sensing, "stage": stage}
        files = [
            (room, each.protections["files"])
            for room, each in rooms.items()
            if each is not None and "files" in each.protections
        ]
        running = Running(
            sensing.pid if sensing else None, stage.pid if stage else None, tuple(files)
        )
        if running != self._looked_at or now >= self._look_again:
            found = protections(running)
            self._looked_at = running
            self._look_again = now + _LOOK_AGAIN[all(each.in_force for each in found)]
            self._seen = [each.to_dict() for each in found]
        return self._seen


def _read(look: Look, age: float) -> dict[str, Any]:
    """The last look; of several people the first from the left who was seen speaks for it."""
    seen = [each.expression.label if each.expression is not None else None for each in look]
    expression = next((each for each in seen if each), None)
    speaker = next((each for each in look if each.expression is not None), look[0])
    return {
        "state": SensorState.FACE.label if expression else look[0].state.label,
        "expression": expression,
        "faces": len(seen) - seen.count(None),
        "people": seen if look[0].faces else [],
        "attention": speaker.attention,
        "age": round(age, 1),
    }


def _nobody(settings: Settings) -> Watchers:
    """What is known of watchers before the stage has told: it publishes nothing yet."""
    if settings.output.target == "virtual":
        return Watchers("holders", 0)
    if settings.output.target == "none":
        return Watchers("event", 0)
    return Watchers("none", None)  # of a file nothing ever is
