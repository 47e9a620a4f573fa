"""What all controls of settings have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLabel, QLineEdit, QWidget

from emocam.settings import Declaration
from emocam.settings.declaration import Value
from emocam.window.parts import button
from emocam.words import _

#: What a file chooser offers, by the setting.
FILES = {
    "camera.source": "(*.mp4 *.mov *.mkv *.webm *.avi *.png *.jpg *.jpeg)",
    "model.path": "(*.tflite)",
    "avatar.background": "(*.png *.jpg *.jpeg *.webp)",
}

Choices = Sequence[tuple[str, str]]


class Control(QWidget):
    """The control of one setting; tells when the user changes it, not when it is told a value."""

    changed = Signal(object)

    def __init__(self, declaration: Declaration) -> None:
        super().__init__()
        self.declaration = declaration
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)

    def show_value(self, value: Value) -> None:
        """Show a value."""
        raise NotImplementedError

    def offer(self, choices: Choices) -> None:
        """Offer values with names for people; where any value will do, beside others."""

    def name(self, name: str, description: str) -> None:
        """Say what it is for to a screen reader."""
        for each in self.findChildren(QWidget):
            if not each.accessibleName():
                each.setAccessibleName(name)
            each.setAccessibleDescription(description)
            each.setToolTip(description)
        for first in self.findChildren(QWidget)[:1]:
            self.setFocusProxy(first)
        for combo in self.findChildren(QComboBox):
            # On Linux Qt tells its value as its name, and as its label one that stands beside it.
            label = QLabel(name, combo.parentWidget())
            label.setBuddy(combo)
            label.hide()


def chooser(parent: Control, take: Callable[[str], None]) -> QWidget:
    """A button that lets a file be chosen."""
    made = button(_("File …"))

    def choose() -> None:
        path, _kind = QFileDialog.getOpenFileName(parent, "", "", FILES[parent.declaration.key])
        if path:
            take(path)

    made.clicked.connect(choose)
    return made


class _WheelGuard(QObject):
    """Keeps the wheel, which is to scroll the page, from changing what it happens to pass over."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        turned = event.type() == QEvent.Type.Wheel
        if turned and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def only_with_focus(widget: QWidget) -> None:
    """Leave the wheel to the page until the widget has the focus."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_WheelGuard(widget))


def being_typed(widget: QWidget) -> bool:
    """Whether the user has typed what was not taken yet: no news of a run may wipe that out."""
    return any(line.isModified() for line in widget.findChildren(QLineEdit))


def typed_in(widget: QWidget) -> None:
    """Say that what was typed has been taken."""
    for line in widget.findChildren(QLineEdit):
        line.setModified(False)
