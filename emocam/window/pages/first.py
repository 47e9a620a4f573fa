"""The page "First steps": pick the camera, pick the avatar, choose EmoCam in the meeting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from emocam.errors import EmoCamError
from emocam.settings import declarations
from emocam.window import words
from emocam.window.control import Choices
from emocam.window.flow import Flow
from emocam.window.pages.live import LivePage
from emocam.window.parts import SIGNS, button, text, tint, titled
from emocam.window.rows import Row
from emocam.words import _

_CAMERA, _PACK = "camera.source", "avatar.pack"


class FirstPage(LivePage):
    """The first steps."""

    kept = Signal(str, str)
    """Key and value, as for ``--set``: the user wants it so."""
    reset = Signal(str)
    """Key: the user wants to have said nothing."""
    over = Signal()
    """The user has read it."""

    def __init__(self) -> None:
        super().__init__(_("First steps"))
        self._rows = {key: Row(declarations()[key]) for key in (_CAMERA, _PACK)}
        for row in self._rows.values():
            row.kept.connect(self.kept.emit)
            row.reset.connect(self.reset.emit)
        self._camera, self._watched = text(), text()
        self._step(_("1. Pick your camera"), self._rows[_CAMERA], self._camera)
        self._step(_("2. Pick your avatar"), self._view, self._rows[_PACK])
        self._step(
            _("3. Open your meeting and choose the camera EmoCam"),
            text(_("In Zoom, Teams, Meet or a browser it stands in the list of cameras.")),
            self._watched,
        )
        done = button(_("&Done"), hint=_("Goes to what others see"))
        done.clicked.connect(self.over.emit)
        last = Flow()
        last.addWidget(done)
        self.body.addLayout(last)
        self.show_status(None)

    def show_settings(self, answer: Mapping[str, Any]) -> None:
        """Show what holds.

        Args:
            answer: to the action ``settings``.
        """
        for key, row in self._rows.items():
            row.show_entry(answer["settings"][key])

    def offer(self, key: str, choices: Choices) -> None:
        """Offer values of a setting with names for people."""
        self._rows[key].offer(choices)

    def refused(self, key: str, error: EmoCamError) -> None:
        """Show what is wrong with a change."""
        if key in self._rows:
            self._rows[key].refused(error)

    def show_status(self, status: Mapping[str, Any] | None) -> None:
        """Show how things stand; None for no run."""
        super().show_status(status)
        if status is None:
            self._camera.setText("")
            self._say(_("EmoCam does not run yet."), "warning")
            return
        self._camera.setText(words.camera(status["camera"]))
        watchers, output = status["watchers"], status["output"]
        if output["state"] == "waiting":
            self._say(words.output(output), "problem")
        elif watchers["count"]:
            self._say(words.watchers(watchers), "ok")
        elif watchers["count"] is None:
            self._say(words.watchers(watchers), "warning")
        else:
            self._say(_("No program watches EmoCam yet. EmoCam is waiting for it …"), "warning")

    def _step(self, title: str, *parts: Any) -> None:
        whole, box = titled(title)
        inside = QVBoxLayout(box)
        for part in parts:
            inside.addWidget(part)
        self.body.addWidget(whole)

    def _say(self, said: str, state: str) -> None:
        self._watched.setText(f"{SIGNS[state]}  {said}")
        self._watched.setAccessibleName(said)
        tint(self._watched, state)
