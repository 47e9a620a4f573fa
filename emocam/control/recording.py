"""The session log of a run: started and ended by the user, written while that is so, never else."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

from emocam import __version__
from emocam.control.keeper import Say
from emocam.control.lecture import Lecture
from emocam.errors import SessionError
from emocam.expression import SensorState
from emocam.sessions import store
from emocam.sessions.layout import Header, Row
from emocam.sessions.recorder import Recorder
from emocam.sessions.writer import LogWriter
from emocam.settings import Layers, Settings
from emocam.sidecar import load_sidecar, model_file
from emocam.wire import Look

#: Of several people only this one is written down: who came first, and for ``nearest`` the only one
#: there is. The others have not asked for a log.
PLACE = 0


class Recording:
    """Writes a log while the user wants one.

    Args:
        say: takes a sentence for the user, in any thread.
        clock: seconds on a clock that does not run backwards.
    """

    def __init__(self, say: Say, clock: Callable[[], float] = time.monotonic) -> None:
        self._say, self._clock = say, clock
        self._recorder: Recorder | None = None
        self._header: Header | None = None
        self._began = 0.0
        self._silent = False
        self.lecture = Lecture()
        """What is being watched meanwhile."""
        self._changing = asyncio.Lock()
        self._closing: asyncio.Task[None] | None = None

    async def start(self, settings: Settings, layers: Layers) -> None:
        """Begin a log.

        Raises:
            SessionError: if it may not be, cannot be, or is there already.
        """
        async with self._changing:
            refuse(layers, "session.allowed", "Session logs")
            if self.running:
                raise SessionError(
                    "A session is being recorded already", "End it with: emocam session stop"
                )
            await self._end()  # one that was full
            now, self._began, self._silent = time.time(), self._clock(), False
            lecture = self.lecture.name(self._began)
            # A disk may take its time.
            recorder, header = await asyncio.to_thread(_begin, settings, now, lecture, self._say)
            self._recorder, self._header = recorder, header
        self._say(f"Your expressions are recorded, for you alone, in the session {header.id}.")

    async def stop(self) -> None:
        """End the log.

        Raises:
            SessionError: if there is none.
        """
        async with self._changing:
            if self._recorder is None or self._header is None:
                raise SessionError(
                    "No session is being recorded", "Start one with: emocam session start"
                )
            name = self._header.id
            rows = await self._end()
        self._say(f"The session {name} is over, with {rows} rows. See: emocam session show {name}")

    async def close(self) -> None:
        """End the log, if there is one."""
        if self._recorder is not None:
            with contextlib.suppress(SessionError):  # somebody else has just ended it
                await self.stop()

    def tick(self) -> None:
        """End a log whose lecture is not watched any more; called now and then."""
        if self.astray and (self._closing is None or self._closing.done()):
            self._closing = asyncio.create_task(self.close())

    async def _end(self) -> int:
        recorder, self._recorder, self._header = self._recorder, None, None
        if recorder is None:
            return 0
        await asyncio.to_thread(recorder.close)
        return recorder.rows

    @property
    def running(self) -> bool:
        """Whether rows are being written."""
        return self._recorder is not None and self._recorder.open

    @property
    def astray(self) -> bool:
        """Whether rows have the time of a lecture that is not watched any more."""
        lecture = self._header.lecture if self._header is not None else None
        return lecture is not None and lecture != self.lecture.name(self._clock())

    def take(self, look: Look) -> None:
        """Write down a look, or that there is none; never waits.

        Args:
            look: as it came; empty while there is no sensing.
        """
        if self._recorder is None or (self._silent and not look):
            return
        t = self._time()
        if t is None:
            return  # the lecture stands still
        self._silent = not look
        self._recorder.take(row(look, t))

    def _time(self) -> float | None:
        """The time of a row: the lecture's, or since the log's start."""
        now = self._clock()
        if self._header is None or self._header.lecture is None:
            return now - self._began
        return None if self.astray else self.lecture.at(now)

    def status(self) -> dict[str, Any] | None:
        """For the status: ``id``, ``started``, ``lecture``, ``rows`` and ``bytes``; else None."""
        if self._recorder is None or self._header is None or not self.running:
            return None
        return {
            "id": self._header.id,
            "started": round(self._header.started, 3),
            "lecture": self._header.lecture,
            "rows": self._recorder.rows,
            "bytes": self._recorder.size,
        }


def refuse(layers: Layers, key: str, what: str) -> None:
    """See that something of the sessions is allowed.

    Args:
        layers: who said what of the settings.
        key: of the setting that allows it.
        what: of which kind, for the message.

    Raises:
        SessionError: if it is not; the message names who forbids it.
    """
    if layers.value(key):
        return
    origin = layers.origin(key)
    if origin.locked:
        raise SessionError(
            f"{what} are forbidden by this machine's administrator ({key} in {origin.by})",
            "Ask them to change it; emocam policy show tells what else they set",
        )
    by = f" in {origin.by}" if origin.by else ""
    raise SessionError(f"{what} are turned off: {key} is false{by}", "Set it to true to have them")


def row(look: Look, t: float) -> Row:
    """The row of a look.

    Args:
        look: empty while there is no sensing.
        t: seconds since the session's start, or the lecture's time.
    """
    t = round(t, 3)
    if not look:
        return Row(t, "silent")
    mine = next((each for each in look if each.face == PLACE), None)
    if mine is None:
        return Row(t, SensorState.NO_FACE.label)
    if mine.expression is None:
        return Row(t, mine.state.label)
    shares = tuple(round(share, 4) for share in mine.shares)
    looks = None if mine.attention is None else mine.attention.value
    return Row(t, mine.state.label, mine.expression.label, shares, looks)


def _begin(
    settings: Settings, now: float, lecture: str | None, say: Say
) -> tuple[Recorder, Header]:
    model = load_sidecar(model_file(settings.model.path)).sha256
    name, path = store.new(now)
    header = Header(name, now, app=__version__, model=model, lecture=lecture)
    seconds = settings.session.max_hours * 3600
    return Recorder(LogWriter(path, header), seconds, say), header
