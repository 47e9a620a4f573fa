"""The stage's child that gives a lecture's pictures or sound, as questions and answers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, Signal

from emocam.control.child import command
from emocam.errors import EmoCamError, LectureError
from emocam.wire import encode_message

#: Seconds within which a video must say what it is.
PATIENCE = 60.0
#: Milliseconds that a child may take to end.
_GRACE = 2000

_REMEDY = "Give a video that players can open"


@dataclass(frozen=True, slots=True)
class About:
    """What a video says of itself.

    Attributes:
        seconds: its length.
        rate: pictures a second.
        sound: whether it has any.
    """

    seconds: float
    rate: float
    sound: bool


def ask_about(video: Path) -> About:
    """See what a video is, before anything of it is shown.

    Raises:
        LectureError: if it is none that can be played.
    """
    try:
        done = subprocess.run(
            _command(), input=_first(video, "pictures"), capture_output=True, timeout=PATIENCE,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise LectureError(f"{video} takes too long to read", _REMEDY) from None
    try:
        found = json.loads(done.stdout)
        return About(float(found["seconds"]), float(found["rate"]), bool(found["sound"]))
    except (ValueError, KeyError, TypeError):
        raise stated(done.stderr, video) from None


def stated(said: bytes, video: Path) -> LectureError:
    """What a child said before it ended."""
    try:
        found = json.loads(said.strip().splitlines()[-1])
        return LectureError(str(found["cause"]), str(found["remedy"]))
    except (ValueError, KeyError, TypeError, IndexError):
        return LectureError(f"{video} cannot be read any more", "Start it again")


class Child(QObject):
    """One child; one question at a time.

    Args:
        parent: ends it with itself.
        video: the file.
        what: ``pictures`` or ``sound``.
    """

    came = Signal(object)
    """Bytes that answer a question."""
    failed = Signal(object)
    """A :class:`LectureError`: the child has ended by itself."""

    def __init__(self, parent: QObject, video: Path, what: str) -> None:
        super().__init__(parent)
        self._video, self._greeting = video, b""
        self._greeted = False
        self._process = process = QProcess(self)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._ended)
        program, *arguments = _command()
        process.start(program, arguments)
        process.write(_first(video, what))

    def ask(self, question: Mapping[str, Any]) -> None:
        """Ask for something."""
        self._process.write(encode_message({"type": "at", **question}))

    def stop(self) -> None:
        """End it; no signal comes afterwards."""
        self.blockSignals(True)
        self._process.blockSignals(True)
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(_GRACE):
            self._process.kill()
            self._process.waitForFinished(_GRACE)

    def _read(self) -> None:
        data = bytes(self._process.readAllStandardOutput().data())
        if not self._greeted:  # a line about the video, which is known already
            line, end, data = (self._greeting + data).partition(b"\n")
            self._greeting, self._greeted = line, bool(end)
        if data:
            self.came.emit(data)

    def _ended(self) -> None:
        said = bytes(self._process.readAllStandardError().data())
        self.failed.emit(stated(said, self._video))


def problem(error: object) -> EmoCamError:
    """The error that a signal brings."""
    assert isinstance(error, EmoCamError)
    return error


def _command() -> list[str]:
    return command("emocam.stage", "--lecture")


def _first(video: Path, what: str) -> bytes:
    return encode_message({"type": "lecture", "video": str(video), "what": what})
