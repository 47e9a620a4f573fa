"""The preview's window: Qt in the main thread, the camera's loop in another one.

A display that stands still so holds up no reading, and a camera that hangs no window.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from emocam.errors import ExitCode
from emocam.expression import Expression
from emocam.languages.tags import is_right_to_left
from emocam.pipes import Inlet
from emocam.sensing.observer import Person
from emocam.sensing.preview import display, words
from emocam.sensing.preview.slot import LOOKS, Seen, Slot
from emocam.sensing.sources import Picture
from emocam.wire import DISPLAY_LOST, PREVIEW_CLOSED
from emocam.words import speak_as

#: Milliseconds between two looks into the slot.
_STEP = 60
#: Seconds that the camera's thread may take to end.
_GRACE = 2.0
_BACK, _LINE, _INK = QColor("#101418"), QColor("#ffd23f"), QColor("#101418")
#: White digits stand on it, and Fusion lightens it.
_BAR = QColor("#124a80")


class Preview:
    """The window, and what becomes of it. Opens it at once.

    Args:
        language: the setting ``window.language``.

    Raises:
        PreviewError: if there can be none.
    """

    def __init__(self, language: str) -> None:
        opened = display.prepare()
        spoken = speak_as(language)
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
        self._app = QApplication(["emocam"])
        opened()
        self._app.setStyle("Fusion")
        if is_right_to_left(spoken):
            self._app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        palette = self._app.palette()
        palette.setColor(QPalette.ColorRole.Highlight, _BAR)
        palette.setColor(QPalette.ColorRole.HighlightedText, QColor("white"))
        self._app.setPalette(palette)
        self._app.setApplicationDisplayName("EmoCam")
        self.slot = Slot()
        self._window = Window(self.slot)
        self._window.show()
        self._app.processEvents()  # whatever Qt loads late, it loads before it is confined

    def run(self, work: Callable[[], int], inlet: Inlet) -> int:
        """Do the camera's work in a thread until it ends or the window is closed.

        Args:
            work: gives its exit code.
            inlet: is ended with the window.

        Returns:
            The exit code of the process.
        """
        code: list[int] = []
        thread = threading.Thread(target=lambda: code.append(work()), name="camera", daemon=True)
        timer = QTimer()

        def step() -> None:
            if thread.is_alive():
                self._window.refresh()
            else:
                self._app.exit()  # quit() would close the window in the user's name

        timer.timeout.connect(step)
        timer.start(_STEP)
        thread.start()
        self._app.exec()
        timer.stop()
        self.slot.close()
        lost = thread.is_alive() and not self._window.closed  # Qt gave up by itself
        self._window.hide()
        inlet.end()
        thread.join(_GRACE)
        # Not by Qt's own way out, which is long and would wait for a display that stands still.
        if self._window.closed:
            os._exit(PREVIEW_CLOSED)
        os._exit(DISPLAY_LOST if lost else code[0] if code else ExitCode.INTERNAL)


class Window(QWidget):
    """Picture, what was read in it, and what the user may rely on."""

    def __init__(self, slot: Slot) -> None:
        super().__init__()
        self._slot = slot
        self._drawn: Seen | None = None
        self.closed = False
        """Whether the user closed it."""
        self.setWindowTitle(words.title())
        self._view = _View()
        self._state = QLabel()
        self._bars = {each: QProgressBar() for each in Expression}
        self._names = {each: QLabel(words.expression(each)) for each in Expression}
        grid = QGridLayout()
        for row, each in enumerate(Expression):
            bar = self._bars[each]
            bar.setAccessibleName(words.expression(each))
            grid.addWidget(self._names[each], row, 0)
            grid.addWidget(bar, row, 1)
        side = QVBoxLayout()
        side.addWidget(self._state)
        side.addLayout(grid)
        side.addStretch()
        middle = QHBoxLayout()
        middle.addWidget(self._view, 1)
        middle.addLayout(side)
        note = QLabel(words.note())
        note.setWordWrap(True)
        whole = QVBoxLayout(self)
        whole.addLayout(middle, 1)
        whole.addWidget(note)
        self._state.setWordWrap(True)
        self._tell(slot.take())

    def refresh(self) -> None:
        """Draw what has come."""
        seen = self._slot.take()
        if seen is not self._drawn:
            self._tell(seen)

    def _tell(self, seen: Seen) -> None:
        before, self._drawn = self._drawn, seen
        self._view.show_picture(seen)
        if before is not None and before.people is seen.people and before.state is seen.state:
            return
        self._state.setText(words.state(seen.state) or words.title())
        first = next((each for each in seen.people if each.probabilities), None)
        for which, bar in self._bars.items():
            share = first.probabilities[which] if first else 0.0
            bar.setValue(round(100 * share))
            font = self._names[which].font()
            font.setBold(first is not None and first.expression == which)
            self._names[which].setFont(font)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """The user has seen enough."""
        self.closed = True
        event.accept()
        QApplication.quit()


class _View(QWidget):
    """The picture with a box and a word for each face."""

    def __init__(self) -> None:
        super().__init__()
        self._seen = Seen()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 240)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A webcam's usual shape."""
        return QSize(560, 420)

    def show_picture(self, seen: Seen) -> None:
        """Draw this from now on."""
        self._seen = seen
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), _BACK)
        seen = self._seen
        if seen.picture is not None and seen.state in LOOKS:
            height, width = seen.picture.shape[:2]
            scale = min(self.width() / width, self.height() / height)
            left = (self.width() - scale * width) / 2
            top = (self.height() - scale * height) / 2
            painter.drawImage(QRectF(left, top, scale * width, scale * height), image(seen.picture))
            for person in seen.people:
                self._mark(painter, person, scale, left, top)
        painter.end()

    def _mark(
        self, painter: QPainter, person: Person, scale: float, left: float, top: float
    ) -> None:
        box = person.box
        if box is None:
            return
        where = QRectF(
            left + scale * box.x, top + scale * box.y, scale * box.width, scale * box.height
        )
        painter.setPen(QPen(_LINE, 3))
        painter.drawRect(where)
        share = person.probabilities[person.expression]
        text = f"{words.expression(Expression(person.expression))} {share:.0%}"
        size = painter.fontMetrics().size(0, text)
        label = QRectF(
            where.left(), where.top() - size.height() - 6, size.width() + 12, size.height() + 6
        )
        if label.top() < 0:
            label.moveTop(where.top())
        painter.fillRect(label, _LINE)
        painter.setPen(_INK)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)


def image(picture: Picture) -> QImage:
    """A picture for Qt, which shares its memory.

    Args:
        picture: uint8, grey [height, width] or blue-green-red [height, width, 3].
    """
    height, width = picture.shape[:2]
    form = QImage.Format.Format_Grayscale8 if picture.ndim == 2 else QImage.Format.Format_BGR888
    return QImage(picture.data, width, height, picture.strides[0], form)
