"""Qt's application, from its start to its end; the only module that the process loads Qt by."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from emocam.control.channel import Channel
from emocam.settings import LoadedSettings
from emocam.window.language import talk
from emocam.window.link import Link
from emocam.window.look import heighten, scale
from emocam.window.main import MainWindow, Start

#: Milliseconds after which a signal is seen at the latest: Python looks for them in between.
_NAP = 200


def show(
    load: Callable[[], LoadedSettings],
    name: str,
    only: bool,
    own: Channel | None,
    arguments: tuple[str, ...],
    page: str,
) -> int:
    """Show the window until it is closed; returns the exit code.

    Args:
        load: reads what holds while there is no run.
        name: of the run.
        only: whether no other run will do.
        own: the window's own channel, claimed.
        arguments: for a run that is started here.
        page: to begin with; empty for the first.
    """
    application = QApplication(["emocam"])
    application.setApplicationName("EmoCam")
    application.setDesktopFileName("emocam")
    settings = load().settings.window
    language = talk(application, settings.language)
    scale(application, settings.text_size)
    if settings.contrast == "high":
        heighten(application)
    link = Link(name, only, own)
    window = MainWindow(link, Start(load, arguments, language, page))
    sys.excepthook = window.fault
    napping = QTimer()
    napping.timeout.connect(lambda: None)
    napping.start(_NAP)
    window.show()
    link.start()
    try:
        return application.exec()
    finally:
        link.stop()
        window.close()


def leave() -> None:
    """Close the window; for signals."""
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.closeAllWindows()
        application.quit()
