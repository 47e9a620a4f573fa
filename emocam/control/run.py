"""One run: from readings to scenes, until something ends it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emocam.control.channel import Channel
from emocam.control.desk import Desk
from emocam.control.ending import Ending, signals
from emocam.control.events import EventsFile
from emocam.control.files import refuse_overwriting, with_whole_paths
from emocam.control.keep_sensing import SensingKeeper
from emocam.control.keep_stage import StageKeeper
from emocam.control.keeper import Keeper, Say
from emocam.control.log import RunLog, recording
from emocam.control.reach import claimed, listening
from emocam.control.session import Session
from emocam.control.tray.attend import tray
from emocam.errors import EmoCamError, ProcessError
from emocam.expression import Picture
from emocam.scene import Scene
from emocam.settings import NO_FILE, Layers, Settings
from emocam.settings.schema import CameraWhen

#: Seconds between two moments at which the run lets time pass.
TICK = 0.5

#: How long the demo shows each picture, in seconds.
DEMO_STEP = 3.0


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is asked for beside its settings.

    Attributes:
        events: file for the events, or None.
        duration: seconds until it ends by itself, or None.
        wait: whether virtual camera and webcam may be missing at the start.
        tray: whether there is to be an icon, where there can be one.
        layers: who said what of the settings; None if nobody asks.
    """

    events: Path | None = None
    duration: float | None = None
    wait: bool = False
    tray: bool = False
    layers: Layers | None = None


async def run(settings: Settings, options: RunOptions, say: Say) -> None:
    """Read a camera and publish its avatar until a signal, the end of the source or the duration.

    Raises:
        EmoCamError: what made the run impossible, or what was lost in it.
    """
    with recording(settings, say) as log:
        await _run(settings, options, log)


async def _run(settings: Settings, options: RunOptions, log: RunLog) -> None:
    say = log.hear
    settings = with_whole_paths(settings)
    refuse_overwriting(settings, options.events)
    with claimed(settings, say) as line:
        stage = StageKeeper(settings, say)
        events = EventsFile(options.events) if options.events else None
        try:
            await _read_and_publish(settings, options, log, stage, events, line)
        finally:
            if events is not None:
                events.close()
    if events is not None:
        if events.error is not None:
            raise events.error
        say(f"What was read is in {options.events}.")


async def _read_and_publish(
    settings: Settings,
    options: RunOptions,
    log: RunLog,
    stage: StageKeeper,
    events: EventsFile | None,
    line: Channel | None,
) -> None:
    say = log.hear
    session = Session(settings, stage, events, say, tell=log.see)
    sensing = SensingKeeper(settings, say, session.take, session.lost)
    if settings.output.target not in NO_FILE:
        # A file that is there is replaced only when there is something to put in its place.
        stage.after = sensing.ready
        # What goes into a file nobody watches, and is wanted all the same.
        settings = settings.replace("camera.when", CameraWhen.ALWAYS.value)
    stage.patient = sensing.proven = options.wait
    ending = Ending()
    desk = Desk(settings, session, sensing, stage, ending, layers=options.layers, log=log)
    with contextlib.closing(desk):
        async with listening(line, desk, say), _supervise(stage, [sensing, stage], say, ending):
            ticking = asyncio.create_task(_tick(desk))
            wanted = options.tray
            icon = tray(line, settings, say, options.layers) if wanted else contextlib.nullcontext()
            try:
                async with icon:
                    await ending.wait(options.duration)
            finally:
                await desk.recording.close()
            ticking.cancel()
            if options.duration is not None and not sensing.worked and sensing.starts > 1:
                raise ProcessError("Sensing never came to work", 'Run "emocam doctor"')


async def _tick(desk: Desk) -> None:
    while True:
        await asyncio.sleep(TICK)
        desk.tick()


async def demo(settings: Settings, options: RunOptions, say: Say) -> None:
    """Publish each picture in turn, with no camera; once into a file, else until it is ended.

    Raises:
        EmoCamError: what made it impossible.
    """
    settings = with_whole_paths(settings)
    stage = StageKeeper(settings, say)
    stage.show(Scene.of(Picture.STARTING))
    once = settings.output.target not in NO_FILE and options.duration is None
    ending = Ending()
    with claimed(settings, say, "demo"):
        async with _supervise(stage, [stage], say, ending):
            walk = asyncio.create_task(_walk(stage, ending, say, once))
            await _published(stage, ending)
            await ending.wait(options.duration)
            walk.cancel()


async def _walk(stage: StageKeeper, ending: Ending, say: Say, once: bool) -> None:
    await stage.published.wait()
    while True:
        for picture in Picture:
            say(f"Showing {picture.value}")
            stage.show(Scene.of(picture))
            await asyncio.sleep(DEMO_STEP)
        if once:
            ending.end()
            return


@contextlib.asynccontextmanager
async def _supervise(
    stage: StageKeeper, keepers: list[Keeper], say: Say, ending: Ending
) -> AsyncIterator[None]:
    """Start the keepers, and afterwards stop them in their order."""
    stage.nowhere = ending.end
    with signals(ending):
        tasks = [asyncio.create_task(_keep(keeper, stage, ending)) for keeper in keepers]
        tasks.append(asyncio.create_task(_announce(stage, say)))
        try:
            yield
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
    if stage.settings.output.target not in NO_FILE and stage.worked:
        say(f"What was shown is in {stage.device}.")


async def _keep(keeper: Keeper, stage: StageKeeper, ending: Ending) -> None:
    """Run a keeper; its end, good or bad, is the end of the run."""
    try:
        if keeper.after is not None:
            await keeper.after.wait()
        await keeper.run()
        if keeper is not stage:  # a short recording may be over before anything could be drawn
            await _published(stage, ending)
        ending.end()
    except EmoCamError as error:
        ending.end(error)
    except Exception:
        ending.end()
        raise


async def _published(stage: StageKeeper, ending: Ending) -> None:
    """Wait until something is published, or the run is to end."""
    waits = {asyncio.create_task(each) for each in (stage.published.wait(), ending.wait())}
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for each in waits:
        each.cancel()


async def _announce(stage: StageKeeper, say: Say) -> None:
    await stage.published.wait()
    status: dict[str, Any] = stage.status
    size = f"{status.get('width')}x{status.get('height')} at {status.get('fps')} frames a second"
    if stage.settings.output.target == "virtual":
        say(f"Publishing on {status.get('device')}, {size}.")
        if stage.settings.camera.when == CameraWhen.WATCHED:
            say("The webcam is opened when a program reads it, as far as that can be known.")
        say(f'Choose the camera "{stage.settings.output.label}" in your meeting. Ctrl-C ends.')
    elif stage.settings.output.target == "none":
        say("Publishing nothing: your avatar is in EmoCam's windows alone. Ctrl-C ends.")
    else:
        say(f"Writing {status.get('device')}, {size}. Ctrl-C ends.")
