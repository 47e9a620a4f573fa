"""The loop of the stage: take scenes, hand over frames, and come back when the camera does."""

from __future__ import annotations

import time
from typing import Any

from emocam.errors import EmoCamError, ExitCode, OutputError, ProcessError, WireError
from emocam.expression import Picture
from emocam.pipes import Inlet, Outlet
from emocam.scene import Scene
from emocam.settings import Settings
from emocam.stage.confined import Kept, give_up
from emocam.stage.messages import configuration
from emocam.stage.pacer import Pacer
from emocam.stage.performance import Performance
from emocam.stage.sinks.base import Sink, make_sink
from emocam.stage.sinks.faults import Waiting
from emocam.stage.waiting_room import wait_for_place
from emocam.stage.watchers.base import Watched
from emocam.wire import RENEWAL

#: Seconds between two looks at the messages while there is nothing to publish on.
LISTEN = 0.25
#: Seconds between two looks whether frames still arrive.
CHECK = 1.0
#: Seconds between two signs of life to control, which replaces a stage that gives none.
BEAT = 5.0
#: Seconds that a stage lives at least before it asks for another one in its place.
LEAST = 1.0
#: Seconds between two pictures drawn ahead: each costs some slots of a picture that stands still.
AHEAD = 1.0


class _Renewal(Exception):  # noqa: N818 - nothing is wrong
    """What comes next takes another process."""


class Stage:
    """One run of the stage process.

    Args:
        settings: as configured.
        inlet: gives scenes.
        outlet: takes the status.
        restart: how often the stage was restarted in this run.
        sink: where frames go; made from the settings if None.
        kept: what it may still use; None if it gave up nothing.
        scene: what is to be shown first.
    """

    def __init__(
        self,
        settings: Settings,
        inlet: Inlet,
        outlet: Outlet,
        restart: int = 0,
        sink: Sink | None = None,
        kept: Kept | None = None,
        scene: Scene | None = None,
    ) -> None:
        self._settings = settings
        self._inlet = inlet
        self._outlet = outlet
        self._restart = restart
        self._sink = sink or make_sink(settings, restart)
        self._kept = kept
        self._performance = self._perform(settings, scene or Scene.of(Picture.STARTING))
        self._frames = 0
        self._worked = False
        self._began = time.monotonic()
        self._waiting = Waiting()
        self._beat = time.monotonic() + BEAT
        self._watched: Watched | None = None

    def run(self) -> int:
        """Publish until the stream of messages ends; returns the exit code.

        Raises:
            OutputError: if frames have nowhere to go and waiting cannot mend it.
        """
        try:
            while not self._inlet.ended:
                try:
                    self._see_that_it_may(self._settings, self._sink)
                    self._sink.open()
                    self._publish()
                except OutputError as error:
                    self._sink.close()
                    if not (self._worked or self._sink.can_wait):
                        raise
                    self._wait(error)
        except _Renewal:
            # Whatever is wrong with the machine, nobody is to start processes without a pause.
            self._inlet.wait(self._began + LEAST - time.monotonic())
            return RENEWAL
        finally:
            self._sink.close()
            self._performance.close()
        self._outlet.status("ended", frames=self._frames)
        return int(ExitCode.OK)

    def _see_that_it_may(self, settings: Settings, sink: Sink) -> None:
        """See whether what was kept is enough for this.

        Raises:
            _Renewal: if it takes another process.
        """
        if self._kept is None:
            return
        if not self._kept.is_enough(settings, sink):
            raise _Renewal
        if self._kept.marks is not None and sink.must_look():
            raise _Renewal

    def _perform(self, settings: Settings, scene: Scene) -> Performance:
        return Performance(settings, scene, self._outlet.warn, time.monotonic(), threaded=True)

    def _publish(self) -> None:
        """Hand over frames until the end, or until the settings name another place for them."""
        sink = self._sink
        start = time.monotonic()
        pacer = Pacer(self._settings.output.fps, start)
        check, ahead = start + CHECK, start + AHEAD
        told = False
        self._watched = None
        while not self._inlet.ended and sink is self._sink:
            now = time.monotonic()
            sink.send(self._performance.frame(now), pacer.take(now))
            self._frames += 1
            if not told:
                self._tell_publishing()
                told = True
            now = time.monotonic()
            self._tell_watched(now)
            if now >= check:
                check = now + CHECK
                sink.check()
            if now >= ahead:
                self._performance.prepare()
                now = time.monotonic()
                ahead = now + AHEAD
            if delay := pacer.delay(now):
                time.sleep(delay)
            self._listen()

    def _listen(self) -> None:
        now = time.monotonic()
        if now >= self._beat:
            self._beat = now + BEAT
            self._outlet.status("alive", frames=self._frames)
        messages, faults = self._inlet.take()
        for fault in faults:
            self._outlet.warn(fault)
        for message in messages:
            try:
                self._obey(message)
            except EmoCamError as error:
                self._outlet.warn(error)

    def _obey(self, message: dict[str, Any]) -> None:
        if message.get("type") == "configure":
            self._reconfigure(configuration(message)[0])
        else:
            self._performance.show(Scene.from_message(message))

    def _reconfigure(self, settings: Settings) -> None:
        """Go on with other settings; what cannot be used changes nothing."""
        old = self._settings
        if self._kept is not None and not self._kept.is_enough(settings, self._sink):
            raise _Renewal
        if (old.avatar, old.output) != (settings.avatar, settings.output):
            performance = self._perform(settings, self._performance.wanted)
            if old.output != settings.output:
                sink = make_sink(settings, self._restart)
                self._see_that_it_may(settings, sink)
                self._sink.close()
                self._sink = sink
            self._performance.close()
            self._performance = performance
        self._settings = settings

    def _wait(self, error: OutputError) -> None:
        """Listen until the next try is due, or until the settings name another place."""
        if self._waiting.failed(error, time.monotonic()):
            self._outlet.status("waiting", code=error.code, cause=error.cause, remedy=error.remedy)
        sink = self._sink
        while sink is self._sink and (left := self._waiting.left(time.monotonic())):
            if self._inlet.wait(min(left, LISTEN)):
                return
            self._listen()
            self._performance.cut(self._performance.wanted, time.monotonic())  # nobody sees a fade

    def _tell_publishing(self) -> None:
        output = self._settings.output
        self._worked = True
        self._waiting.worked(time.monotonic())
        self._outlet.status(
            "publishing",
            device=self._sink.device,
            width=output.width,
            height=output.height,
            fps=output.fps,
            format="I420",
            frames=self._frames,
        )

    def _tell_watched(self, now: float) -> None:
        watched = self._sink.watched(now)
        if watched is not None and watched != self._watched:
            self._watched = watched
            self._outlet.status("watched", **watched.to_status())


def run(inlet: Inlet, outlet: Outlet) -> int:
    """The stage from its first message to its end; returns the exit code.

    Raises:
        EmoCamError: if it cannot start.
    """
    try:
        message = inlet.first()
    except WireError as error:
        raise ProcessError(error.cause) from None
    if message is None:
        return int(ExitCode.OK)
    settings, restart = configuration(message)
    ready = wait_for_place(settings, restart, inlet, outlet)
    if ready is None:
        return int(ExitCode.OK)
    # Before there is a second thread, which would keep its rights, and before any pack is read.
    kept = give_up(ready.settings, ready.sink)
    outlet.status("confined", protections=[each.to_dict() for each in kept.protections])
    inlet.start()
    return Stage(ready.settings, inlet, outlet, restart, ready.sink, kept, ready.scene).run()
