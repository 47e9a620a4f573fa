"""The loop of the sensing process: open the source, look when a look is due, say a reading."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable

from emocam.errors import ExitCode, WireError
from emocam.expression import SensorState
from emocam.pipes import Inlet, Outlet
from emocam.sensing import native
from emocam.sensing.lifecycle import REPEAT, Do, Lifecycle
from emocam.sensing.observer import Observation, Observer, Person, readings
from emocam.sensing.preview.slot import STEP, Slot
from emocam.sensing.sampler import Pace, Sampler
from emocam.sensing.sources import OutOfReachError, Source, SourceLostError
from emocam.sensing.sources.choose import choose
from emocam.sensing.watchdog import Watchdog
from emocam.settings import Settings
from emocam.wire import RENEWAL, encode_reading

#: Many cameras begin in the dark and find their exposure within so many seconds.
_WARM_UP = 1.0
#: Longest single wait in seconds, should a wake-up get lost; a camera that was pulled out or a
#: machine that slept is noticed after as much.
_LONGEST_WAIT = 1.0
#: Seconds that a call into a webcam's driver may take until the camera counts as stalled: a look,
#: and an opening, which includes a probe and takes many seconds with some drivers.
_LOOK_LIMIT, _OPEN_LIMIT = 2.0, 8.0
#: Seconds beyond that limit after which the process ends, to be replaced.
_GIVE_UP = 12.0


class _Ending(Exception):  # noqa: N818 (it is no error)
    """The process is to end."""


class Sensing:
    """One run of the process, after models and source were found good.

    Args:
        settings: as configured.
        observer: looks at pictures.
        source: gives them.
        inlet: tells of messages and of the end.
        outlet: takes the readings.
        clock: seconds on a clock that does not run backwards.
        slot: takes pictures and looks for the preview; None while there is none.
    """

    def __init__(
        self,
        settings: Settings,
        observer: Observer,
        source: Source,
        inlet: Inlet,
        outlet: Outlet,
        clock: Callable[[], float] = time.monotonic,
        slot: Slot | None = None,
    ) -> None:
        self._settings = settings
        self._observer = observer
        self._source = source
        self._inlet = inlet
        self._outlet = outlet
        self._clock = clock
        self._slot = slot
        self._pace = Pace()
        self._life = Lifecycle()
        self._watchdog = Watchdog(self._hangs)
        self._hung = 0.0  # when the watchdog last spoke, in seconds over the limit
        self._speech = threading.Lock()
        self._sequence = 0
        self._time = 0.0  # of the last frame, in seconds from the first
        self._looked: float | None = None  # when that was

    def run(self) -> int:
        """Look until the process is to end or the recording is over.

        Returns:
            The exit code of the process.
        """
        try:
            self._say(SensorState.STARTING)
            while self._step():
                pass
        except _Ending:
            return int(ExitCode.OK)
        except OutOfReachError:
            return RENEWAL
        finally:
            self._source.close()
            self._observer.close()
            self._watchdog.close()
        return int(ExitCode.OK)

    def _step(self) -> bool:
        """Do what is due; False if the source is over."""
        life, now = self._life, self._clock()
        try:
            match life.next(now):
                case Do.OPEN:
                    with self._watch(_OPEN_LIMIT):
                        self._source.open()
                    life.opened(self._clock())
                    self._look(self._source)
                case Do.PROBE:
                    with self._watch(_OPEN_LIMIT):
                        trouble = self._source.probe()
                    life.probed(trouble, self._clock())
                case Do.WAIT:
                    self._pause(life.due())
        except SourceLostError as lost:
            native.need_memory()  # or it would be lost for ever, with nobody to replace the process
            self._close(self._source)
            life.lost(lost.state, self._clock())
        if (told := self._life.tell(self._clock())) is not None:
            self._say(told)
        return told is not SensorState.ENDED

    def _look(self, source: Source) -> None:
        """Look, again and again, until the source is replaced or must be opened anew."""
        sampling = self._settings.sampling
        opened = self._clock()
        sampler = Sampler(sampling.interval, sampling.quick, self._pace)
        while True:
            if sampling != self._settings.sampling:
                sampling = self._settings.sampling
                sampler = Sampler(sampling.interval, sampling.quick, self._pace)
            due = self._pause(sampler.due(self._clock()), source)
            if source is not self._source:
                return
            with self._watch(_LOOK_LIMIT):
                stale = source.stale()
            if stale:
                self._close(source)
                self._life.again(self._clock())
                return
            if not due:
                continue
            started = self._clock()
            # No name keeps the frame beyond this statement.
            observation = self._observe(source, started)
            warming = observation.dark and started - opened < _WARM_UP
            state = SensorState.STARTING if warming else observation.state
            self._life.looked(started)
            said = self._say(state, observation.people)
            sampler.looked(started, self._clock(), observation.seen, said)

    def _observe(self, source: Source, now: float) -> Observation:
        with self._watch(_LOOK_LIMIT):
            frame = source.retrieve(now)
        self._time, self._looked = frame.time, now
        if self._slot is not None:
            self._slot.show(frame.picture)
        return self._observer.observe(frame.picture, frame.time)

    def _close(self, source: Source) -> None:
        with self._watch(_OPEN_LIMIT):
            source.close()

    def _watch(self, limit: float) -> contextlib.AbstractContextManager[None]:
        """Watch a call into the source; a file needs no watching."""
        self._hung = 0.0
        return self._watchdog.watch(limit) if self._source.live else contextlib.nullcontext()

    def _hangs(self, over: float) -> None:
        """Called by the watchdog: a call is over its limit by so many seconds."""
        if over > _GIVE_UP:
            os._exit(ExitCode.CAMERA)
        if not self._hung or over - self._hung > REPEAT:
            self._hung = over
            with contextlib.suppress(_Ending):
                self._say(SensorState.STALLED)

    def _pause(self, until: float, source: Source | None = None) -> bool:
        """Wait a while at most, keep the source current, and take messages.

        Returns:
            Whether the time has come and no message changed the settings.

        Raises:
            _Ending: if the process is to end.
        """
        end = self._clock() + _LONGEST_WAIT
        while True:
            if self._inlet.ended:
                raise _Ending
            now = self._clock()
            left = min(until, end) - now
            if source is not None and source.pace is not None:
                with self._watch(_LOOK_LIMIT):
                    source.grab(now)
                left = min(left, source.pace)
            if source is not None and self._slot is not None:
                with self._watch(_LOOK_LIMIT):
                    self._slot.show(source.retrieve(now).picture)
                left = min(left, STEP)
            if now >= min(until, end):
                return now >= until
            try:
                message = self._inlet.receive(left)
            except WireError:
                raise _Ending from None
            if message is not None and message.get("type") == "configure":
                self._reconfigure(Settings.from_dict(message["settings"]))
                return False

    def _reconfigure(self, settings: Settings) -> None:
        """Go on with other settings; what cannot be used ends the process with its exit code."""
        old, self._settings = self._settings, settings
        if _of_observer(old) != _of_observer(settings):
            self._observer.close()
            self._observer = Observer(settings)
        if (old.camera, old.output.label) != (settings.camera, settings.output.label):
            self._source.close()
            self._source = choose(settings, must_be_there=False)
            self._life = Lifecycle()

    def _say(self, state: SensorState, people: tuple[Person, ...] = ()) -> int:
        """Send the readings of one look at once: no half of it may get lost.

        The watchdog's thread may speak too.

        Returns:
            How many they are.

        Raises:
            _Ending: if nobody is there to take them.
        """
        if self._slot is not None:
            self._slot.tell(state, people)
        with self._speech:
            when = self._time
            if state not in (SensorState.FACE, SensorState.NO_FACE, SensorState.COVERED):
                # No frame tells the time now; the clock goes on from the last one.
                when += 0.0 if self._looked is None else self._clock() - self._looked
            look = readings(state, people, self._sequence, min(round(when * 1000), 2**32 - 1))
            self._sequence += 1
            if not self._outlet.send(b"".join(map(encode_reading, look))):
                raise _Ending
            return len(look)


def _of_observer(settings: Settings) -> tuple[object, ...]:
    """What an observer goes by."""
    attention = settings.attention
    return settings.face, settings.model, attention.enabled, attention.calibration
