"""The loop of the sensing process: open the source, look when a look is due, say a reading."""

from __future__ import annotations

import time
from collections.abc import Iterator

from emocam.errors import WireError
from emocam.expression import SensorState
from emocam.pipes import Inlet, Outlet
from emocam.sensing.observer import Observation, Observer, Person, readings
from emocam.sensing.sampler import Pace, Sampler
from emocam.sensing.sources import Source, SourceLostError
from emocam.sensing.sources.choose import choose
from emocam.settings import Settings
from emocam.wire import encode_reading

#: Seconds between two tries to open a source that is gone.
_FIRST_DELAY, _LONGEST_DELAY = 0.5, 5.0
#: Many cameras begin in the dark and find their exposure within so many seconds.
_WARM_UP = 1.0
#: Longest single wait in seconds, should a wake-up get lost.
_LONGEST_WAIT = 2.0


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
    """

    def __init__(
        self, settings: Settings, observer: Observer, source: Source, inlet: Inlet, outlet: Outlet
    ) -> None:
        self._settings = settings
        self._observer = observer
        self._source = source
        self._inlet = inlet
        self._outlet = outlet
        self._pace = Pace()
        self._sequence = 0
        self._time = 0.0  # of the last frame, in seconds from the first
        self._looked: float | None = None  # when that was, in monotonic time

    def run(self) -> None:
        """Look until the process is to end or the recording is over."""
        delays = _delays()
        try:
            self._say(SensorState.STARTING)
            while True:
                try:
                    self._source.open()
                    for _ in self._looks():
                        delays = _delays()  # it works: the next loss starts from the beginning
                except SourceLostError as lost:
                    self._source.close()
                    self._say(lost.state)
                    if lost.state is SensorState.ENDED:
                        return
                self._pause(time.monotonic() + next(delays))
        except _Ending:
            return
        finally:
            self._source.close()
            self._observer.close()

    def _looks(self) -> Iterator[None]:
        """Look, again and again; leaves by an exception, or when the source was replaced."""
        sampling, source = self._settings.sampling, self._source
        opened = time.monotonic()
        sampler = Sampler(sampling.interval, sampling.quick, self._pace)
        while source is self._source:
            if sampling != self._settings.sampling:
                sampling = self._settings.sampling
                sampler = Sampler(sampling.interval, sampling.quick, self._pace)
            if not self._pause(sampler.due(time.monotonic()), source):
                continue
            started = time.monotonic()
            # No name keeps the frame beyond this statement.
            observation = self._observe(source, started)
            warming = observation.dark and started - opened < _WARM_UP
            state = SensorState.STARTING if warming else observation.state
            said = self._say(state, observation.people)
            sampler.looked(started, time.monotonic(), observation.seen, said)
            yield

    def _observe(self, source: Source, now: float) -> Observation:
        frame = source.retrieve(now)
        self._time, self._looked = frame.time, now
        return self._observer.observe(frame.picture, frame.time)

    def _pause(self, until: float, source: Source | None = None) -> bool:
        """Wait, keep the source current, and take messages.

        Returns:
            False if a message changed the settings.

        Raises:
            _Ending: if the process is to end.
        """
        while True:
            if self._inlet.ended:
                raise _Ending
            now = time.monotonic()
            left = until - now
            if source is not None and source.pace is not None:
                source.grab(now)
                left = min(left, source.pace)
            if now >= until:
                return True
            try:
                message = self._inlet.receive(min(left, _LONGEST_WAIT))
            except WireError:
                raise _Ending from None
            if message is not None and message.get("type") == "configure":
                self._reconfigure(Settings.from_dict(message["settings"]))
                return False

    def _reconfigure(self, settings: Settings) -> None:
        """Go on with other settings; what cannot be used ends the process with its exit code."""
        old, self._settings = self._settings, settings
        if (old.face, old.model) != (settings.face, settings.model):
            self._observer.close()
            self._observer = Observer(settings)
        if (old.camera, old.output.label) != (settings.camera, settings.output.label):
            self._source.close()
            self._source = choose(settings, must_be_there=False)

    def _say(self, state: SensorState, people: tuple[Person, ...] = ()) -> int:
        """Send the readings of one look at once: no half of it may get lost.

        Returns:
            How many they are.

        Raises:
            _Ending: if nobody is there to take them.
        """
        when = self._time
        if state not in (SensorState.FACE, SensorState.NO_FACE, SensorState.COVERED):
            # No frame tells the time now; the clock goes on from the last one.
            when += 0.0 if self._looked is None else time.monotonic() - self._looked
        look = readings(state, people, self._sequence, min(round(when * 1000), 2**32 - 1))
        self._sequence += 1
        if not self._outlet.send(b"".join(map(encode_reading, look))):
            raise _Ending
        return len(look)


def _delays() -> Iterator[float]:
    delay = _FIRST_DELAY
    while True:
        yield delay
        delay = min(2 * delay, _LONGEST_DELAY)
