"""The stage's loop: what it tells of watchers, and a check that finds the camera lost."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest
from stage_process import settings_with, wait_for

from emocam.errors import OutputError
from emocam.pipes import Inlet, Outlet
from emocam.stage.colour import Bytes
from emocam.stage.process import Stage
from emocam.stage.sinks.base import Sink
from emocam.stage.watchers.base import Watched


class Camera(Sink):
    """A virtual camera whose readers and whose fate the test decides."""

    def __init__(self) -> None:
        self.readers: Watched | None = None
        self.lost = False
        self.opened = self.checked = 0

    @property
    def device(self) -> str | None:
        return "/dev/video99"

    def open(self) -> None:
        self.opened += 1

    def send(self, frame: Bytes, slot: int) -> None:
        pass

    def check(self) -> None:
        self.checked += 1
        if self.lost:
            self.lost = False
            raise OutputError("It was renamed", "Rename it", "gone")

    def watched(self, now: float) -> Watched | None:
        return self.readers

    def close(self) -> None:
        pass


class Told(Outlet):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, dict[str, Any]]] = []

    def status(self, state: str, **values: object) -> None:
        if state != "alive":
            self.said.append((state, values))

    def states(self) -> list[str]:
        return [state for state, _ in self.said]


def test_watchers_are_told_when_they_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os._exit", lambda code: None)
    reading, writing = os.pipe()
    inlet, told, camera = Inlet(None, reading), Told(), Camera()
    inlet.start()
    stage = Stage(settings_with(), inlet, told, sink=camera)
    thread = threading.Thread(target=stage.run)
    thread.start()
    wait_for(lambda: camera.checked > 0)
    assert told.states() == ["publishing"]  # nothing is known yet
    camera.readers = Watched("holders", 0)
    wait_for(lambda: told.states() == ["publishing", "watched"])
    assert told.said[-1][1] == {"how": "holders", "count": 0, "names": []}
    camera.readers = Watched("event", 1)
    wait_for(lambda: len(told.said) == 3)
    assert told.said[-1][1] == {"how": "event", "count": 1, "names": []}
    before = camera.checked
    wait_for(lambda: camera.checked > before)
    assert len(told.said) == 3  # nothing new, nothing said
    camera.lost = True
    wait_for(lambda: len(told.said) == 6)
    # On a camera that was opened again it is told anew, although nothing has changed.
    assert told.states()[3:] == ["waiting", "publishing", "watched"]
    assert told.said[3][1] == {"code": "gone", "cause": "It was renamed", "remedy": "Rename it"}
    assert camera.opened == 2
    os.close(writing)
    thread.join(30)
    assert told.states()[-1] == "ended"
