"""A webcam.

At rest EmoCam looks once a second at a camera that gives ten frames or more. On Linux the camera is
left alone between two looks: the driver fills its two buffers and drops the rest, and before a look
the stale buffers are drained, told by their time stamps. That costs a fraction of the processor
time that taking every frame as it comes does; benchmarks/webcam.py measures both.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import cv2

from emocam.errors import CameraError
from emocam.expression import SensorState
from emocam.sensing.cameras import Camera, Platform
from emocam.sensing.sources import Frame, SourceLostError

#: Buffers asked of the driver: one to fill while the other is read.
_BUFFERS = 2
#: Stop draining after so many frames, whatever their time stamps say.
_MAX_GRABS = 8
#: A grab that took longer waited for its frame, so the frame is new.
_WAITED = 0.005
#: A frame that is older than this at its look is stale.
_FRESH = 0.1
#: Some drivers stamp a frame with the time when it will be complete, so much ahead at most.
_EARLY = 0.2
#: So many damaged MJPG frames in a row count as a lost camera.
_MAX_DAMAGED = 3


class WebcamSource:
    """Implements :class:`emocam.sensing.sources.Source`.

    Args:
        find: gives the camera, anew at each opening: a replugged one may have another number.
            Raises CameraError when it is not there.
        platform: the operating system's cameras.
        size: width and height to ask for, in pixels.
        fps: frame rate to ask for.
    """

    def __init__(
        self, find: Callable[[], Camera], platform: Platform, size: tuple[int, int], fps: int
    ) -> None:
        self._find = find
        self._platform = platform
        self._size = size
        self._fps = fps
        self._capture: cv2.VideoCapture | None = None
        self._camera: Camera | None = None
        self._first: float | None = None
        self._stamps_work = platform.can_drain
        # Elsewhere each frame is taken as it comes; a grab waits for the camera's next frame.
        self.pace: float | None = None if platform.can_drain else 0.02

    def check(self) -> None:
        """Find the camera."""
        self._camera = self._find()

    def open(self) -> None:
        """Open the camera and wait for its first frame."""
        try:
            camera = self._camera = self._find()
        except CameraError:
            raise SourceLostError(SensorState.UNPLUGGED) from None
        trouble = self._platform.trouble(camera)
        if trouble is not None:
            raise SourceLostError(trouble)
        capture = cv2.VideoCapture(self._platform.target(camera), self._platform.backend)
        self._capture = capture
        if not capture.isOpened():
            raise self._lost()
        # The format goes first: it decides which sizes and rates there are. Whatever the camera
        # makes of the wishes is taken as it comes.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        capture.set(cv2.CAP_PROP_FPS, self._fps)
        if not camera.loopback:  # v4l2loopback would take the others from its writer too
            capture.set(cv2.CAP_PROP_BUFFERSIZE, _BUFFERS)
        if not capture.grab():
            raise self._lost()

    def grab(self, now: float) -> None:
        """Take the next frame and leave it undecoded."""
        if self._capture is None or not self._capture.grab():
            raise self._lost()

    def retrieve(self, due: float) -> Frame:
        """Drain what waited in the queue, then decode one frame."""
        for _ in range(_MAX_DAMAGED):
            captured = self._drain(due)
            assert self._capture is not None
            try:
                good, picture = self._capture.retrieve()
            except cv2.error:
                good, picture = False, None
            if good and picture is not None:
                if self._first is None:
                    self._first = captured
                return Frame(picture, max(0.0, captured - self._first))
        raise self._lost()

    def _drain(self, due: float) -> float:
        """Grab until a frame is new; gives its time of capture in monotonic time."""
        if not self._platform.can_drain:
            self.grab(due)
            return time.monotonic()
        for _ in range(_MAX_GRABS):
            before = time.monotonic()
            self.grab(before)
            now = time.monotonic()
            stamp = float(self._capture.get(cv2.CAP_PROP_POS_MSEC)) / 1000 if self._capture else 0.0
            waited = now - before > _WAITED
            plausible = -_EARLY < now - stamp < 1
            if waited and not plausible:
                self._stamps_work = False  # a driver whose clock is not the system's
            if waited or (self._stamps_work and plausible and due - stamp < _FRESH):
                return min(stamp, now) if self._stamps_work else now
        return time.monotonic()

    def _lost(self) -> SourceLostError:
        """Close the camera and find out why it gives nothing."""
        self.close()
        state = self._platform.trouble(self._camera) if self._camera else None
        return SourceLostError(state or SensorState.UNPLUGGED)

    def close(self) -> None:
        """Give the camera back; its light goes out."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def describe(self) -> dict[str, Any]:
        """What the camera granted."""
        if self._capture is None:
            return {}
        fourcc = int(self._capture.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
        return {
            "width": int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            "height": int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
            "fps": self._capture.get(cv2.CAP_PROP_FPS),
            "format": fourcc.to_bytes(4, "little").decode("latin-1").strip("\0 "),
        }
