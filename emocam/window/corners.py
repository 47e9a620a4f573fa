"""Where the screen is: the user looks at a dot in each of its corners, and sensing measures.

As ``emocam attention calibrate``: a child of its own measures, while the run is paused, which holds
the webcam. The window sees no picture, only how many looks saw eyes and at last five numbers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QVBoxLayout, QWidget

from emocam.control.calibrate import CORNERS, KEY, walk
from emocam.errors import ControlError, EmoCamError
from emocam.settings import Settings
from emocam.settings.describe import as_toml
from emocam.window.background import Background
from emocam.window.flow import Flow
from emocam.window.link import Link
from emocam.window.parts import button, text, tint, untint
from emocam.window.ring import FocusRing
from emocam.words import _

#: Seconds that eyes get to go to a dot.
LEAD = 1.5
#: Pixels: how large the dot is, and how far its middle is from the edges of the screen.
_RADIUS, _EDGE = 16, 28
#: Of the question before it begins.
_SIZE = QSize(560, 300)


def _words(corner: str) -> str:
    return {
        "upper left": _("Look at the dot in the upper left corner, and keep looking."),
        "upper right": _("Look at the dot in the upper right corner, and keep looking."),
        "lower right": _("Look at the dot in the lower right corner, and keep looking."),
        "lower left": _("Look at the dot in the lower left corner, and keep looking."),
    }[corner]


class CornersDialog(QDialog):
    """Calibrates, and keeps what is found.

    Args:
        parent: the window.
        link: to the run, if there is one.
        settings: of now.
        keep: keeps a setting: key and value, as for ``--set``.
    """

    _turned = Signal(str, int)

    def __init__(
        self, parent: QWidget, link: Link, settings: Settings, keep: Callable[[str, str], None]
    ) -> None:
        super().__init__(parent)
        self._link, self._settings, self._keep = link, settings, keep
        self._corner, self._over, self._resumes = "", False, False
        self.setWindowTitle(_("Where your screen is"))
        self._said = text(
            _(
                "You will look at the four corners of your screen, a few seconds each. Sit as you"
                " usually do. Others see meanwhile that you paused. Five numbers are kept, and no"
                " picture."
            )
        )
        self._progress = QProgressBar()
        self._progress.setAccessibleName(_("Progress of the calibration"))
        self._progress.setRange(0, len(CORNERS))
        self._progress.hide()
        self._begin, self._end = button(_("Begin")), button(_("Cancel"))
        self._begin.setDefault(True)
        self._begin.clicked.connect(self.begin)
        self._end.clicked.connect(self.reject)
        buttons = Flow()
        buttons.addWidget(self._begin)
        buttons.addWidget(self._end)
        whole = QVBoxLayout(self)
        far = 2 * (_EDGE + _RADIUS)
        whole.setContentsMargins(far, far, far, far)
        whole.addStretch(1)
        whole.addWidget(self._said)
        whole.addWidget(self._progress)
        whole.addLayout(buttons)
        whole.addStretch(1)
        self._work = Background(self)
        self._work.done.connect(self._finish)
        self._turned.connect(self._turn)
        self.finished.connect(self._leave)
        self.resize(self.sizeHint().expandedTo(_SIZE))
        FocusRing(self)

    def begin(self) -> None:
        """Have the run close the camera, then begin."""
        self._begin.hide()
        self._end.setFocus()
        self.showFullScreen()
        self._progress.show()
        self._said.setText(_("EmoCam is looking …"))
        self._link.ask("status", {}, self._pause, self._alone)

    def _pause(self, status: Mapping[str, Any]) -> None:
        # Who holds a picture may not be live all at once afterwards, so only who was live is.
        self._resumes = status["mode"] == "live"
        self._link.ask("pause", {}, lambda _: self._look(), self._alone)

    def _alone(self, _error: EmoCamError) -> None:
        """There is no run that could hold the camera; if it is held, sensing says so."""
        self._look()

    def _look(self) -> None:
        if not self._over:
            self._work.start((lambda: walk(self._settings, self._ask),))

    def _ask(self, corner: str, unseen: int) -> None:
        """In the thread that works: have the user look somewhere, or end.

        Raises:
            ControlError: if the user wants no more.
        """
        if not self._over:
            self._turned.emit(corner, unseen)
            time.sleep(LEAD)
        if self._over:
            raise ControlError("The calibration was ended")

    def _turn(self, corner: str, unseen: int) -> None:
        self._corner = corner
        self._progress.setValue(CORNERS.index(corner))
        words = _words(corner)
        self._said.setText(
            _("Your eyes could not be seen well.") + "\n" + words if unseen else words
        )
        self.update()

    def _finish(self, _number: int, found: object) -> None:
        if self._over:
            return
        self._corner = ""
        self._progress.hide()
        self._end.setText(_("Close"))
        self._end.setAccessibleName(_("Close"))
        if isinstance(found, str):
            self._keep(KEY, as_toml(found))
            lines = [_("EmoCam now knows where your screen is.")]
            if not self._settings.attention.enabled:
                lines.append(_("It reads where you look once you turn that on."))
            untint(self._said)
        else:
            lines = [str(found)]
            tint(self._said, "problem")
        self._said.setText("\n".join(lines))
        self.update()

    def _leave(self) -> None:
        self._over = True
        if self._resumes:
            self._link.ask("resume")
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the dot."""
        super().paintEvent(event)
        if not self._corner:
            return
        high, side = self._corner.split()
        x = _EDGE if side == "left" else self.width() - _EDGE
        y = _EDGE if high == "upper" else self.height() - _EDGE
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for radius, role in (
            (_RADIUS, self.palette().windowText()),
            (_RADIUS // 3, self.palette().window()),
        ):
            painter.setBrush(role)
            painter.drawEllipse(QPoint(x, y), radius, radius)
        painter.end()
