"""The page "Help": how to use EmoCam in a meeting, where more is written, version and licences."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from emocam import __version__
from emocam.window.parts import Page, button, group, text
from emocam.words import _

#: Commands of a terminal that do what the window does, and more.
_COMMANDS = ("emocam ctl status", "emocam ctl pause", "emocam ctl resume", "emocam doctor")


class HelpPage(Page):
    """Help."""

    def __init__(self) -> None:
        super().__init__(_("Help"))
        self._add(
            _("In a meeting"),
            _("Start EmoCam before the meeting, or choose “Start at login” in its menu."),
            _("Open the meeting's settings and choose the camera “EmoCam”."),
            _("If the list does not have it, start the meeting program again after EmoCam."),
            _("Switch off the meeting's own background effects: the avatar needs none."),
        )
        self._add(
            _("What is private"),
            _("No pixel of your camera leaves the one process that reads it."),
            _("EmoCam has no network, writes no pictures, and keeps nothing that you did not ask."),
            _("Your camera's light burns only while a program watches EmoCam."),
        )
        box = group(_("In a terminal"))
        inside = QVBoxLayout(box)
        for command in _COMMANDS:
            line = QHBoxLayout()
            line.addWidget(text(command), 1)
            copy = button(_("Copy"), _("Copy: {remedy}").format(remedy=command))
            copy.clicked.connect(
                lambda _checked=False, words=command: QGuiApplication.clipboard().setText(words)
            )
            line.addWidget(copy)
            inside.addLayout(line)
        self.body.addWidget(box)
        self._add(
            _("About EmoCam"),
            _("Version {version}").format(version=__version__),
            _("Free software under the GNU General Public License, version 2 or later."),
            _("The file NOTICE names the parts that others made, Qt (LGPL-3.0) among them."),
        )

    def _add(self, title: str, *lines: str) -> None:
        box = group(title)
        inside = QVBoxLayout(box)
        for line in lines:
            row = QHBoxLayout()
            dot = QLabel("•")
            row.addWidget(dot)
            row.addWidget(text(line), 1)
            inside.addLayout(row)
        self.body.addWidget(box)
