"""A webcam that plays a file: frames at their time, two buffers, MJPG decoded when asked for.

It imitates what OpenCV does with a Video4Linux2 device: the driver fills the buffers that the
program has handed back and drops the frames for which there is none; ``grab`` takes the oldest
filled buffer or waits for the next frame; ``retrieve`` decodes it with ``cv2.imdecode``, the very
call that OpenCV's own back end makes. Only this module is shared with the rival, so it imports
nothing of EmoCam.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections import deque
from pathlib import Path
from typing import Any

import cv2
import numpy as np

#: The clip to play, see benchmarks.clips.
CLIP = "BENCH_CLIP"
#: A file that gets one JSON line: when the first frame of the clip was there, in monotonic time.
ORIGIN = "BENCH_ORIGIN"

#: What was opened: the clip, its index as text, and the file for the origin or -1.
_FILES: dict[str, Any] = {}


def open_files() -> None:
    """Open all that the camera needs; sensing gives up files before it opens a camera."""
    clip = Path(os.environ[CLIP])
    origin = os.environ.get(ORIGIN)
    _FILES["index"] = clip.with_suffix(".json").read_text(encoding="utf-8")
    _FILES["clip"] = os.open(clip, os.O_RDONLY)
    _FILES["origin"] = os.open(origin, os.O_WRONLY | os.O_CREAT, 0o600) if origin else -1


class StandInCapture:
    """What ``cv2.VideoCapture`` is to a webcam.

    Args:
        arguments: as for ``cv2.VideoCapture``; there is only one camera, so none counts.
    """

    def __init__(self, *arguments: Any) -> None:
        if not _FILES:
            open_files()
        index = json.loads(_FILES["index"])
        self._file = os.dup(_FILES["clip"])
        self._pictures: list[list[int]] = index["pictures"]
        self._timeline: list[int] = index["timeline"]
        self._size = (index["width"], index["height"])
        self._clip_rate: int = index["fps"]
        self._rate = self._clip_rate
        self._buffers = 4  # what OpenCV asks for by itself
        self._start: float | None = None  # when frame 0 was there, in monotonic time
        self._last = -1  # number of the newest frame that the driver has seen
        self._filled: deque[int] = deque()
        self._held: int | None = None

    def isOpened(self) -> bool:  # noqa: N802 (OpenCV's name)
        """Always, until it is released."""
        return self._file >= 0

    def set(self, what: int, value: float) -> bool:
        """Grant a lower frame rate and another number of buffers; format and size are fixed."""
        if what == cv2.CAP_PROP_FPS and 1 <= value <= self._clip_rate:
            self._rate = self._clip_rate // round(self._clip_rate / value)
        elif what == cv2.CAP_PROP_BUFFERSIZE:
            self._buffers = int(value)
        return True

    def get(self, what: int) -> float:
        """What was granted, and the time of the frame that was grabbed last."""
        if what == cv2.CAP_PROP_POS_MSEC:
            return self._time(self._held or 0) * 1000
        if what == cv2.CAP_PROP_FOURCC:
            return float(cv2.VideoWriter.fourcc(*"MJPG"))
        values = {
            cv2.CAP_PROP_FPS: self._rate,
            cv2.CAP_PROP_FRAME_WIDTH: self._size[0],
            cv2.CAP_PROP_FRAME_HEIGHT: self._size[1],
        }
        return float(values.get(what, 0))

    def grab(self) -> bool:
        """Give the last buffer back and take the oldest filled one, or wait for the next frame."""
        if self._start is None:
            self._start = time.monotonic()
            self._tell_origin()
        self._drive(time.monotonic())
        self._held = None
        if not self._filled:
            # The driver has a buffer again, and fills it with the next frame.
            following = max(self._last, self._now()) + 1
            time.sleep(max(0.0, self._time(following) - time.monotonic()))
            self._last = following
            self._filled.append(following)
        self._held = self._filled.popleft()
        return True

    def retrieve(self) -> tuple[bool, Any]:
        """Decode the frame that was grabbed last; uint8 [height, width, 3], blue-green-red."""
        if self._held is None:
            return False, None
        # A frame of the camera is a frame of the clip, or every n-th one at a lower rate.
        frame = self._held * (self._clip_rate // self._rate) % len(self._timeline)
        begin, length = self._pictures[self._timeline[frame]]
        data = os.pread(self._file, length, begin)
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        return picture is not None, picture

    def read(self) -> tuple[bool, Any]:
        """Grab and retrieve."""
        self.grab()
        return self.retrieve()

    def release(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _time(self, frame: int) -> float:
        """When a frame is there, in monotonic time."""
        assert self._start is not None
        return float(self._start + frame / self._rate)

    def _now(self) -> int:
        """The number of the newest frame."""
        assert self._start is not None
        return int((time.monotonic() - self._start) * self._rate)

    def _drive(self, now: float) -> None:
        """Let the driver fill what buffers it had since the last call."""
        assert self._start is not None
        newest = math.floor((now - self._start) * self._rate)
        free = self._buffers - len(self._filled) - (self._held is not None)
        for frame in range(self._last + 1, min(newest, self._last + free) + 1):
            self._filled.append(frame)
        self._last = max(self._last, newest)

    def _tell_origin(self) -> None:
        if _FILES["origin"] >= 0:
            os.write(_FILES["origin"], json.dumps({"origin": self._start}).encode() + b"\n")
