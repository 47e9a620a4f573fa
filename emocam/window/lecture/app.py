"""Qt's application for a lecture, from its start to its end."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from emocam.settings import Settings
from emocam.window.language import talk
from emocam.window.lecture.child import ask_about
from emocam.window.lecture.main import LectureWindow, Start
from emocam.window.link import Link
from emocam.window.look import heighten, scale

#: Milliseconds after which a signal is seen at the latest: Python looks for them in between.
_NAP = 200


def show(video: Path, title: str, settings: Settings, link: Link, start: Start) -> int:
    """Show the window until it is closed; returns the exit code.

    Args:
        video: the file.
        title: how the log names it.
        settings: the window's language, letters and contrast.
        link: to the run; not started yet.
        start: how the window begins.

    Raises:
        LectureError: if the video is none that can be played.
    """
    about = ask_about(video)
    application = QApplication(["emocam"])
    application.setApplicationName("EmoCam")
    application.setDesktopFileName("emocam")
    talk(application, settings.window.language)
    scale(application, settings.window.text_size)
    if settings.window.contrast == "high":
        heighten(application)
    window = LectureWindow(link, video, about, title, start)
    sys.excepthook = window.fault
    napping = QTimer()
    napping.timeout.connect(lambda: None)
    napping.start(_NAP)
    window.show()
    link.start()
    try:
        return application.exec()
    finally:
        window.close()
        link.stop()
