"""Qt's application: made as the user wants windows, and run until the window is closed."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType
from typing import Protocol

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from emocam.errors import EmoCamError, InternalError
from emocam.settings.schema import Window
from emocam.window.language import talk
from emocam.window.link import Link
from emocam.window.look import heighten, scale
from emocam.window.memory import keep_fault
from emocam.window.ring import FocusRing
from emocam.words import _

#: Milliseconds after which a signal is seen at the latest: Python looks for them in between.
_NAP = 200


class Top(Protocol):
    """A window that stands by itself."""

    def show(self) -> None:
        """Show it."""

    def close(self) -> bool:
        """Close it."""

    def tell(self, error: EmoCamError) -> None:
        """Show what went wrong, and what mends it."""


def prepare(settings: Window) -> tuple[QApplication, str]:
    """Make the application.

    Args:
        settings: language, letters and contrast.

    Returns:
        It, and the language that it speaks.
    """
    application = QApplication(["emocam"])
    application.setApplicationName("EmoCam")
    application.setDesktopFileName("emocam")
    language = talk(application, settings.language)
    scale(application, settings.text_size)
    if settings.contrast == "high":
        heighten(application)
    return application, language


def run(application: QApplication, window: Top, link: Link) -> int:
    """Show a window until it is closed; returns the exit code.

    Args:
        application: as prepared.
        window: to show.
        link: to the run; started here and ended here.
    """
    sys.excepthook = lambda kind, error, trace: _take_fault(window, kind, error, trace)
    if isinstance(window, QWidget):
        FocusRing(window)  # it belongs to the window from now on
    napping = QTimer()
    napping.timeout.connect(lambda: None)
    napping.start(_NAP)
    window.show()
    link.start()
    try:
        return application.exec()
    finally:
        window.close()  # first: it may have a last word for the run
        link.stop()


def leave() -> None:
    """Close the window; for signals."""
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.closeAllWindows()
        application.quit()


def _take_fault(
    window: Top, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say that something was not foreseen, and keep where it happened for a report."""
    if issubclass(kind, KeyboardInterrupt):
        window.close()
        return
    place = keep_fault("".join(traceback.format_exception(kind, error, trace)))
    if place is None:
        words = _("Something went wrong that EmoCam did not foresee: {error}")
        window.tell(InternalError(words.format(error=repr(error))))
    else:
        words = _("Something went wrong that EmoCam did not foresee. Details are in {file}")
        window.tell(InternalError(words.format(file=place)))
