"""Webcams on macOS: AVFoundation.

Written to the documentation of OpenCV's AVFoundation back end and of cv2-enumerate-cameras; not run
by the project's tests, which have no Mac. macOS asks the user once for leave to use the camera; a
refusal shows as a camera that does not open.
"""

from __future__ import annotations

import cv2
from cv2_enumerate_cameras import enumerate_cameras

from emocam.expression import SensorState
from emocam.sensing.cameras import Camera

#: The camera that EmoCam publishes through: it cannot have one of its own name.
_PUBLISHED_THROUGH = "OBS Virtual Camera"


class MacOS:
    """Implements :class:`emocam.sensing.cameras.Platform`."""

    backend = cv2.CAP_AVFOUNDATION
    can_drain = False

    def cameras(self) -> list[Camera]:
        """Every camera of AVFoundation."""
        return [
            Camera(
                info.index,
                info.name,
                info.path or "",
                f"{info.vid:04x}:{info.pid:04x}" if info.vid and info.pid else "",
                # A camera extension has no USB or built-in hardware behind it.
                loopback="virtual" in info.name.casefold(),
            )
            for info in enumerate_cameras(cv2.CAP_AVFOUNDATION)
            if info.name != _PUBLISHED_THROUGH
        ]

    def target(self, camera: Camera) -> int:
        """The index in AVFoundation's list."""
        return camera.index

    def trouble(self, camera: Camera) -> SensorState | None:
        """AVFoundation tells only while opening; a camera that is gone is not listed."""
        listed = any(other.path == camera.path for other in self.cameras())
        return None if listed else SensorState.UNPLUGGED
