"""One picture, held for ever."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import cv2

from emocam.errors import CameraError
from emocam.expression import SensorState
from emocam.sensing.sources import Frame, Picture, SourceLostError

#: What OpenCV reads as a single picture. Moving ones (.gif) go to the video source.
SUFFIXES = frozenset(
    {".avif", ".bmp", ".jpeg", ".jpg", ".jp2", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}
)


class ImageSource:
    """Implements :class:`emocam.sensing.sources.Source`.

    Args:
        path: a picture file.
    """

    live = False
    pace: float | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self._picture: Picture | None = None
        self._start = 0.0

    def check(self) -> None:
        """Read it once: a picture that is cut short shows only then."""
        if self._read() is None:
            raise CameraError(
                f"{self._path} is no picture that can be read", "Give a JPEG or PNG file"
            )

    def open(self) -> None:
        """Read the picture."""
        picture = self._read()
        if picture is None:
            raise SourceLostError(SensorState.UNPLUGGED)
        self._picture = picture
        self._start = time.monotonic()

    def _read(self) -> Picture | None:
        try:
            return cv2.imread(str(self._path), cv2.IMREAD_COLOR)
        except cv2.error:  # larger than OpenCV allows
            return None

    def probe(self) -> None:
        """A file is there or over; nothing is waited for."""

    def stale(self) -> bool:
        """Never."""
        return False

    def grab(self, now: float) -> None:
        """A picture is always current."""

    def retrieve(self, due: float) -> Frame:
        """The picture; its time goes on."""
        if self._picture is None:
            raise SourceLostError(SensorState.UNPLUGGED)
        return Frame(self._picture, max(0.0, time.monotonic() - self._start))

    def close(self) -> None:
        """Forget the picture."""
        self._picture = None

    def describe(self) -> dict[str, Any]:
        """The size."""
        if self._picture is None:
            return {}
        return {"width": self._picture.shape[1], "height": self._picture.shape[0]}
