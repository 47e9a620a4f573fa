"""What becomes of readings: scenes for the stage, events, sentences for the user."""

from __future__ import annotations

import time
from collections.abc import Callable

from emocam.control.events import EventsFile, event, event_of_silence
from emocam.control.keeper import Say, StageKeeper
from emocam.errors import EventsError
from emocam.expression import Picture, SensorState
from emocam.mood import Mood
from emocam.scene import Scene
from emocam.settings import Settings
from emocam.sidecar import load_sidecar, model_file
from emocam.wire import Reading

#: Seconds without a reading, at one look a second, after which an expression is out of date.
OVERDUE = 5.0

#: What the user is told about a state of the camera.
_STATE_WORDS = {
    SensorState.BUSY: "The camera is busy: another program holds it. Close that program.",
    SensorState.UNPLUGGED: "The camera is not there. Plug it in, or choose one with --camera.",
    SensorState.DENIED: "The camera may not be opened. See what emocam doctor says.",
    SensorState.STALLED: "The camera gives no pictures. Unplug it and plug it in again.",
    SensorState.UNUSABLE: "The camera gives pictures that cannot be used. Choose another one.",
    SensorState.COVERED: "The camera is covered, or the room is dark.",
    SensorState.ENDED: "The recording is over.",
}

#: Readings that come of a frame and carry its time.
_LOOKS = frozenset({SensorState.FACE, SensorState.NO_FACE, SensorState.COVERED})
#: Readings that tell of the source and not of a look at it: no events.
_NO_SAMPLE = frozenset({SensorState.STARTING, SensorState.ENDED})


class Session:
    """Readings in, scenes and events out.

    Args:
        settings: of the run.
        stage: gets the scenes.
        events: gets the events; None for none.
        say: takes a sentence for the user.
        clock: seconds on a clock that does not run backwards.

    Raises:
        ModelError: if the model's sidecar cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        stage: StageKeeper,
        events: EventsFile | None,
        say: Say,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        sidecar = load_sidecar(model_file(settings.model.path))
        self._mood = Mood(settings.mood, sidecar.negative_threshold)
        self._overdue = OVERDUE + 3 * (settings.sampling.interval - 1)
        self._stage, self._events, self._say, self._clock = stage, events, say, clock
        self._state: SensorState | None = None
        self._first_frame: float | None = None  # on our clock
        self._offset: float | None = None  # from this sensing process's time to the run's
        self._last = clock()  # when the last reading came
        self._told = 0.0  # time of the last event
        stage.show(self._mood.scene)

    def take(self, reading: Reading) -> None:
        """Take a reading."""
        now = self._last = self._clock()
        source_time = self._source_time(reading, now)
        if reading.state is not self._state and reading.state in _STATE_WORDS:
            self._say(_STATE_WORDS[reading.state])
        self._state = reading.state
        before = self._mood.scene.picture
        scene = self._show(self._mood.update(reading, now), before, source_time)
        if reading.state not in _NO_SAMPLE:
            self._record(event(reading, source_time, scene.picture))

    def tick(self) -> None:
        """Let time pass; called a few times a second.

        A face that nobody has looked at for long is not shown any longer, be it that sensing hangs.
        """
        now = self._clock()
        before = self._mood.scene.picture
        scene = self._mood.tick(now)
        if now - self._last > self._overdue and scene.picture.expression is not None:
            scene = self._mood.interrupt(Picture.MOMENT, now)
        self._silence(scene, before, now)

    def lost(self) -> None:
        """Sensing is gone; another one is coming."""
        now = self._clock()
        before = self._mood.scene.picture
        self._silence(self._mood.interrupt(Picture.MOMENT, now), before, now)
        self._state = None
        self._offset = None

    def _silence(self, scene: Scene, before: Picture, now: float) -> None:
        """Show what no reading told of."""
        if scene.picture is not before:
            self._show(scene, before, self._elapsed(now))
            self._record(event_of_silence(self._forward(self._elapsed(now)), scene.picture))

    def _show(self, scene: Scene, before: Picture, source_time: float) -> Scene:
        self._stage.show(scene)
        if scene.picture is not before:
            self._say(f"{source_time:7.1f} s  {scene.picture.value}")
        return scene

    def _record(self, record: dict[str, object]) -> None:
        if self._events is None:
            return
        try:
            self._events.write(record)
        except EventsError as error:
            self._say(f"EmoCam goes on without events: {error}")

    def _source_time(self, reading: Reading, now: float) -> float:
        """Seconds since the first frame of the run; a restarted sensing counts from 0 again."""
        if reading.state not in _LOOKS:
            return self._forward(self._elapsed(now))
        seconds = reading.time_ms / 1000
        if self._first_frame is None:
            self._first_frame = now - seconds
            self._offset = 0.0
        if self._offset is None:
            self._offset = now - self._first_frame - seconds
        return self._forward(seconds + self._offset)

    def _elapsed(self, now: float) -> float:
        return 0.0 if self._first_frame is None else now - self._first_frame

    def _forward(self, source_time: float) -> float:
        """Events are in the order of their times, also after a look that took very long."""
        self._told = max(self._told, source_time)
        return self._told
