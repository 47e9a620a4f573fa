"""One setting in a row: its name, its control, what it does, who says its value, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from emocam.errors import EmoCamError
from emocam.settings import Declaration
from emocam.settings.declaration import Value
from emocam.settings.describe import as_toml
from emocam.window import names
from emocam.window.control import Choices
from emocam.window.controls import control
from emocam.window.flow import Flow
from emocam.window.parts import button, lead, text, tint
from emocam.words import _

#: What the user said himself, and can take back.
_OWN = ("file", "argument", "run")


class Row(QWidget):
    """A setting.

    Args:
        declaration: of the setting.
    """

    kept = Signal(str, str)
    """Key and value, as for ``--set``: the user wants it so."""
    reset = Signal(str)
    """Key: the user wants to have said nothing."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__()
        self.declaration = declaration
        self._value: Value = declaration.default
        name, about = names.setting(declaration.key), names.description(declaration)
        self._control = control(declaration)
        self._control.show_value(declaration.default)
        self._control.name(name, f"{about} {self._default()}")
        self._control.changed.connect(self._changed)
        self._reset = button(_("Reset"), _("Reset {setting}").format(setting=name), self._default())
        self._reset.clicked.connect(lambda: self.reset.emit(declaration.key))
        label = QLabel(name)
        label.setWordWrap(True)
        label.setBuddy(self._control)
        font = label.font()
        font.setBold(True)
        label.setFont(font)
        self._note, self._problem = text(quiet=True), text()
        tint(self._problem, "problem")
        line = Flow(grows=True)
        line.addWidget(self._control)
        line.addWidget(self._reset)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 4, 0, 8)
        whole.setSpacing(3)
        whole.addWidget(lead(label))
        whole.addLayout(line)
        whole.addWidget(text(about, quiet=True))
        whole.addWidget(self._note)
        whole.addWidget(self._problem)
        self._note.hide()
        self._problem.hide()

    def extend(self, widget: QWidget) -> None:
        """Put something below the setting."""
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeading)

    def offer(self, choices: Choices) -> None:
        """Offer values with names for people."""
        self._control.offer(choices)

    def show_entry(self, entry: Mapping[str, Any]) -> None:
        """Show what holds.

        Args:
            entry: of this setting in the answer to ``settings``.
        """
        value = entry["value"]
        self._value = tuple(value) if isinstance(value, list) else value
        self._control.show_value(self._value)
        locked = bool(entry["locked"])
        self._control.setEnabled(not locked)
        self._reset.setEnabled(not locked and entry["origin"] in _OWN)
        notes = [names.origin(dict(entry))]
        if locked:
            notes[0] = f"🔒 {notes[0]}"
        if entry["fixed"]:
            notes.append(_("A change holds from the next start of EmoCam on"))
        if self.declaration.key.startswith("window."):
            notes.append(_("A change holds from the next start of the window on"))
        self._note.setText(". ".join(note for note in notes if note))
        self._note.setVisible(bool(self._note.text()))

    def refused(self, error: EmoCamError) -> None:
        """Show what is wrong with a change, and the value that holds instead."""
        self._control.show_value(self._value)
        self._problem.setText(str(error))
        self._problem.show()

    def accepted(self) -> None:
        """What was wrong is not any more."""
        self._problem.hide()

    def _changed(self, value: Value) -> None:
        self.accepted()
        self.kept.emit(self.declaration.key, as_toml(value))

    def _default(self) -> str:
        value = self.declaration.default
        unit = f" {self.declaration.unit}" if self.declaration.unit else ""
        if value == "" or value == ():
            return _("Default: empty")
        if isinstance(value, bool):
            return _("Default: on") if value else _("Default: off")
        words = value if isinstance(value, tuple) else (str(value),)
        shown = ", ".join(names.choice(self.declaration.key, word) for word in words)
        return _("Default: {value}").format(value=f"{shown}{unit}")
