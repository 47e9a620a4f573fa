"""Settings by way of the run, or in the user's file where none runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from emocam.control.origins import told
from emocam.errors import EmoCamError
from emocam.settings import Kind, Layers, Settings
from emocam.settings.keep import kept, write_kept
from emocam.settings.load import parse_override, refuse_oversize
from emocam.window.link import Link


class Keeper(QObject):
    """Asks for settings, and changes them.

    Args:
        link: to the run.
        load: reads what holds when there is no run.
    """

    known = Signal(object)
    """The answer to the action ``settings``."""
    refused = Signal(str, object)
    """A key, and the error that says why it was not changed."""

    def __init__(self, link: Link, load: Callable[[], Layers]) -> None:
        super().__init__()
        self._link, self._load = link, load
        self._layers = load()
        self._revision: object = None
        self._running = False

    def take_status(self, status: Mapping[str, Any]) -> None:
        """Ask again where something has changed."""
        revision = (status["pid"], status["revision"])
        if not self._running or revision != self._revision:
            self._running, self._revision = True, revision
            self._ask()

    def take_end(self) -> None:
        """There is no run: the file says what holds."""
        self._running = False
        self._layers = self._load()
        self.known.emit(told(self._layers))

    def look_again(self) -> None:
        """Take what has been changed in the file by hand; a run says itself what holds."""
        try:
            layers = self._load()
        except EmoCamError:
            return  # what is shown holds until the file is there again
        if not self._running and layers != self._layers:
            self._layers = layers
            self.known.emit(told(layers))

    def keep(self, key: str, value: str) -> None:
        """Change a setting, and keep it."""
        if self._running:
            self._change("keep", key, {"key": key, "value": value})
        else:
            self._alone(key, lambda: _kept(self._layers, key, value))

    def reset(self, key: str) -> None:
        """Forget what the user said of a setting."""
        if self._running:
            self._change("reset", key, {"key": key})
        else:
            self._alone(key, lambda: _forgotten(self._layers, key))

    def _ask(self) -> None:
        self._link.ask("settings", {}, self.known.emit, lambda error: None)

    def _change(self, action: str, key: str, arguments: Mapping[str, str]) -> None:
        def refuse(error: EmoCamError) -> None:
            self.refused.emit(key, error)

        self._link.ask(action, arguments, lambda _: self._ask(), refuse)

    def _alone(self, key: str, act: Callable[[], Layers]) -> None:
        try:
            self._layers = act()
        except EmoCamError as error:
            self.refused.emit(key, error)
            return
        self.known.emit(told(self._layers))


def settings_of(answer: Mapping[str, Any]) -> Settings:
    """The settings in an answer, as far as this version knows them."""
    settings = Settings()
    for key, entry in answer["settings"].items():
        try:
            settings = settings.replace(key, entry["value"])
        except EmoCamError:
            continue  # of another version
    return settings


def _kept(layers: Layers, key: str, value: str) -> Layers:
    after = kept(layers, key, Settings().replace(*parse_override(f"{key}={value}")).value(key))
    refuse_oversize(after.settings(), after)
    write_kept(after, key)
    return after


def _forgotten(layers: Layers, key: str) -> Layers:
    layers.refuse_locked(key)
    after = layers.without(key, Kind.FILE)
    write_kept(after, key)
    return after
