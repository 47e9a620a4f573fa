"""A video file, played at its own speed."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import cv2

from emocam.errors import CameraError
from emocam.expression import SensorState
from emocam.sensing.sources import Frame, SourceLostError

#: Longest time that one call spends on catching up; what is missing then is added to the clock.
_CATCH_UP = 0.5


class VideoSource:
    """Implements :class:`emocam.sensing.sources.Source`.

    The clock starts at the first frame. Where the machine decodes slower than the video plays, the
    clock is set back: the video runs slow, and the times of its frames stay true.

    Args:
        path: a video file.
        loop: whether it starts again when it is over; its time then goes on.
    """

    live = False
    pace: float | None = 0.1

    def __init__(self, path: Path, loop: bool = False) -> None:
        self._path = path.absolute()
        self._loop = loop
        self._capture: cv2.VideoCapture | None = None
        self._origin = 0.0  # of the clock, in monotonic time
        self._first = 0.0  # media time of the first frame
        self._base = 0.0  # length of the rounds played before
        self._position = 0.0  # media time of the frame that was grabbed last, from the first
        self._frame_length = 1 / 30

    def check(self) -> None:
        """Open the file, try its first frame, and close it."""
        capture = self._start()
        good = capture is not None and capture.grab()
        if capture is not None:
            capture.release()
        if not good:
            raise CameraError(
                f"{self._path} is no video that can be read", "Give an MP4, MOV, MKV or WebM file"
            )

    def open(self) -> None:
        """Open the file and decode its first frame."""
        self._capture = self._start()
        if self._capture is None or not self._capture.grab():
            raise self._over()
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self._frame_length = 1 / rate if math.isfinite(rate) and 1 <= rate <= 240 else 1 / 30
        self._first = self._media_time()
        self._position = self._base = 0.0
        self._origin = time.monotonic()

    def probe(self) -> None:
        """A file is there or over; nothing is waited for."""

    def stale(self) -> bool:
        """Never."""
        return False

    def grab(self, now: float) -> None:
        """Go on to the frame that is on at ``now``, leaving out those before it."""
        if self._capture is None:
            raise SourceLostError(SensorState.ENDED)
        started = time.monotonic()
        goal = now - self._origin
        while self._base + self._position + self._frame_length <= goal:
            if time.monotonic() - started > _CATCH_UP:
                self._origin += goal - (self._base + self._position)
                return
            self._advance()

    def _advance(self) -> None:
        assert self._capture is not None
        if self._capture.grab():
            # Some files repeat a time stamp or go back by a little.
            self._position = max(self._position + 1e-4, self._media_time() - self._first)
            return
        if not self._loop:
            raise self._over()
        self._base += self._position + self._frame_length
        self._position = 0.0
        self._capture.release()
        self._capture = self._start()
        if self._capture is None or not self._capture.grab():
            raise self._over()

    def _over(self) -> Exception:
        """What a recording that gives no more frames means: one in a loop has no end."""
        if self._loop:
            return CameraError(f"The recording {self._path} gives no more pictures")
        return SourceLostError(SensorState.ENDED)

    def retrieve(self, due: float) -> Frame:
        """Convert the frame that is on now."""
        self.grab(max(due, time.monotonic()))
        assert self._capture is not None
        good, picture = self._capture.retrieve()
        if not good or picture is None:
            raise self._over()
        return Frame(picture, self._base + self._position)

    def close(self) -> None:
        """Close the file."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def describe(self) -> dict[str, Any]:
        """Size and frame rate."""
        if self._capture is None:
            return {}
        return {
            "width": int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            "height": int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
            "fps": 1 / self._frame_length,
        }

    def _start(self) -> cv2.VideoCapture | None:
        # FFmpeg alone: no other back end reads a pattern or an address out of a file name.
        options = [
            *(cv2.CAP_PROP_N_THREADS, 1),
            *(cv2.CAP_PROP_HW_ACCELERATION, cv2.VIDEO_ACCELERATION_NONE),
        ]
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG, options)
        if not capture.isOpened():
            capture.release()
            return None
        return capture

    def _media_time(self) -> float:
        assert self._capture is not None
        milliseconds = self._capture.get(cv2.CAP_PROP_POS_MSEC)
        return milliseconds / 1000 if math.isfinite(milliseconds) else 0.0
