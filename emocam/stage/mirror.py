"""The live view of the window: a stage whose only place for frames is its own stdout.

It is told scenes as the other stage is, and shows them to the user alone. It opens no camera, real
or virtual, so nobody takes it for a program that watches.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from PIL import Image

from emocam.errors import EmoCamError, ProcessError, WireError
from emocam.expression import Picture
from emocam.frames import Frame
from emocam.pipes import Inlet, Outlet
from emocam.scene import Scene
from emocam.settings import Settings
from emocam.stage.colour import Bytes, planes
from emocam.stage.pacer import Pacer
from emocam.stage.performance import Performance

#: Y, Cb and Cr in limited range to R, G and B: the inverse of the matrix of colour.py, for Pillow.
_MATRIX = (
    *(1.164383, 0.0, 1.596027, -222.921),
    *(1.164383, -0.391762, -0.812968, 135.576),
    *(1.164383, 2.017232, 0.0, -276.836),
)  # fmt: skip


def to_rgb(frame: Bytes, width: int, height: int) -> bytes:
    """A frame as R, G, B.

    Args:
        frame: I420, uint8, flat.
        width, height: even, in pixels.

    Returns:
        ``3 * width * height`` bytes.
    """
    y, cb, cr = (Image.fromarray(np.ascontiguousarray(p)) for p in planes(frame, width, height))
    size = (width, height)
    ycc = Image.merge("RGB", (y, cb.resize(size), cr.resize(size)))
    return ycc.convert("RGB", _MATRIX).tobytes()


class Mirror:
    """One live view.

    Args:
        settings: the groups ``output`` (size and rate) and ``avatar`` count.
        inlet: gives scenes, and settings that replace these.
        outlet: takes the frames.
    """

    def __init__(self, settings: Settings, inlet: Inlet, outlet: Outlet) -> None:
        self._inlet, self._outlet = inlet, outlet
        self._settings = settings
        self._performance = self._perform(settings, Scene.of(Picture.STARTING))
        self._pacer = self._pace(settings)
        self._sent: Bytes | None = None

    def run(self) -> None:
        """Show until the stream of messages ends, or nobody takes the frames any more."""
        try:
            while not self._inlet.ended and self._show():
                time.sleep(self._pacer.delay(time.monotonic()))
                for message in self._inlet.take()[0]:
                    self._obey(message)
        finally:
            self._performance.close()

    def _show(self) -> bool:
        """Hand over a frame, if it differs from the last; returns whether somebody takes it."""
        now = time.monotonic()
        self._pacer.take(now)
        frame = self._performance.frame(now)
        if self._sent is not None and np.array_equal(frame, self._sent):
            return True
        self._sent = frame.copy()
        width, height = self._settings.output.width, self._settings.output.height
        return self._outlet.send(Frame(width, height, to_rgb(frame, width, height)).encode())

    def _obey(self, message: dict[str, Any]) -> None:
        try:
            if message.get("type") != "configure":
                self._performance.show(Scene.from_message(message))
                return
            settings = settings_of(message)
            performance = self._perform(settings, self._performance.wanted)
        except EmoCamError as error:
            self._outlet.warn(error)
            return
        self._performance.close()
        self._performance, self._settings = performance, settings
        self._pacer, self._sent = self._pace(settings), None

    def _perform(self, settings: Settings, scene: Scene) -> Performance:
        return Performance(settings, scene, self._outlet.warn, time.monotonic(), threaded=True)

    @staticmethod
    def _pace(settings: Settings) -> Pacer:
        return Pacer(settings.output.fps, time.monotonic())


def settings_of(message: dict[str, Any]) -> Settings:
    """The settings in a configure message.

    Raises:
        ProcessError, SettingsError: if it is none.
    """
    values = message.get("settings")
    if message.get("type") != "configure" or not isinstance(values, dict):
        raise ProcessError("The first message to a live view is no configuration")
    return Settings.from_dict(values)


def run(message: dict[str, Any], inlet: Inlet, outlet: Outlet) -> None:
    """A live view from its first message to its end; it is confined already.

    Raises:
        EmoCamError: if it cannot start.
    """
    try:
        Mirror(settings_of(message), inlet, outlet).run()
    except WireError as error:
        raise ProcessError(error.cause) from None
