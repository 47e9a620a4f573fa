"""Tells the run where the lecture is, for as long as there is a run and the window is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal

from emocam.window.link import Link

#: Milliseconds between two words to the run.
_BEAT = 2000
#: Milliseconds that the end waits for the run.
_LEAVE = 2000


class Announcer(QObject):
    """Says it every few seconds, and at once when asked to.

    Args:
        parent: the window.
        link: to the run.
        about: what is to be said: the arguments of the action ``lecture``, for the state
            ``playing``, ``paused`` or ``over``.
        playing: whether the lecture plays now.
    """

    answered = Signal(object)
    """The run's status, after a word to it."""
    missed = Signal(object)
    """An error: the run has not taken a word."""
    mended = Signal()
    """It has taken one again."""

    def __init__(
        self,
        parent: QObject,
        link: Link,
        about: Callable[[str], dict[str, str]],
        playing: Callable[[], bool],
    ) -> None:
        super().__init__(parent)
        self._link, self._about, self._playing = link, about, playing
        self._open, self._closed = False, False
        self._telling = self._again = self._missed = False
        self._beat = QTimer(self, interval=_BEAT)
        self._beat.timeout.connect(self.tell)

    def begin(self) -> None:
        """There is a run."""
        if not self._closed:
            self._open = True
            self._beat.start()
            self.tell()

    def end(self) -> None:
        """There is none any more."""
        self._open = False
        self._beat.stop()

    def tell(self) -> None:
        """Say it now."""
        if not self._open:
            return
        if self._telling:  # one after the other, or a late word would count
            self._again = True
            return
        self._telling, self._again = True, False
        state = "playing" if self._playing() else "paused"
        self._link.ask("lecture", self._about(state), self._heard, self._unheard)

    def close(self) -> None:
        """Say that the lecture is over, and nothing afterwards; waits for the run a little."""
        self._closed, was_open = True, self._open
        self.end()
        if was_open:
            told = QEventLoop()
            QTimer.singleShot(_LEAVE, told.quit)
            leave: Any = lambda _: told.quit()  # noqa: E731
            self._link.ask("lecture", self._about("over"), leave, leave)
            told.exec()

    def _heard(self, status: object) -> None:
        self._telling = False
        if self._missed:
            self._missed = False
            self.mended.emit()
        if self._open:
            self.answered.emit(status)
        if self._again:
            self.tell()

    def _unheard(self, error: object) -> None:
        self._telling, self._missed = False, True
        self.missed.emit(error)
