"""The page "Help": how to use EmoCam in a meeting, where more is written, version and licences."""

from __future__ import annotations

import subprocess

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from emocam import __version__
from emocam.control.child import command
from emocam.errors import WindowError
from emocam.window.background import Background
from emocam.window.flow import Flow
from emocam.window.parts import Page, button, group, text
from emocam.words import _

#: Commands of a terminal that do what the window does, and more.
_COMMANDS = ("emocam ctl status", "emocam ctl pause", "emocam ctl resume", "emocam doctor")
#: Seconds that a report may take.
_PATIENCE = 300.0


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
            _("No pixel of your camera leaves the process that reads it, but to your own screen."),
            _("EmoCam has no network, writes no pictures, and keeps only what you asked for."),
            _("Unless you set it otherwise, your camera is on only while a program watches."),
        )
        box = group(_("In a terminal"))
        inside = QVBoxLayout(box)
        for each in _COMMANDS:
            line = QHBoxLayout()
            line.addWidget(text(each), 1)
            copy = button(_("Copy"), _("Copy: {remedy}").format(remedy=each))
            copy.clicked.connect(
                lambda _checked=False, words=each: QGuiApplication.clipboard().setText(words)
            )
            line.addWidget(copy)
            inside.addLayout(line)
        self.body.addWidget(box)
        self._make_diagnostics()
        self._add(
            _("About EmoCam"),
            _("Version {version}").format(version=__version__),
            _("Free software under the GNU General Public License, version 2 or later."),
            _("The file NOTICE names the parts that others made, Qt (LGPL-3.0) among them."),
        )

    def _make_diagnostics(self) -> None:
        box = group(_("When something is wrong"))
        inside = QVBoxLayout(box)
        self._told = text(
            _("“Test my setup” finds most of it. A report for others tells no name and no path.")
        )
        inside.addWidget(self._told)
        self._copy = button(_("Copy d&iagnostics"), hint=_("Copies a report without names"))
        self._copy.clicked.connect(self._gather)
        row = Flow()
        row.addWidget(self._copy)
        inside.addLayout(row)
        self.body.addWidget(box)
        self._work = Background(self)
        self._work.done.connect(self._copied)

    def _gather(self) -> None:
        self._copy.setEnabled(False)
        self._told.setText(_("EmoCam is looking …"))
        self._work.start((_diagnose,))

    def _copied(self, _number: int, result: object) -> None:
        self._copy.setEnabled(True)
        if isinstance(result, str):
            QGuiApplication.clipboard().setText(result)
            self._told.setText(_("The report is copied. Paste it where you tell of the fault."))
        else:
            self._told.setText(str(result))

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


def _diagnose() -> str:
    """What ``emocam diagnostics`` says.

    Raises:
        WindowError: if it says nothing.
    """
    try:
        done = subprocess.run(
            command("emocam", "diagnostics"), capture_output=True, text=True, timeout=_PATIENCE
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        done = None
    if done is None or done.returncode or not done.stdout:
        raise WindowError("The report cannot be made", "Try in a terminal: emocam diagnostics")
    return done.stdout
