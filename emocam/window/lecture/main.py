"""The window of a lecture: the video, the user's own avatar beside it, and what becomes of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from emocam.errors import LectureError, NotRunningError
from emocam.settings import Layers
from emocam.window import words
from emocam.window.keeper import Keeper, settings_of
from emocam.window.lecture.announcer import Announcer
from emocam.window.lecture.child import About, problem
from emocam.window.lecture.controls import PAGE, STEP, Controls
from emocam.window.lecture.deck import Deck
from emocam.window.lecture.log import LogLine
from emocam.window.lecture.own_run import OwnRun
from emocam.window.lecture.screen import Screen
from emocam.window.lecture.sound import Sound, program
from emocam.window.link import Link
from emocam.window.live import LiveView, Stage, scene_of
from emocam.window.parts import text, tint
from emocam.words import _

#: Milliseconds between two looks at the position.
_LOOK = 200


@dataclass(frozen=True, slots=True)
class Start:
    """How the window begins.

    Attributes:
        layers: what holds while there is no run.
        logs: whether a session log is begun.
        arguments: for a run of its own, where there is none.
    """

    layers: Layers
    logs: bool
    arguments: tuple[str, ...]


class LectureWindow(QMainWindow):
    """The window.

    Args:
        link: to the run; not started yet.
        video: the file.
        about: what it says of itself.
        title: how the log names it.
        start: how it begins.
    """

    def __init__(self, link: Link, video: Path, about: About, title: str, start: Start) -> None:
        super().__init__()
        self._link, self._title = link, title
        self._own = OwnRun(self, start.arguments)
        self._own.failed.connect(self.tell)
        self._deck = Deck(about.seconds)
        self._status: Mapping[str, Any] | None = None
        self._announcer = Announcer(self, link, self._about, lambda: self._deck.playing)
        self._announcer.answered.connect(self._take_status)
        self._announcer.missed.connect(self.tell)
        self._announcer.mended.connect(lambda: self._problem.hide())
        self.setWindowTitle(_("{lecture} – EmoCam").format(lecture=video.name))
        self._screen = Screen(video, about.rate, self._position)
        self._screen.setAccessibleName(_("The lecture"))
        self._screen.failed.connect(self.tell)
        self._view, self._stage = LiveView(), Stage(self)
        self._view.setAccessibleName(_("What others see"))
        self._stage.frame.connect(self._view.show_frame)
        self._log = LogLine(title, start.logs)
        self._log.wanted.connect(self._ask)
        self._keeper = Keeper(link, lambda: start.layers)
        self._keeper.known.connect(lambda answer: self._stage.configure(settings_of(answer)))
        self._keeper.take_end()
        self._lay_out()
        self._sound = self._make_sound(video) if about.sound else None
        link.status.connect(self._take_status)
        link.gone.connect(self.take_end)
        self._look = QTimer(self, interval=_LOOK)
        self._look.timeout.connect(self._move)
        self._look.start()
        self._move()
        self._screen.setFocus()

    # -- playing ----------------------------------------------------------------------------------

    def _position(self) -> float:
        return self._deck.position(time.monotonic())

    def _toggle(self) -> None:
        now = time.monotonic()
        if self._deck.playing:
            self._deck.pause(now)
        else:
            self._deck.play(now)
        self._changed()

    def _seek(self, position: float) -> None:
        self._deck.seek(position, time.monotonic())
        self._changed()

    def _go(self, seconds: float) -> None:
        self._seek(self._position() + seconds)

    def _changed(self) -> None:
        """Have picture, sound and run follow."""
        playing = self._deck.playing
        self._screen.move_on(playing)
        if self._sound is not None and playing:
            self._sound.start()
        elif self._sound is not None:
            self._sound.stop()
        self._controls.show_playing(playing)
        self._move()
        self._announcer.tell()

    def _move(self) -> None:
        """Show where the lecture is."""
        now = time.monotonic()
        if self._deck.ended(now):
            self._deck.pause(now)
            self._changed()
            return
        self._controls.show_position(self._deck.position(now))

    def _make_sound(self, video: Path) -> Sound | None:
        try:
            sound = Sound(self, video, program(), self._position)
        except LectureError as error:
            self._no_sound(error)
            return None
        sound.failed.connect(self._no_sound)
        return sound

    def _no_sound(self, error: object) -> None:
        self._silence.setText(str(problem(error)))
        self._silence.show()

    # -- the run ----------------------------------------------------------------------------------

    def _about(self, state: str) -> dict[str, str]:
        return {"name": self._title, "position": f"{self._position():.3f}", "state": state}

    def _ask(self, action: str, arguments: Mapping[str, str]) -> None:
        self._link.ask(action, arguments, self._take_status, self.tell)

    def _take_status(self, status: object) -> None:
        assert isinstance(status, Mapping)
        first, self._status = self._status is None, status
        self._absent.hide()
        if first:
            self._problem.hide()
            self._view.show_words(_("The picture is coming"))
            self._announcer.begin()
        self._stage.show(scene_of(status))
        self._stage.start()
        shown = words.shown(status)
        self._view.setAccessibleDescription(shown)
        self._shown.setText(words.sentence(shown))
        self._camera.setText(words.camera(status["camera"]))
        self._keeper.take_status(status)
        self._log.show_status(status)

    def take_end(self, error: object) -> None:
        """Show that there is no run; the lecture plays on."""
        self._status = None
        self._announcer.end()
        self._stage.stop()
        self._keeper.take_end()
        self._log.show_status(None)
        self._view.show_words(_("EmoCam does not run"))
        self._shown.setText("")
        self._camera.setText("")
        if isinstance(error, NotRunningError) and self._own.start():
            self._absent.setText(_("EmoCam is starting, for this window alone …"))
        else:
            self._absent.setText(str(problem(error)))
        self._absent.show()

    def tell(self, error: object) -> None:
        """Show what went wrong, and what mends it."""
        self._problem.setText(str(problem(error)))
        self._problem.show()

    # -- the frame --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._absent, self._problem, self._silence = text(), text(), text(quiet=True)
        self._problem.setAccessibleName(_("What went wrong"))
        tint(self._problem, "problem")
        for each in (self._absent, self._problem, self._silence):
            each.hide()
        self._controls = Controls(self._deck.length)
        self._controls.toggled.connect(self._toggle)
        self._controls.sought.connect(self._seek)
        self._shown, self._camera = text(), text(quiet=True)
        self._view.show_words(_("The picture is coming"))
        beside = QVBoxLayout()
        parts: tuple[QWidget, ...] = (self._view, self._shown, self._camera, self._log)
        for part in parts:
            beside.addWidget(part)
        beside.addStretch(1)
        side = QWidget()
        side.setLayout(beside)
        side.setFixedWidth(270)
        both = QHBoxLayout()
        both.addWidget(self._screen, 1)
        both.addWidget(side)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        for each in (self._absent, self._problem):
            rows.addWidget(each)
        rows.addLayout(both, 1)
        rows.addWidget(self._controls)
        rows.addWidget(self._silence)
        self.setCentralWidget(whole)
        self.resize(880, 540)
        for key, seconds in (("Left", -STEP), ("Right", STEP), ("PgUp", -PAGE), ("PgDown", PAGE)):
            QShortcut(QKeySequence(key), self, lambda by=seconds: self._go(by))
        QShortcut(QKeySequence("Home"), self, lambda: self._seek(0.0))
        for keys in (QKeySequence.StandardKey.Close, QKeySequence.StandardKey.Quit):
            QShortcut(QKeySequence(keys), self, self.close)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The space bar plays and pauses, but where a button has it."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._toggle()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell the run that it is over, and end what was started."""
        self._look.stop()
        if self._sound is not None:
            self._sound.close()
        self._screen.stop()
        self._announcer.close()
        self._stage.stop()
        self._own.stop()
        super().closeEvent(event)
