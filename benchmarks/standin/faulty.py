"""The ``emocam`` command and its sensing process with a webcam that has faults on demand.

The webcam shows one picture ten times a second, as long as its node is there and the file beside it
says "ok". All that judges the camera and waits for it is the product's: processes, confinement,
probes, delays. See benchmarks/camera_faults.py.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from emocam.expression import SensorState
from emocam.sensing import cameras, native
from emocam.sensing.cameras import Camera

#: A folder with the camera's node (a plain file ``video*``) and the file ``fault``.
FOLDER = "BENCH_FAULTS"
#: The picture that the camera shows.
PICTURE = "BENCH_PICTURE"
#: Seconds between two frames; seconds that the driver waits for one (as native.py sets it); seconds
#: that the opening takes.
_PERIOD, _TIMEOUT, _OPENING = 0.1, 4.0, 0.3


def fault() -> str:
    """What is wrong with the camera: ok, busy, denied, stalled or green."""
    return Path(os.environ[FOLDER], "fault").read_text(encoding="utf-8")


class FaultyCapture:
    """What ``cv2.VideoCapture`` is to such a webcam."""

    def __init__(self, target: str, *more: Any) -> None:
        time.sleep(_OPENING)
        self._node = Path(target)
        self._inode = self._node.stat().st_ino if self._node.exists() else -1
        self._stamp = 0.0

    def isOpened(self) -> bool:  # noqa: N802 (OpenCV's name)
        """Whether the node was there."""
        return self._inode >= 0

    def set(self, what: int, value: float) -> bool:
        """Grant everything."""
        return True

    def get(self, what: int) -> float:
        """The time of the last frame in milliseconds, whatever is asked for."""
        return self._stamp * 1000

    def grab(self) -> bool:
        """Wait for the next frame, as long as a driver does."""
        limit = time.monotonic() + _TIMEOUT
        time.sleep(_PERIOD - time.monotonic() % _PERIOD)
        while fault() == "stalled" and time.monotonic() < limit:
            time.sleep(0.02)
        self._stamp = time.monotonic()
        there = self._node.exists() and self._node.stat().st_ino == self._inode
        return there and fault() in ("ok", "green")

    def retrieve(self) -> tuple[bool, Any]:
        """The picture, or an empty YUV buffer."""
        import cv2

        picture = cv2.imread(os.environ[PICTURE])
        assert picture is not None
        if fault() == "green":
            picture[:] = (0, 135, 0)
        return True, picture

    def release(self) -> None:
        """Nothing is held."""


def main(arguments: list[str]) -> int:
    """Run ``emocam`` if there are arguments, else the sensing process; returns the exit code."""
    if arguments:
        from emocam.cli import main as emocam
        from emocam.control.keep_sensing import SensingKeeper

        SensingKeeper.module = "benchmarks.standin.faulty"
        return emocam(arguments)
    native.prepare()  # as the product does, before OpenCV is there
    import cv2

    from emocam.sensing import __main__
    from emocam.sensing.cameras import linux, sysfs

    folder = Path(os.environ[FOLDER])
    start = set(sysfs.marks(folder))

    class Platform(linux.Linux):
        """Linux with the nodes of that folder; Landlock closes those that come later."""

        def cameras(self) -> list[Camera]:
            nodes = [Path(mark.path) for mark in sysfs.marks(folder)]
            return [
                Camera(int(node.name[5:]), "Stand-in Webcam", str(node), "usb:0000:0001@1-1")
                for node in nodes
            ]

        def trouble(self, camera: Camera) -> SensorState | None:
            marks = {mark for mark in sysfs.marks(folder) if mark.path == camera.path}
            if not marks:
                return SensorState.UNPLUGGED
            if any(map(linux._is_closed, marks - start)):
                return SensorState.DENIED
            known = {"busy": SensorState.BUSY, "denied": SensorState.DENIED}
            return known.get(fault())

        def marks(self) -> tuple[sysfs.Mark, ...]:
            return sysfs.marks(folder)

        def is_out_of_reach(self) -> bool:
            return any(map(linux._is_closed, set(sysfs.marks(folder)) - start))

    cameras.platform = Platform
    cv2.VideoCapture = FaultyCapture  # type: ignore
    return __main__.main([])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
