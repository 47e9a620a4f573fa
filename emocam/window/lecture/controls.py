"""The row below the lecture's picture: play and pause, and where in it one is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from emocam.window.lecture.deck import clock
from emocam.window.parts import button
from emocam.words import _

#: Seconds that the arrow keys go, and the page keys.
STEP, PAGE = 5, 60


class Controls(QWidget):
    """The row.

    Args:
        length: of the lecture in seconds.
    """

    toggled = Signal()
    """The user wants it to play, or to pause."""
    sought = Signal(float)
    """The user wants to be there, in seconds."""

    def __init__(self, length: float) -> None:
        super().__init__()
        self._length = length
        self._play = button(_("Play"), hint=_("The space bar does the same"))
        self._play.clicked.connect(lambda: self.toggled.emit())
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, max(round(length), 1))
        self._slider.setSingleStep(STEP)
        self._slider.setPageStep(PAGE)
        self._slider.setAccessibleName(_("Place in the lecture"))
        self._slider.valueChanged.connect(lambda value: self.sought.emit(float(value)))
        self._place = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._play)
        row.addWidget(self._slider, 1)
        row.addWidget(self._place)

    def show_playing(self, playing: bool) -> None:
        """Show whether it plays."""
        label = _("Pause") if playing else _("Play")
        self._play.setText(label)
        self._play.setAccessibleName(label)

    def show_position(self, position: float) -> None:
        """Show where it is, in seconds; a slider that the user holds stays."""
        if not self._slider.isSliderDown():
            self._slider.blockSignals(True)
            self._slider.setValue(round(position))
            self._slider.blockSignals(False)
        said = _("{position} of {length}").format(
            position=clock(position), length=clock(self._length)
        )
        self._place.setText(said)
        self._slider.setAccessibleDescription(said)
