"""Keeping the stage, and the scene on it through restarts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from emocam.control.child import Child
from emocam.control.keeper import Keeper, Say
from emocam.errors import OutputError, ProcessError, WireError
from emocam.scene import Scene
from emocam.settings import Settings
from emocam.wire import RENEWAL, decode_message

#: Seconds without a sign of life (one in five seconds) after which the stage counts as hung: at the
#: start (a slow machine has libraries to load and pictures to draw), and later on.
START_PATIENCE = 90.0
PATIENCE = 30.0


class StageKeeper(Keeper):
    """Keeps the stage, and the scene on it through restarts.

    Args:
        settings: as for :class:`Keeper`.
        say: as for :class:`Keeper`.
    """

    module = "emocam.stage"
    name = "stage"
    grace = 8.0  # it may have a video file to finish
    stated_is_final = True  # it waits for a virtual camera by itself; a file does not come back

    def __init__(self, settings: Settings, say: Say) -> None:
        super().__init__(settings, say)
        self._scene: Scene | None = None
        self.status: dict[str, Any] = {}
        """The last status ``publishing`` or ``waiting``; empty while there is none."""
        self.device = ""
        """What it published on last."""
        self.published = asyncio.Event()
        self.patient = False
        """Whether it may wait for a place to publish that was not there yet."""
        self.nowhere: Callable[[OutputError], None] = lambda error: None
        """Called when the stage has nowhere to publish and never had."""
        self.told: Callable[[Mapping[str, Any]], None] = lambda status: None
        """Called with each status, and with the state ``lost`` when the stage is gone."""

    def show(self, scene: Scene) -> None:
        """Put a scene on the stage."""
        if scene == self._scene:
            return
        self._scene = scene
        if self.child is not None:
            self.child.send(scene.to_message())

    def greet(self, child: Child) -> None:
        """Send the first message, and the scene that a restarted stage goes on with."""
        super().greet(child)
        if self._scene is not None:
            child.send(self._scene.to_message())

    def lost(self) -> None:
        """Pass it on."""
        self.status = {}
        self.told({"type": "status", "state": "lost"})

    def is_renewal(self, code: int) -> bool:
        """It needs a device or a file that only a new process may use."""
        return code == RENEWAL

    async def serve(self, child: Child) -> None:
        """Follow the status."""
        patience = START_PATIENCE
        while line := await _line(child, patience):
            status = decode_message(line)
            state = status.get("state")
            if state != "confined":
                patience = PATIENCE
            if state == "confined":
                for each in status.get("protections") or ():
                    child.state_protection(each)
            if state in ("publishing", "waiting"):
                self.status = status
            if state == "publishing":
                self.worked = True
                self.device = str(status.get("device"))
                self.published.set()
            elif state == "waiting":
                self._wait_or_give_up()
            self.told(status)

    def _wait_or_give_up(self) -> None:
        error = OutputError(*(str(self.status.get(key, "")) for key in ("cause", "remedy")))
        if self.worked or self.patient:
            self.say(f"EmoCam waits for its output: {error}")
        else:
            self.nowhere(error)


async def _line(child: Child, patience: float) -> bytes:
    """The next line on stdout; empty at its end.

    Raises:
        WireError: if the line is too long.
        ProcessError: if none comes for too long.
    """
    try:
        return await asyncio.wait_for(child.stdout.readline(), patience)
    except ValueError:
        raise WireError("A message is over the limit") from None
    except TimeoutError:
        raise ProcessError(
            f"No sign of life for {patience:g} seconds", "It is started again"
        ) from None
