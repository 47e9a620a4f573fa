"""Waiting for a place to publish, before anything is given up and before any pack is looked at.

Whether a device is free cannot be seen without a look at other processes, and a device that comes
later has a node that no rule can name yet. So a stage waits here, with nothing of anybody's in its
memory but messages of control, and is confined to what it found.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from emocam.errors import EmoCamError, OutputError
from emocam.pipes import Inlet, Outlet
from emocam.scene import Scene
from emocam.settings import Settings
from emocam.stage.messages import configuration
from emocam.stage.sinks.base import Sink, make_sink
from emocam.stage.sinks.faults import Waiting

#: Seconds between two looks at the messages, and between two signs of life.
LISTEN = 0.25
BEAT = 5.0


@dataclass(slots=True)
class Ready:
    """What the stage begins with.

    Attributes:
        settings: of now.
        sink: closed, and ready to be opened.
        scene: what is to be shown; None if control has not said it yet.
    """

    settings: Settings
    sink: Sink
    scene: Scene | None = None


def wait_for_place(settings: Settings, restart: int, inlet: Inlet, outlet: Outlet) -> Ready | None:
    """Wait until there is a place for frames; None if the process is to end before.

    Args:
        settings: as configured.
        restart: how often the stage was restarted in this run.
        inlet: not started yet.
        outlet: takes the status.

    Raises:
        OutputError: if there is none, and waiting cannot mend it.
    """
    ready = Ready(settings, make_sink(settings, restart))
    waiting = Waiting()
    beat = time.monotonic() + BEAT
    while not inlet.ended:
        sink = ready.sink
        try:
            sink.prepare()
            return ready
        except OutputError as error:
            if not sink.can_wait:
                raise
            if waiting.failed(error, time.monotonic()):
                told = {"code": error.code, "cause": error.cause, "remedy": error.remedy}
                outlet.status("waiting", **told)
        while sink is ready.sink and not inlet.ended and (left := waiting.left(time.monotonic())):
            inlet.listen(min(left, LISTEN))
            if time.monotonic() >= beat:
                beat = time.monotonic() + BEAT
                outlet.status("alive", frames=0)
            _obey(ready, restart, inlet, outlet)
    outlet.status("ended", frames=0)
    return None


def _obey(ready: Ready, restart: int, inlet: Inlet, outlet: Outlet) -> None:
    messages, faults = inlet.take()
    for fault in faults:
        outlet.warn(fault)
    for message in messages:
        try:
            if message.get("type") == "configure":
                settings = configuration(message)[0]
                if settings.output != ready.settings.output:
                    ready.sink = make_sink(settings, restart)
                ready.settings = settings
            else:
                ready.scene = Scene.from_message(message)
        except EmoCamError as error:
            outlet.warn(error)
