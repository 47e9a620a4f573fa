"""What the pages have in common that show the live view: its picture is drawn while one is seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emocam.settings import Settings
from emocam.window import words
from emocam.window.live import LiveView, Stage, scene_of
from emocam.window.parts import Page
from emocam.words import _


class LivePage(Page):
    """A page with the live view, which it has still to put into its body.

    Args:
        title: of the page.
    """

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._status: Mapping[str, Any] | None = None
        self._open = False
        self._view = LiveView()
        self._view.setAccessibleName(_("What others see"))
        self._view.show_words(_("The picture is coming"))
        self._stage = Stage(self)
        self._stage.frame.connect(self._view.show_frame)
        self._stage.lost.connect(self._wait_for_picture)

    def configure(self, settings: Settings) -> None:
        """Take the settings of the run."""
        self._stage.configure(settings)

    def show_status(self, status: Mapping[str, Any] | None) -> None:
        """Show how things stand; None for no run."""
        self._status = status
        if status is None:
            self._stage.stop()
            self._view.show_words(_("EmoCam does not run"))
            self._view.setAccessibleDescription("")
            return
        self._stage.show(scene_of(status))
        if self._open:
            self._stage.start()
        self._view.setAccessibleDescription(words.shown(status))

    def opened(self) -> None:
        """Draw only while somebody looks."""
        self._open = True
        if self._status is not None:
            self._stage.start()

    def closed(self) -> None:
        """Draw no more."""
        self._open = False
        self._stage.stop()

    def _wait_for_picture(self) -> None:
        self._view.show_words(_("The picture is coming back"))
