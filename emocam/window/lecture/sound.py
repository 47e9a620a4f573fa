"""The lecture's sound: samples from the stage's child, handed to a program that plays them.

Qt's own player is no part of PySide6-Essentials, so the system's is taken: PulseAudio's, which
PipeWire answers too, or ALSA's.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from emocam.errors import LectureError
from emocam.frames import SOUND_RATE
from emocam.window.lecture.child import Child

#: Samples in one answer.
CHUNK = SOUND_RATE // 5
#: Seconds from handing a sample over to hearing it, as the programs are told; and how much is
#: handed over ahead of that.
DELAY, AHEAD = 0.15, 0.4
#: Seconds that the sound may be behind before it is begun anew.
_LATE = 0.3
#: Milliseconds between two looks, and that a program may take to end.
_STEP, _GRACE = 50, 1000
_BYTES = 4
_RATE = str(SOUND_RATE)
#: What plays raw samples from its stdin, the first that is there.
_PROGRAMS = (
    ("paplay", "--raw", f"--rate={_RATE}", "--format=s16le", "--channels=2",
     f"--latency-msec={round(DELAY * 1000)}", "--client-name=EmoCam", "--stream-name=EmoCam"),
    ("aplay", "-q", "-t", "raw", "-f", "S16_LE", "-r", _RATE, "-c", "2",
     f"--buffer-time={round(DELAY * 1e6)}", "-"),
)  # fmt: skip


def program(
    platform: str = sys.platform, which: Callable[[str], str | None] = shutil.which
) -> list[str]:
    """What plays samples here, with its arguments.

    Raises:
        LectureError: if there is nothing.
    """
    if platform != "linux":
        raise LectureError(
            "EmoCam plays lectures without sound on this system",
            "Play the sound in another program, or tell EmoCam of that one's place: docs/watch.md",
        )
    for name, *arguments in _PROGRAMS:
        if (path := which(name)) is not None:
            return [path, *arguments]
    names = " and ".join(name for name, *_ in _PROGRAMS)
    raise LectureError(
        f"There is no sound: {names} are missing", "sudo apt install pulseaudio-utils"
    )


class Sound(QObject):
    """Plays from a place on until it is stopped.

    Args:
        parent: ends it with itself.
        video: the file.
        words: the program that plays, as :func:`program` gives it.
        position: the lecture's time now, in seconds.
    """

    failed = Signal(object)
    """An error: there is no sound until :meth:`start`."""

    def __init__(
        self, parent: QObject, video: Path, words: list[str], position: Callable[[], float]
    ) -> None:
        super().__init__(parent)
        self._words, self._position = words, position
        self._player: QProcess | None = None
        self._held = b""
        self._next = 0  # number of the sample that is asked for next
        self._asked = self._fresh = False
        self._void = False  # whether the answer that is under way is for another place
        self._child = Child(self, video, "sound")
        self._child.came.connect(self._take)
        self._child.failed.connect(self._fail)
        self._timer = QTimer(self, interval=_STEP)
        self._timer.timeout.connect(self._feed)

    def start(self) -> None:
        """Play from where the lecture is now."""
        self.stop()
        self._player = player = QProcess(self)
        player.finished.connect(self._silenced)
        player.errorOccurred.connect(self._silenced)
        player.setStandardOutputFile(QProcess.nullDevice())
        player.start(self._words[0], self._words[1:])
        self._next, self._fresh = round(self._position() * SOUND_RATE), True
        self._void = self._asked
        self._timer.start()

    def stop(self) -> None:
        """Be silent at once."""
        self._timer.stop()
        player, self._player = self._player, None
        if player is not None:
            player.blockSignals(True)
            player.kill()  # what it holds is not to be heard any more
            player.waitForFinished(_GRACE)
            player.deleteLater()

    def close(self) -> None:
        """Be silent for good."""
        self.stop()
        self._child.stop()

    def _feed(self) -> None:
        if self._asked or self._player is None:
            return
        ahead = self._next / SOUND_RATE - self._position() - DELAY
        if ahead < -_LATE and not self._fresh:
            self.start()  # the machine was busy, or slept
        elif ahead < AHEAD:
            self._asked = True
            self._child.ask({"first": self._next, "count": CHUNK})
            self._next += CHUNK

    def _take(self, data: object) -> None:
        assert isinstance(data, bytes)
        self._held += data
        if len(self._held) < CHUNK * _BYTES:
            return
        chunk, self._held, self._asked = self._held, b"", False
        if self._player is None or self._void:
            self._void = False
            return  # stopped since, or begun elsewhere
        if self._fresh:
            # What is handed over now is heard after the delay: begin with what belongs there.
            first = round((self._position() + DELAY) * SOUND_RATE)
            passed = first - (self._next - CHUNK)
            if not 0 <= passed < CHUNK:
                self._next = first
                return
            chunk, self._fresh = chunk[passed * _BYTES :], False
        self._player.write(chunk)

    def _silenced(self) -> None:
        player = self._player
        said = "" if player is None else bytes(player.readAllStandardError().data()).decode(
            "utf-8", "replace"
        )  # fmt: skip
        self.stop()
        reason = said.strip().splitlines()[-1][:200] if said.strip() else "it has ended"
        name = Path(self._words[0]).name
        self.failed.emit(LectureError(f"There is no sound: {name}: {reason}", "See to the sound"))

    def _fail(self, error: object) -> None:
        self.stop()
        self.failed.emit(error)
