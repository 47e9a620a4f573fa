"""The ring around what has the keyboard.

Styles show it by a hair of dots, or by a shade that few people see. So the window draws its own, in
every style: three pixels in a colour that stands out from the window by 4.5:1 (WCAG 2.1, 1.4.11
asks for 3:1; WCAG 2.2, 2.4.13 for two pixels).
"""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QKeySequenceEdit,
    QScrollArea,
    QWidget,
)

from emocam.window.look import ring_of

#: Pixels around what has the keyboard; no more lie between two buttons of some styles.
WIDTH = 3
#: What is made of several widgets and is one to the eye.
_WHOLE = (QComboBox, QAbstractSpinBox, QKeySequenceEdit)
_MOVES = frozenset(
    {
        QEvent.Type.Move,
        QEvent.Type.Resize,
        QEvent.Type.Show,
        QEvent.Type.Hide,
        QEvent.Type.LayoutRequest,
        QEvent.Type.ZOrderChange,
    }
)


class FocusRing(QWidget):
    """Follows the keyboard through a window.

    Args:
        window: the only one in which it is drawn.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._target: QWidget | None = None
        self._followed: list[QWidget] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._turn)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Go along with what has the keyboard."""
        if event.type() in _MOVES:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        painter = QPainter(self)
        colour, whole = QColor(ring_of(self._window.palette())), self.rect()
        for edge in (
            QRect(0, 0, whole.width(), WIDTH),
            QRect(0, whole.height() - WIDTH, whole.width(), WIDTH),
            QRect(0, 0, WIDTH, whole.height()),
            QRect(whole.width() - WIDTH, 0, WIDTH, whole.height()),
        ):
            painter.fillRect(edge, colour)
        painter.end()

    def _turn(self, _before: QWidget | None, now: QWidget | None) -> None:
        with contextlib.suppress(RuntimeError):  # the window is just being closed
            self._let_go()
            if now is None or now.window() is not self._window:
                self.hide()
                return
            parent = now.parentWidget()
            self._target = parent if isinstance(parent, _WHOLE) else now
            self._follow(self._target)
            self._place()

    def _let_go(self) -> None:
        for each in self._followed:
            with contextlib.suppress(RuntimeError):  # it is gone
                each.removeEventFilter(self)
        self._target, self._followed = None, []

    def _follow(self, target: QWidget) -> None:
        """Lie on the page, which scrolls, or else on the window; watch all that lies between."""
        ground: QWidget | None = target
        while ground is not None and ground is not self._window:
            ground.installEventFilter(self)
            self._followed.append(ground)
            ground = ground.parentWidget()
            viewport = ground.parentWidget() if ground is not None else None
            if viewport is not None and isinstance(viewport.parentWidget(), QScrollArea):
                break
        if ground is not None and ground is not self.parentWidget():
            self.setParent(ground)

    def _place(self) -> None:
        target, ground = self._target, self.parentWidget()
        if target is None or ground is None or not target.isVisible():
            self.hide()
            return
        area = target.rect().translated(target.mapTo(ground, QPoint(0, 0)))
        self.setGeometry(area.adjusted(-WIDTH, -WIDTH, WIDTH, WIDTH))
        self.raise_()
        self.show()
