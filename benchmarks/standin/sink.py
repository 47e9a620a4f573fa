"""A virtual camera that keeps the last frames in memory.

It takes the place of pyvirtualcam's back end for v4l2loopback and does what costs time there: one
``write`` of the whole frame, of which the driver makes one copy into the next of its buffers. A
file in memory will not do: its bookkeeping page by page costs more than the copy. So the system
call goes to /dev/null and the copy is made here. Shared with the rival, so it imports nothing of
EmoCam.
"""

from __future__ import annotations

import json
import mmap
import os
import time
from typing import Any

import pyvirtualcam

#: A file that gets JSON lines: number and time of the first frame, of each so many-th, and at the
#: end of the last.
LOG = "BENCH_SINK"
#: A file that gets the time of each frame that differs from the one before; costs processor time.
WATCH = "BENCH_SINK_WATCH"
#: Every so many-th byte is compared to find out whether a frame differs; prime, so that it walks
#: over all columns.
_STRIDE = 61
#: It writes to so many buffers in turns, as the driver does to its own.
_BUFFERS = 2
#: The two files, open; -1 where none is wanted.
_FILES = [-1, -1]
#: How many frames lie between two lines of the log.
_TALLY = 30


class MemoryCamera(pyvirtualcam.Backend):
    """Implements ``pyvirtualcam.Backend``.

    Args:
        width, height: of the frames in pixels.
        fps: planned frame rate.
        fourcc: libyuv's code of the format of the frames.
        device: name of the device, or None.
    """

    def __init__(
        self, width: int, height: int, fps: float, fourcc: int, device: str | None, **more: Any
    ) -> None:
        self._nothing = os.open(os.devnull, os.O_WRONLY)
        self._buffers = []
        for _buffer in range(_BUFFERS):
            buffer = mmap.mmap(-1, width * height * 3 // 2)
            buffer.madvise(mmap.MADV_NOHUGEPAGE)  # the driver's memory has small pages
            self._buffers.append(buffer)
        self._size = (height, width)
        self._fourcc = fourcc
        self._is_i420 = fourcc.to_bytes(4, "little") == b"I420"
        self._device = device or "/dev/video9"
        self._frames = 0
        self._last = 0.0
        self._sample = b""
        self._log, self._watch = (-1 if file < 0 else os.dup(file) for file in _FILES)

    def send(self, frame: Any) -> None:
        """Hand a frame over; uint8, flat."""
        if not self._is_i420:
            frame = self._to_i420(frame)
        os.write(self._nothing, frame)
        self._buffers[self._frames % _BUFFERS][:] = frame
        self._frames += 1
        self._last = time.monotonic()
        if self._frames % _TALLY == 1:
            self._tell({"frames": self._frames, "time": self._last})
        if self._watch >= 0:
            sample = frame[::_STRIDE].tobytes()
            if sample != self._sample:
                self._sample = sample
                os.write(self._watch, f"{self._last:.6f}\n".encode())

    def close(self) -> None:
        """Let go of the memory and say how many frames there were."""
        if self._nothing < 0:
            return
        self._tell({"frames": self._frames, "time": self._last, "closed": True})
        for file in (self._nothing, self._log, self._watch):
            if file >= 0:
                os.close(file)
        self._nothing = self._log = self._watch = -1

    def device(self) -> str:
        """The name that was asked for."""
        return self._device

    def native_fourcc(self) -> int:
        """The format of the frames: nothing is converted behind it."""
        return self._fourcc

    def _tell(self, record: dict[str, Any]) -> None:
        if self._log >= 0:
            os.write(self._log, json.dumps(record).encode() + b"\n")

    def _to_i420(self, frame: Any) -> Any:
        """What pyvirtualcam's own back end does to a blue-green-red frame, with libyuv."""
        import cv2  # the rival alone comes here, and has it loaded

        return cv2.cvtColor(frame.reshape(*self._size, 3), cv2.COLOR_BGR2YUV_I420).reshape(-1)


def install() -> None:
    """Put it in the place of the back end for v4l2loopback.

    Its files are opened now: the stage gives up the right to make files before it opens a camera.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for index, name in enumerate((LOG, WATCH)):
        if path := os.environ.get(name):
            _FILES[index] = os.open(path, flags, 0o600)
    pyvirtualcam.register_backend("v4l2loopback", MemoryCamera)
