"""One run: from readings to scenes, until something ends it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emocam.control.ending import Ending, signals
from emocam.control.events import EventsFile, event
from emocam.control.files import refuse_overwriting, with_whole_paths
from emocam.control.keeper import Keeper, Say, SensingKeeper, StageKeeper
from emocam.errors import EmoCamError, EventsError, ProcessError
from emocam.expression import Picture, SensorState
from emocam.mood import Mood
from emocam.scene import Scene
from emocam.settings import Settings
from emocam.sidecar import load_sidecar, model_file
from emocam.wire import Reading

#: Seconds without a reading, at one look a second, after which an expression is out of date.
OVERDUE = 5.0
#: Seconds between two moments at which the session lets time pass.
TICK = 0.5

#: How long the demo shows each picture, in seconds.
DEMO_STEP = 3.0

#: What the user is told about a state of the camera.
_STATE_WORDS = {
    SensorState.BUSY: "The camera is busy: another program holds it. Close that program.",
    SensorState.UNPLUGGED: "The camera is not there. Plug it in, or choose one with --camera.",
    SensorState.DENIED: "The camera may not be opened. See what emocam doctor says.",
    SensorState.COVERED: "The camera is covered, or the room is dark.",
    SensorState.ENDED: "The recording is over.",
}

#: Readings that tell of the source and not of a look at it: no events.
_NO_SAMPLE = frozenset({SensorState.STARTING, SensorState.ENDED})


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is asked for beside its settings.

    Attributes:
        events: file for the events, or None.
        duration: seconds until it ends by itself, or None.
    """

    events: Path | None = None
    duration: float | None = None


class Session:
    """Readings in, scenes and events out.

    Args:
        settings: of the run.
        stage: gets the scenes.
        events: gets the events; None for none.
        say: takes a sentence for the user.
        clock: seconds on a clock that does not run backwards.
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
        self._offset: float | None = 0.0  # of this sensing process's source time
        self._last = clock()  # when the last reading came
        stage.show(self._mood.scene)

    def take(self, reading: Reading) -> None:
        """Take a reading."""
        now = self._last = self._clock()
        before = self._mood.scene.picture
        scene = self._mood.update(reading, now)
        self._stage.show(scene)
        source_time = self._source_time(reading, now)
        if reading.state is not self._state and reading.state in _STATE_WORDS:
            self._say(_STATE_WORDS[reading.state])
        self._state = reading.state
        if scene.picture is not before:
            self._say(f"{source_time:7.1f} s  {scene.picture.value}")
        if self._events is not None and reading.state not in _NO_SAMPLE:
            try:
                self._events.write(event(reading, source_time, scene.picture))
            except EventsError as error:
                self._say(f"EmoCam goes on without events: {error}")

    def tick(self) -> None:
        """Let time pass; called a few times a second.

        A face that nobody has looked at for long is not shown any longer, be it that sensing hangs.
        """
        now = self._clock()
        scene = self._mood.tick(now)
        if now - self._last > self._overdue and scene.picture.expression is not None:
            scene = self._mood.interrupt(Picture.MOMENT, now)
        self._stage.show(scene)

    def lost(self) -> None:
        """Sensing is gone; another one is coming."""
        self._stage.show(self._mood.interrupt(Picture.MOMENT, self._clock()))
        self._state = None
        self._offset = None

    def _source_time(self, reading: Reading, now: float) -> float:
        """Seconds since the first frame of the run; a restarted sensing counts from 0 again."""
        seconds = reading.time_ms / 1000
        if reading.state is SensorState.STARTING:
            return 0.0 if self._first_frame is None else now - self._first_frame
        if self._first_frame is None:
            self._first_frame = now - seconds
        if self._offset is None:
            self._offset = now - self._first_frame - seconds
        return max(0.0, seconds + self._offset)


async def run(settings: Settings, options: RunOptions, say: Say) -> None:
    """Read a camera and publish its avatar until a signal, the end of the source or the duration.

    Raises:
        EmoCamError: what made the run impossible, or what was lost in it.
    """
    settings = with_whole_paths(settings)
    refuse_overwriting(settings, options.events)
    stage = StageKeeper(settings, say)
    events = EventsFile(options.events) if options.events else None
    try:
        session = Session(settings, stage, events, say)
        sensing = SensingKeeper(settings, say, session.take, session.lost)
        async with _supervise(stage, [sensing, stage], say) as ending:
            ticking = asyncio.create_task(_tick(session))
            await ending.wait(options.duration)
            ticking.cancel()
            if options.duration is not None and not sensing.worked and sensing.starts > 1:
                raise ProcessError("Sensing never came to work", 'Run "emocam doctor"')
    finally:
        if events is not None:
            events.close()
    if events is not None:
        if events.error is not None:
            raise events.error
        say(f"What was read is in {options.events}.")


async def _tick(session: Session) -> None:
    while True:
        await asyncio.sleep(TICK)
        session.tick()


async def demo(settings: Settings, options: RunOptions, say: Say) -> None:
    """Publish each picture in turn, with no camera; once into a file, else until it is ended.

    Raises:
        EmoCamError: what made it impossible.
    """
    stage = StageKeeper(with_whole_paths(settings), say)
    stage.show(Scene(Picture.STARTING))
    once = settings.output.target != "virtual" and options.duration is None
    async with _supervise(stage, [stage], say) as ending:
        walk = asyncio.create_task(_walk(stage, ending, say, once))
        await ending.wait(options.duration)
        walk.cancel()


async def _walk(stage: StageKeeper, ending: Ending, say: Say, once: bool) -> None:
    await stage.published.wait()
    while True:
        for picture in Picture:
            say(f"Showing {picture.value}")
            stage.show(Scene(picture))
            await asyncio.sleep(DEMO_STEP)
        if once:
            ending.end()
            return


@contextlib.asynccontextmanager
async def _supervise(stage: StageKeeper, keepers: list[Keeper], say: Say) -> AsyncIterator[Ending]:
    """Start the keepers, hand out the ending, and afterwards stop them in their order."""
    ending = Ending()

    stage.nowhere = ending.end
    with signals(ending):
        tasks = [asyncio.create_task(_keep(keeper, ending, keepers)) for keeper in keepers]
        tasks.append(asyncio.create_task(_announce(stage, say)))
        try:
            yield ending
        finally:
            for keeper in keepers:
                await keeper.stop()
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
    if ending.error is not None:
        raise ending.error
    if stage.settings.output.target != "virtual" and stage.worked:
        say(f"What was shown is in {stage.device}.")


async def _keep(keeper: Keeper, ending: Ending, keepers: list[Keeper]) -> None:
    """Run a keeper; its end, good or bad, is the end of the run."""
    try:
        if isinstance(keeper, StageKeeper) and keeper.settings.output.target != "virtual":
            # A file that is there is replaced only when there is something to put in its place.
            for other in keepers:
                if isinstance(other, SensingKeeper):
                    await other.ready.wait()
        await keeper.run()
        ending.end()
    except EmoCamError as error:
        ending.end(error)
    except Exception:
        ending.end()
        raise


async def _announce(stage: StageKeeper, say: Say) -> None:
    await stage.published.wait()
    status: dict[str, Any] = stage.status
    size = f"{status.get('width')}x{status.get('height')} at {status.get('fps')} frames a second"
    if stage.settings.output.target == "virtual":
        say(f"Publishing on {status.get('device')}, {size}.")
        say(f'Choose the camera "{stage.settings.output.label}" in your meeting. Ctrl-C ends.')
    else:
        say(f"Writing {status.get('device')}, {size}. Ctrl-C ends.")
