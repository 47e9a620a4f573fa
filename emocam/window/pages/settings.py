"""The page "Settings": each from its one declaration, in groups, to be searched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from emocam.control.calibrate import KEY
from emocam.errors import EmoCamError
from emocam.settings import declarations
from emocam.window import names
from emocam.window.control import Choices
from emocam.window.parts import Page, button, text, titled
from emocam.window.rows import Row
from emocam.words import _, n_


class SettingsPage(Page):
    """All settings."""

    kept = Signal(str, str)
    """Key and value, as for ``--set``: the user wants it so."""
    reset = Signal(str)
    """Key: the user wants to have said nothing."""

    calibrating = Signal()
    """The user wants to show where the screen is."""

    def __init__(self) -> None:
        super().__init__(_("Settings"))
        self._rows: dict[str, Row] = {}
        self._groups: dict[str, tuple[QWidget, QVBoxLayout]] = {}
        self._search = QLineEdit()
        self._search.setClearButtonEnabled(True)
        self._search.setAccessibleName(_("Search the settings"))
        self._search.textChanged.connect(self._seek)
        label = QLabel(_("&Search:"))
        label.setBuddy(self._search)
        line = QHBoxLayout()
        line.addWidget(label)
        line.addWidget(self._search, 1)
        self.body.addLayout(line)
        self._found, self._file = text(quiet=True), text(quiet=True)
        self.body.addWidget(self._found)
        self._found.hide()
        for key, declaration in declarations().items():
            row = Row(declaration)
            row.kept.connect(self.kept.emit)
            row.reset.connect(self.reset.emit)
            self._rows[key] = row
            self._box(key.partition(".")[0]).addWidget(row)
        self.body.addWidget(self._file)
        self._calibrate = button(
            _("Calibrate …"), hint=_("Has you look at the four corners of your screen")
        )
        self._calibrate.clicked.connect(self.calibrating.emit)
        self._rows[KEY].extend(self._calibrate)

    def show_settings(self, answer: Mapping[str, Any]) -> None:
        """Show what holds.

        Args:
            answer: to the action ``settings``.
        """
        for key, entry in answer["settings"].items():
            if key in self._rows:
                self._rows[key].show_entry(entry)
        off = answer["settings"]["attention.enabled"]
        forbidden = answer["settings"][KEY]["locked"] or (off["locked"] and not off["value"])
        self._calibrate.setEnabled(not forbidden)
        file = answer["file"] or _("there is no place for one")
        self._file.setText(_("Your settings file: {file}").format(file=file))

    def offer(self, key: str, choices: Choices) -> None:
        """Offer values of a setting with names for people."""
        self._rows[key].offer(choices)

    def refused(self, key: str, error: EmoCamError) -> None:
        """Show what is wrong with a change."""
        self._rows[key].refused(error)
        self.ensureWidgetVisible(self._rows[key])

    def seek(self, words: str) -> None:
        """Search."""
        self._search.setText(words)

    def opened(self) -> None:
        """Begin where one searches."""

    def _box(self, name: str) -> QVBoxLayout:
        if name not in self._groups:
            whole, box = titled(names.group(name))
            self._groups[name] = whole, QVBoxLayout(box)
            self.body.addWidget(whole)
        return self._groups[name][1]

    def _seek(self, sought: str) -> None:
        count, seen = 0, set()
        for key, row in self._rows.items():
            found = names.matches(row.declaration, sought)
            row.setVisible(found)
            count += found
            if found:
                seen.add(key.partition(".")[0])
        for name, (whole, _rows) in self._groups.items():
            whole.setVisible(name in seen)
        self._found.setVisible(bool(sought.strip()))
        self._found.setText(n_("One setting", "{count} settings", count).format(count=count))
