"""The sensing process with the stand-in camera.

Everything is the product's but two things: which cameras there are, and ``cv2.VideoCapture``.
"""

from __future__ import annotations

import sys

from emocam.expression import SensorState
from emocam.sensing import cameras, native
from emocam.sensing.cameras import Camera


def main() -> int:
    """Run the process; returns its exit code."""
    native.prepare()  # as the product does, before OpenCV is there
    import cv2

    from benchmarks.standin.camera import StandInCapture, open_files
    from emocam.sensing import __main__
    from emocam.sensing.cameras.linux import Linux

    class Platform(Linux):
        """Linux with one webcam, which is free."""

        def cameras(self) -> list[Camera]:
            return [Camera(0, "Stand-in Webcam", "/dev/video0")]

        def trouble(self, camera: Camera) -> SensorState | None:
            return None

    open_files()
    cameras.platform = Platform
    cv2.VideoCapture = StandInCapture  # type: ignore
    return __main__.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
