"""Work that takes a while, in a thread of its own; what comes of it arrives in the window's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from emocam.control.queries import cameras, put
from emocam.errors import EmoCamError
from emocam.settings import Settings

#: Seconds for the stage's answer about packs.
_PACKS = 60.0


class Background(QObject):
    """Runs pieces of work one after the other.

    Args:
        parent: as for every QObject.
    """

    done = Signal(int, object)
    """The number of a piece, and what it gave; an :class:`EmoCamError` where it failed."""
    finished = Signal()
    """All pieces are done."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether it is at work."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, pieces: tuple[Callable[[], Any], ...]) -> None:
        """Begin; does nothing while it is at work."""
        if not self.busy:
            self._thread = threading.Thread(target=self._run, args=(pieces,), daemon=True)
            self._thread.start()

    def _run(self, pieces: tuple[Callable[[], Any], ...]) -> None:
        for number, piece in enumerate(pieces):
            try:
                result = piece()
            except EmoCamError as error:
                result = error
            try:
                self.done.emit(number, result)
            except RuntimeError:
                return  # the window has been closed
        try:
            self.finished.emit()
        except RuntimeError:
            return


def camera_choices(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Webcams to choose from: a value for ``camera.source`` and a name for people.

    Raises:
        EmoCamError: if sensing gives no answer.
    """
    found = cameras(settings)
    return tuple((str(each.get("id") or each["path"]), str(each["name"])) for each in found)


def pack_choices() -> tuple[tuple[str, str], ...]:
    """Packs to choose from: a value for ``avatar.pack`` and a name for people.

    Raises:
        EmoCamError: if the stage gives no answer.
    """
    answer = put("emocam.stage", "--packs", {"type": "packs", "do": "list"}, _PACKS)
    found = answer.get("packs", ())
    return tuple((str(each["id"]), str(each.get("name") or each["id"])) for each in found)
