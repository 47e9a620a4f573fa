"""What becomes of readings: scenes for the stage, events, sentences for the user."""

from __future__ import annotations

import time
from collections.abc import Callable

from emocam.control.direction import Direction
from emocam.control.events import EventsFile, event, event_of_silence
from emocam.control.keep_stage import StageKeeper
from emocam.control.keeper import Say
from emocam.errors import EventsError
from emocam.expression import Picture, SensorState
from emocam.group import Audience, audience
from emocam.scene import Scene
from emocam.settings import Settings
from emocam.settings.schema import People
from emocam.sidecar import load_sidecar, model_file
from emocam.wire import Look, Reading

#: Seconds without a reading, at one look a second, after which an expression is out of date.
OVERDUE = 5.0

#: What the user is told about a state of the camera.
_STATE_WORDS = {
    SensorState.BUSY: "The camera is busy: another program holds it. Close that one; "
    "emocam doctor helps to find it.",
    SensorState.UNPLUGGED: "The camera is not there. Plug it in, or choose one with --camera.",
    SensorState.DENIED: "The camera may not be opened. emocam doctor says what allows it.",
    SensorState.STALLED: "The camera gives no pictures. EmoCam opens it again; "
    "should that not help, unplug it and plug it in again.",
    SensorState.UNUSABLE: "The camera's pictures are damaged. Try another port or cable, "
    "or another camera.",
    SensorState.COVERED: "The camera is covered, or the room is dark. Open its shutter.",
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
        tell: takes a sentence on what is shown; as ``say`` if None.

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
        tell: Say | None = None,
    ) -> None:
        self._tell = tell or say
        self._people, self._mood = _audience(settings)
        self._overdue = _overdue(settings)
        self._attends = settings.attention.enabled
        self._stage, self._events, self._say, self._clock = stage, events, say, clock
        self.direction = Direction()
        """What the user decided; :meth:`redirect` puts a change of it on the stage."""
        self.shown = self._mood.scene
        """What is on the stage."""
        self._pictures: dict[int | None, Picture] = {None: self.shown.picture}  # by place
        self.look: Look = ()
        """The last one; empty while there is no sensing."""
        self.read_at = clock()
        """When the last reading came."""
        self.heard: Callable[[Look], None] = lambda look: None
        """Called with each look, and with an empty one now and then while there is none."""
        self._first_frame: float | None = None  # on our clock
        self._offset: float | None = None  # from this sensing process's time to the run's
        self._told = 0.0  # time of the last event
        self._taking_over = False  # whether a sensing process comes for another one
        stage.show(self.shown)

    @property
    def reading(self) -> Reading | None:
        """The last reading of the nearest face, of several the first from the left that was seen;
        None while there is no sensing.
        """
        faces = (each for each in self.look if each.state is SensorState.FACE)
        return next(faces, self.look[0] if self.look else None)

    def take(self, look: Look) -> None:
        """Take the readings of one look."""
        reading = look[0]
        if self._taking_over and reading.state is SensorState.STARTING:
            return  # what the other one read holds until it is out of date
        self._taking_over = False
        now = self.read_at = self._clock()
        source_time = self._source_time(reading, now)
        before, self.look = self.reading, look
        if (before is None or reading.state is not before.state) and reading.state in _STATE_WORDS:
            self._say(_STATE_WORDS[reading.state])
        self._mood.take(look, now)
        self._show(source_time)
        for each in look if reading.state not in _NO_SAMPLE else ():
            place = each.face if each.faces else None
            picture = self._pictures.get(place, self.shown.picture)
            self._record(event(each, source_time, picture, self._attends), place)
        self.heard(look)

    def tick(self) -> None:
        """Let time pass; called a few times a second.

        A face that nobody has looked at for long is not shown any longer, be it that sensing hangs.
        """
        now = self._clock()
        scene = self._mood.tick(now)
        read = any(figure.picture.expression is not None for figure in scene.figures)
        if now - self.read_at > self._overdue and read:
            self._mood.interrupt(Picture.MOMENT, now)
            self.look = ()
        self._refresh(now)
        if not self.look:
            self.heard(())

    def lost(self) -> None:
        """Sensing is gone; another one is coming."""
        self._gone(Picture.MOMENT)

    def replaced(self) -> None:
        """Another sensing process takes over at once, and nothing is wrong: what is shown stays."""
        self.look, self._offset = (), None
        self._taking_over = True

    def dismissed(self) -> None:
        """Sensing was ended, as nobody wants the camera now; who comes next sees no old face."""
        self._gone(Picture.STARTING)

    def redirect(self) -> None:
        """Show what follows from a new decision of the user."""
        self._refresh(self._clock())

    def configure(self, settings: Settings) -> None:
        """Go on with other settings.

        Raises:
            ModelError: if the model's sidecar cannot be used; nothing has changed then.
        """
        people, mood = _audience(settings)
        if people is self._people:
            self._mood.configure(settings.mood, _threshold(settings), _turns(settings))
        else:
            self._people, self._mood = people, mood
        self._overdue = _overdue(settings)
        self._attends = settings.attention.enabled

    def _gone(self, picture: Picture) -> None:
        now = self._clock()
        self._mood.interrupt(picture, now)
        self.look, self._offset, self._taking_over = (), None, False
        self._refresh(now)

    def _refresh(self, now: float) -> None:
        """Show what no reading told of."""
        changed = self._show(self._elapsed(now))
        if changed and self.look and not self.look[0].faces:
            changed = {None: self.shown.picture}  # who is not seen has no place
        for place, picture in changed.items():
            time = self._forward(self._elapsed(now))
            reading = next((one for one in self.look if place in (None, one.face)), None)
            if reading is not None and reading.state not in _NO_SAMPLE:
                self._record(event(reading, time, picture, self._attends), place)
            else:
                self._record(event_of_silence(time, picture), place)

    def _show(self, source_time: float) -> dict[int | None, Picture]:
        """Put on the stage what is to be shown now; returns the places with another picture."""
        read = self._mood.scene
        words, self.shown = _words(self.shown), self.direction.over(read)
        self._stage.show(self.shown)
        before = self._pictures
        # Where the user decided, one picture stands for all.
        live = self.shown is read
        self._pictures = self._mood.shown if live else {None: self.shown.picture}
        if _words(self.shown) != words:
            self._tell(f"{source_time:7.1f} s  {_words(self.shown)}")
        return {
            place: picture
            for place, picture in self._pictures.items()
            if before.get(place) is not picture
        }

    def _record(self, record: dict[str, object], place: int | None) -> None:
        if self._events is None:
            return
        if self._people is not People.NEAREST:
            record["face"] = place
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


def _overdue(settings: Settings) -> float:
    """Seconds without a reading after which an expression is out of date."""
    return OVERDUE + 3 * (settings.sampling.interval - 1)


def _words(scene: Scene) -> str:
    """What a scene shows, from left to right."""
    return ", ".join(figure.picture.value for figure in scene.figures)


def _audience(settings: Settings) -> tuple[People, Audience]:
    people = People(settings.face.people)
    return people, audience(people, settings.mood, _threshold(settings), _turns(settings))


def _turns(settings: Settings) -> bool:
    """Whether avatars look away with their people."""
    return settings.attention.enabled and settings.attention.show_away


def _threshold(settings: Settings) -> float:
    return load_sidecar(model_file(settings.model.path)).negative_threshold
