"""Keeping the two children alive: start, restart with back-off, orderly end."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from emocam.control.backoff import Backoff
from emocam.control.child import Child
from emocam.errors import EmoCamError, OutputError, ProcessError, WireError
from emocam.expression import SensorState
from emocam.scene import Scene
from emocam.settings import Settings
from emocam.wire import Reading, ReadingStream, decode_message

#: A child that dies so many times before it ever did its work will not do it at all.
HOPELESS = 5
#: Seconds without a reading after which sensing counts as hung: at the start (a slow machine has to
#: load the models), and later on, beyond three intervals of sampling.
START_PATIENCE = 90.0
PATIENCE = 15.0

#: Seconds without a sign of life (one in five seconds) after which the stage counts as hung.
STAGE_PATIENCE = 30.0

Say = Callable[[str], None]


class Keeper(ABC):
    """Runs one child for as long as the run lasts.

    Args:
        settings: sent to each child first.
        say: takes a sentence for the user.
    """

    module: str
    name: str
    grace: float
    stated_is_final: bool
    """Whether an error that a child states ends the run even after others have worked."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self.settings = settings
        self.say = say
        self.child: Child | None = None
        self.starts = 0
        self.worked = False
        """Whether any child ever did its work; until then an error is the user's business."""
        self.after: asyncio.Event | None = None
        """What the first child waits for, if anything."""
        self._ending = asyncio.Event()

    @abstractmethod
    async def serve(self, child: Child) -> None:
        """Listen to a child until its stdout ends.

        Raises:
            WireError: if it speaks out of turn; it is killed then.
        """

    def lost(self) -> None:
        """Called when a child is gone that was not told to go."""
        return

    def is_done(self, code: int) -> bool:
        """Whether this exit code means that the work is finished."""
        return False

    async def run(self) -> None:
        """Keep a child alive until :meth:`stop` or until the work is finished.

        Raises:
            EmoCamError: if the first child states an error, or none ever comes to work.
        """
        backoff = Backoff()
        while not self._ending.is_set():
            started = time.monotonic()
            child = self.child = await Child.start(self.module, self.say)
            if self._ending.is_set():  # it was told to end before it was there
                await child.stop(self.grace)
                return
            self.greet(child)
            self.starts += 1
            fault = await self._serve(child)
            code = await child.wait()
            if self._ending.is_set() or (fault is None and self.is_done(code)):
                return
            self._judge(child, code, fault, backoff)
            self.lost()
            await asyncio.sleep(backoff.next_delay(time.monotonic() - started))

    def greet(self, child: Child) -> None:
        """Send the first message."""
        values = self.settings.to_dict()
        child.send({"type": "configure", "settings": values, "restart": self.starts})

    async def _serve(self, child: Child) -> EmoCamError | None:
        try:
            await self.serve(child)
        except (WireError, ProcessError) as error:
            child.kill()
            return error
        return None

    def _judge(self, child: Child, code: int, fault: EmoCamError | None, backoff: Backoff) -> None:
        """Tell the user of a death, or raise what makes another try useless."""
        stated = child.error()
        if stated is not None and (self.stated_is_final or not self.worked):
            raise stated
        how = f"was ended by signal {-code}" if code < 0 else f"left with code {code}"
        why = str(fault or stated or child.last_words())
        if not self.worked and backoff.failures + 1 >= HOPELESS:
            raise ProcessError(
                f"The {self.name} process {how} {HOPELESS} times: {why or 'it said nothing'}",
                'Run "emocam doctor"',
            )
        self.say(f"The {self.name} process {how}; starting it again. {why}".rstrip())

    async def stop(self) -> None:
        """End the child in an orderly way."""
        self._ending.set()
        if self.child is not None:
            await self.child.stop(self.grace)


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
        self.device = ""
        """What it published on last."""
        self.published = asyncio.Event()
        self.nowhere: Callable[[OutputError], None] = lambda error: None
        """Called when the stage has nowhere to publish and never had."""

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

    async def serve(self, child: Child) -> None:
        """Follow the status."""
        while line := await _line(child):
            status = decode_message(line)
            if status.get("state") in ("alive", "watched"):
                continue
            self.status = status
            state = self.status.get("state")
            if state == "publishing":
                self.worked = True
                self.device = str(self.status.get("device"))
                self.published.set()
            elif state == "waiting":
                self._wait_or_give_up()

    def _wait_or_give_up(self) -> None:
        error = OutputError(*(str(self.status.get(key, "")) for key in ("cause", "remedy")))
        if self.worked:
            self.say(f"EmoCam waits for its output: {error}")
        else:
            self.nowhere(error)


class SensingKeeper(Keeper):
    """Keeps sensing, checks what it says, and hands the readings on.

    Args:
        settings: as for :class:`Keeper`.
        say: as for :class:`Keeper`.
        take: gets each reading.
        lost: called when sensing is gone and will be started again.
    """

    module = "emocam.sensing"
    name = "sensing"
    grace = 3.0
    stated_is_final = False

    def __init__(
        self,
        settings: Settings,
        say: Say,
        take: Callable[[Reading], None],
        lost: Callable[[], None],
    ) -> None:
        super().__init__(settings, say)
        self._take = take
        self._lost = lost
        self._ended = False
        self._patience = PATIENCE
        self.ready = asyncio.Event()
        """Set by the first reading: models and source are good."""

    def lost(self) -> None:
        """Pass it on."""
        self._lost()

    def is_done(self, code: int) -> bool:
        """A recording that is over ends the run."""
        return self._ended and code == 0

    async def serve(self, child: Child) -> None:
        """Take readings, and nothing but readings."""
        stream = ReadingStream()
        patience = START_PATIENCE
        while True:
            try:
                data = await asyncio.wait_for(child.stdout.read(4096), patience)
            except TimeoutError:
                # A machine that is only slow must not end in a circle of restarts.
                self._patience = min(2 * self._patience, START_PATIENCE)
                raise ProcessError(
                    f"No reading for {patience:g} seconds", "It is started again"
                ) from None
            if not data:
                return
            for reading in stream.feed(data, time.monotonic()):
                self.ready.set()
                self.worked = self.worked or reading.state is not SensorState.STARTING
                self._ended = reading.state is SensorState.ENDED
                self._take(reading)
                patience = self._patience + 3 * self.settings.sampling.interval


async def _line(child: Child) -> bytes:
    """The next line on stdout; empty at its end.

    Raises:
        WireError: if the line is too long.
        ProcessError: if none comes for too long.
    """
    try:
        return await asyncio.wait_for(child.stdout.readline(), STAGE_PATIENCE)
    except ValueError:
        raise WireError("A message is over the limit") from None
    except TimeoutError:
        raise ProcessError(
            f"No sign of life for {STAGE_PATIENCE:g} seconds", "It is started again"
        ) from None
