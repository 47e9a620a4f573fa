"""The lecture's picture: asked for at the time that it is now, drawn as large as there is room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from emocam.errors import WireError
from emocam.frames import FrameReader
from emocam.window.lecture.child import Child

#: Pictures a second, at most.
MOST = 30.0


class Screen(QWidget):
    """The picture.

    Args:
        video: the file.
        rate: its pictures a second.
        position: the lecture's time now, in seconds.
    """

    failed = Signal(object)
    """An error: there will be no more pictures."""

    def __init__(self, video: Path, rate: float, position: Callable[[], float]) -> None:
        super().__init__()
        self._position, self._image = position, QImage()
        self._reader, self._asked, self._wanted = FrameReader(), False, True
        self._moving = False
        self._child = Child(self, video, "pictures")
        self._child.came.connect(self._take)
        self._child.failed.connect(self.failed)
        self._timer = QTimer(self, interval=round(1000 / min(max(rate, 1.0), MOST)))
        self._timer.timeout.connect(self._tick)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.start()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def move_on(self, moving: bool) -> None:
        """Say whether the time goes on; a picture is drawn at once in any case."""
        self._moving, self._wanted = moving, True

    def stop(self) -> None:
        """No more pictures."""
        self._timer.stop()
        self._child.stop()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Of a picture that is wide."""
        return QSize(720, 405)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Have a picture of this size."""
        self._wanted = True
        super().resizeEvent(event)

    def _tick(self) -> None:
        if self._asked or not (self._moving or self._wanted):
            return  # what is late is left out
        self._asked, self._wanted = True, False
        scale = self.devicePixelRatioF()
        size = {"width": round(self.width() * scale), "height": round(self.height() * scale)}
        self._child.ask({"at": self._position(), **size})

    def _take(self, data: object) -> None:
        assert isinstance(data, bytes)
        try:
            frames = self._reader.feed(data)
        except WireError as error:
            self.stop()
            self.failed.emit(error)
            return
        for frame in frames:
            self._asked = False
            size = (frame.width, frame.height, 3 * frame.width)
            self._image = QImage(frame.pixels, *size, QImage.Format.Format_RGB888).copy()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        if not self._image.isNull():
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            area = QRect(0, 0, size.width(), size.height())
            area.moveCenter(self.rect().center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(area, self._image)
        painter.end()
