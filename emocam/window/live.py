"""What others see, live: a stage process of its own draws the scenes of the status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, QProcess, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from emocam.control.child import command
from emocam.errors import WireError
from emocam.frames import Frame, FrameReader, view_size
from emocam.settings import Settings
from emocam.wire import encode_message

#: Frames a second.
FPS = 15
#: Milliseconds until a stage that ended by itself is started again, and that one may take to end.
AGAIN, GRACE = 2000, 3000


def scene_of(status: Mapping[str, Any]) -> dict[str, Any]:
    """The scene in a status as a message for a stage."""
    return {"type": "scene", "figures": list(status["scene"])}


def view_settings(settings: Settings) -> Settings:
    """The settings of a run for its live view: the same avatar, smaller and less often."""
    width, height = view_size(settings.output.width, settings.output.height)
    size = settings.replace("output.width", width).replace("output.height", height)
    return size.replace("output.fps", FPS)


class Stage(QObject):
    """The stage process of a live view; runs between :meth:`start` and :meth:`stop`."""

    frame = Signal(object)
    """A :class:`emocam.frames.Frame`."""
    lost = Signal()
    """The process ended by itself; another one is started after a while."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._reader = FrameReader()
        self._settings = view_settings(Settings())
        self._scene: dict[str, Any] | None = None
        self._again = QTimer(self, singleShot=True, interval=AGAIN)
        self._again.timeout.connect(self.start)

    def configure(self, settings: Settings) -> None:
        """Show the avatar of these settings of a run."""
        wanted = view_settings(settings)
        if (wanted.avatar, wanted.output) != (self._settings.avatar, self._settings.output):
            self._settings = wanted
            self._send({"type": "configure", "settings": wanted.to_dict()})

    def show(self, scene: dict[str, Any]) -> None:
        """Show a scene."""
        if scene != self._scene:
            self._scene = scene
            self._send(scene)

    def start(self) -> None:
        """Begin, if it does not run."""
        if self._process is not None:
            return
        process = QProcess(self)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._ended)
        process.setStandardErrorFile(QProcess.nullDevice())
        self._process, self._reader = process, FrameReader()
        program, *arguments = command("emocam.stage", "--mirror")
        process.start(program, arguments)
        self._send({"type": "configure", "settings": self._settings.to_dict()})
        if self._scene is not None:
            self._send(self._scene)

    def stop(self) -> None:
        """End it."""
        self._again.stop()
        process, self._process = self._process, None
        if process is None:
            return
        process.blockSignals(True)
        process.closeWriteChannel()
        if not process.waitForFinished(GRACE):
            process.kill()
            process.waitForFinished(GRACE)
        process.deleteLater()

    def _send(self, message: Mapping[str, Any]) -> None:
        if self._process is not None:
            self._process.write(encode_message(message))

    def _read(self) -> None:
        if self._process is None:
            return
        try:
            frames = self._reader.feed(bytes(self._process.readAllStandardOutput().data()))
        except WireError:
            self._process.kill()
            return
        if frames:
            self.frame.emit(frames[-1])

    def _ended(self) -> None:
        if self._process is None:
            return
        self._process.deleteLater()
        self._process = None
        self.lost.emit()
        self._again.start()


class LiveView(QWidget):
    """The picture, as large as there is room for, and words where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._words = ""
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumSize(240, 135)
        self.setMaximumWidth(480)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Of a picture that is wide."""
        return QSize(480, 270)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Of the picture that is shown."""
        width = min(width, self.maximumWidth())
        if self._image is None:
            return round(width * 9 / 16)
        return min(round(width * self._image.height() / self._image.width()), 420)

    def show_frame(self, frame: Frame) -> None:
        """Show a picture."""
        size = (frame.width, frame.height, 3 * frame.width)
        image = QImage(frame.pixels, *size, QImage.Format.Format_RGB888).copy()
        if self._image is None or self._image.size() != image.size():
            self.updateGeometry()
        self._image = image
        self.update()

    def show_words(self, words: str) -> None:
        """Show words in the place of a picture."""
        self._image, self._words = None, words
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._image is None:
            painter.fillRect(self.rect(), self.palette().base())
            painter.setPen(self.palette().text().color())
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(8, 8, -8, -8), flags, self._words)
        else:
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            area = QRect(0, 0, size.width(), size.height())
            area.moveCenter(self.rect().center())
            painter.drawImage(area, self._image)
        painter.end()
