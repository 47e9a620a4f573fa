"""A webcam.

At rest EmoCam looks once a second at a camera that gives ten frames or more. On Linux the camera is
left alone between two looks: the driver fills its two buffers and drops the rest, and before a look
the stale buffers are drained, told by their time stamps. That costs a fraction of the processor
time that taking every frame as it comes does; benchmarks/webcam.py measures both.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Any

import cv2

from emocam.errors import CameraError
from emocam.expression import SensorState
from emocam.sensing.cameras import Camera, Platform
from emocam.sensing.cameras.choice import Choice, NotAllowedError
from emocam.sensing.lifecycle import Sleep
from emocam.sensing.sources import Frame, OutOfReachError, SourceLostError
from emocam.sensing.sources.damage import Repeats, damaged

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
#: So many damaged frames in a row make a camera unusable; just after its opening a few more are
#: usual. Where frames come slowly, two in this many seconds do.
_MAX_DAMAGED, _MAX_DAMAGED_FIRST, _DAMAGED_SECONDS = 5, 10, 1.0
#: A camera that is lost so many times in so many seconds is of no use, though frames come between.
_LOSSES, _LOSSES_SECONDS = 3, 60.0
#: Seconds that the first frame may take: some cameras need three. A refusal comes sooner.
_FIRST_FRAME, _REFUSAL = 5.0, 0.5
#: Least seconds between two questions whether cameras came or went, and between two listings of
#: them while none is the right one.
_GLANCE, _LISTING = 1.0, 1.5


class WebcamSource:
    """Implements :class:`emocam.sensing.sources.Source`.

    Args:
        choice: finds the camera, anew at each opening: a replugged one may have another number.
        platform: the operating system's cameras.
        size: width and height to ask for, in pixels.
        fps: frame rate to ask for.
    """

    live = True

    def __init__(self, choice: Choice, platform: Platform, size: tuple[int, int], fps: int) -> None:
        self._choice = choice
        self._platform = platform
        self._size = size
        self._fps = fps
        self._capture: cv2.VideoCapture | None = None
        self._camera: Camera | None = None
        self._cameras: list[Camera] = []
        self._marks: object = None
        self._listed = self._asked = self._glanced = float("-inf")
        self._better = False
        self._sleep = Sleep()
        self._losses: deque[float] = deque(maxlen=_LOSSES)
        self._first: float | None = None
        self._fresh = True  # whether no good frame came since it was opened
        self._repeats = Repeats()  # over openings, for memory is used again
        self._stamps_work = platform.can_drain
        # Elsewhere each frame is taken as it comes; a grab waits for the camera's next frame.
        self.pace: float | None = None if platform.can_drain else 0.02

    def check(self) -> None:
        """Find the camera."""
        self._list()
        self._camera = self._choice.find(self._cameras, self._platform.trouble)

    def _list(self) -> None:
        self._marks, self._asked = self._platform.marks(), time.monotonic()
        self._cameras, self._listed = self._platform.cameras(), self._asked

    def _changed(self) -> bool:
        """Whether cameras came or went; if so, they are listed anew and all is forgiven."""
        now = time.monotonic()
        if now - self._asked < self._platform.pause:
            return False
        self._asked = now
        if self._marks == self._platform.marks():
            return False
        self._choice.forgive()
        self._list()
        return True

    def probe(self) -> SensorState | None:
        """Ask about the camera; list them anew only where something came or went."""
        waited = time.monotonic() - self._listed
        if not self._changed() and self._camera is None and waited >= _LISTING:
            self._list()  # a virtual camera shows only once it is fed
        return self._find()

    def _find(self) -> SensorState | None:
        """Choose among the listed cameras; gives why the chosen one cannot be had."""
        try:
            self._camera = self._choice.find(self._cameras, self._platform.trouble)
            trouble = self._platform.trouble(self._camera)
        except NotAllowedError:
            self._camera, trouble = None, SensorState.DENIED
        except CameraError:
            self._camera, trouble = None, SensorState.UNPLUGGED
        if (trouble is SensorState.DENIED or not self._camera) and self._platform.is_out_of_reach():
            raise OutOfReachError
        return trouble

    def open(self) -> None:
        """Open the camera and wait for its first frame."""
        self._sleep.slept(self._platform.slept())
        self._fresh, self._better = True, False
        self._list()
        trouble, camera = self._find(), self._camera
        if trouble is not None or camera is None:
            raise SourceLostError(trouble or SensorState.UNPLUGGED)
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
        self._repeats.compressed = self._format() in ("MJPG", "JPEG")
        started = time.monotonic()
        while not capture.grab():
            tried = time.monotonic() - started
            if tried < _REFUSAL or tried > _FIRST_FRAME:
                raise self._lost()

    def stale(self) -> bool:
        """Whether the machine slept, or a better camera has been there for two glances."""
        now = time.monotonic()
        if now - self._glanced < _GLANCE:
            return False
        self._glanced = now
        if self._sleep.slept(self._platform.slept()):
            return True
        assert self._camera is not None
        if self._changed() and not any(_same(self._camera, each) for each in self._cameras):
            raise self._lost(SensorState.UNPLUGGED)
        was_better = self._better
        self._better = self._choice.is_better(self._cameras, self._trouble, self._camera)
        if was_better and self._better and self._platform.is_out_of_reach():
            raise OutOfReachError
        return was_better and self._better

    def _trouble(self, camera: Camera) -> SensorState | None:
        """What keeps a camera from being had, be it by another process."""
        trouble = self._platform.trouble(camera)
        if trouble is SensorState.DENIED and self._platform.is_out_of_reach():
            return None
        return trouble

    def grab(self, now: float) -> None:
        """Take the next frame and leave it undecoded."""
        if self._capture is None or not self._capture.grab():
            raise self._lost()

    def retrieve(self, due: float) -> Frame:
        """Drain what waited in the queue, then decode one frame that is whole."""
        started = time.monotonic()
        for count in range(1, 1 + (_MAX_DAMAGED_FIRST if self._fresh else _MAX_DAMAGED)):
            captured = self._drain(due)
            assert self._capture is not None
            try:
                good, picture = self._capture.retrieve()
            except cv2.error:
                good, picture = False, None
            if good and not damaged(picture) and not self._repeats.has(picture):
                self._fresh = False
                if self._first is None:
                    self._first = captured
                return Frame(picture, max(0.0, captured - self._first))
            if count > 1 and time.monotonic() - started > _DAMAGED_SECONDS:
                break
        raise self._lost(SensorState.UNUSABLE)

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

    def _lost(self, state: SensorState = SensorState.STALLED) -> SourceLostError:
        """Close the camera and find out why it gives nothing; ``state`` where nobody knows."""
        self.close()
        trouble = self._platform.failure(self._camera) if self._camera else None
        now = time.monotonic()
        self._losses.append(now)
        often = len(self._losses) == _LOSSES and now - self._losses[0] < _LOSSES_SECONDS
        if self._camera and trouble is None and (self._fresh or often):
            self._choice.fails(self._camera)  # and not for one fault after hours of work
        return SourceLostError(trouble or state)

    def close(self) -> None:
        """Give the camera back; its light goes out."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()

    def describe(self) -> dict[str, Any]:
        """What the camera granted."""
        if self._capture is None:
            return {}
        return {
            "width": int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            "height": int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
            "fps": self._capture.get(cv2.CAP_PROP_FPS),
            "format": self._format(),
        }

    def _format(self) -> str:
        assert self._capture is not None
        fourcc = int(self._capture.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
        return fourcc.to_bytes(4, "little").decode("latin-1").strip("\0 ")


def _same(camera: Camera, other: Camera) -> bool:
    return (camera.id, camera.path, camera.name) == (other.id, other.path, other.name)
