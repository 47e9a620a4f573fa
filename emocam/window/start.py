"""The line above the pages that says that no EmoCam runs, and starts one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from emocam.control import apart
from emocam.control.child import command
from emocam.window.parts import button, text
from emocam.words import _


class NoRun(QWidget):
    """Shown while there is no run.

    Args:
        arguments: for ``emocam run``, should the user start one.
    """

    failed = Signal(str)
    """The run that was started here has ended by itself; why."""
    _over = Signal(str)

    def __init__(self, arguments: tuple[str, ...]) -> None:
        super().__init__()
        self._arguments = arguments
        self._words = text()
        self._button = button(_("Sta&rt EmoCam"), hint=_("Starts the camera EmoCam"))
        self._button.clicked.connect(self.begin)
        self._over.connect(self._take_end)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._words, 1)
        line.addWidget(self._button)
        self.hide()

    def say(self, why: str = "") -> None:
        """Say that there is none.

        Args:
            why: in a tooltip.
        """
        self._words.setText(_("EmoCam does not run, so the others see nothing of it."))
        self._words.setToolTip(why)
        self._button.setEnabled(True)
        self.show()

    def begin(self) -> None:
        """Start a run, which outlives the window."""
        try:
            apart.start(command("emocam", "run", "--wait", *self._arguments), self._ended)
        except OSError:
            self._words.setText(_("EmoCam could not be started. Start it with: emocam run"))
            return
        self._words.setText(_("EmoCam is starting …"))
        self._button.setEnabled(False)

    def _ended(self, code: int, said: str) -> None:
        """Take the run's end, in another thread."""
        try:
            self._over.emit(said.rpartition(apart.MARK)[2] if code > 0 else "")
        except RuntimeError:
            return  # the window has been closed

    def _take_end(self, why: str) -> None:
        if not self.isHidden():
            self.say(why)
        if why:
            self.failed.emit(why)
