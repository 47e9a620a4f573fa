"""The line that says whether the user's expressions are being written down, and the button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from emocam.window.parts import button, text, tint, untint
from emocam.words import _, n_


class LogLine(QWidget):
    """Begins the log once the run knows of the lecture, and shows it for as long as it goes on.

    Args:
        title: how the log names the lecture.
        begins: whether a log is begun unasked.
    """

    wanted = Signal(str, object)
    """An action of the run and its arguments."""

    def __init__(self, title: str, begins: bool) -> None:
        super().__init__()
        self._title, self._begins = title, begins
        self._status: Mapping[str, Any] | None = None
        self._words, self._button = text(), button(_("Start the log"))
        self._button.clicked.connect(self._toggle)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._words)
        inside.addWidget(self._button)
        self.show_status(None)

    def show_status(self, status: Mapping[str, Any] | None) -> None:
        """Show how things stand; None for no run, whose log is over."""
        if status is None and self._status is not None and self._status["session"] is not None:
            self._begins = True  # it goes on when there is a run again
        self._status = status
        session = status["session"] if status is not None else None
        lecture = status["lecture"] if status is not None else None
        if self._begins and lecture is not None and lecture["name"] == self._title:
            self._begins = False
            if session is None:
                self.wanted.emit("session_start", {})
        self._button.setEnabled(status is not None)
        self._button.setText(_("Start the log") if session is None else _("End the log"))
        self._button.setAccessibleName(self._button.text())
        self._words.setText(self._said(session))
        untint(self._words)
        if session is None:
            tint(self._words, "quiet")

    def _said(self, session: Mapping[str, Any] | None) -> str:
        if session is None:
            return _("Your expressions are not being recorded.")
        if session["lecture"] != self._title:
            return _(
                "A session log is being written, but not by this lecture's time. End it, and start"
                " another one."
            )
        count = session["rows"]
        return n_(
            "EmoCam is recording your expressions for you, by the lecture's time: one reading so"
            " far.",
            "EmoCam is recording your expressions for you, by the lecture's time: {count} readings"
            " so far.",
            count,
        ).format(count=count)

    def _toggle(self) -> None:
        if self._status is not None:
            runs = self._status["session"] is not None
            self.wanted.emit("session_stop" if runs else "session_start", {})
