"""Webcams on Windows: Media Foundation.

Written to the documentation of OpenCV's MSMF back end and of cv2-enumerate-cameras; not run by the
project's tests, which have no Windows machine.
"""

from __future__ import annotations

import cv2
from cv2_enumerate_cameras import enumerate_cameras

from emocam.expression import SensorState
from emocam.sensing.cameras import Camera

#: The camera that EmoCam publishes through where it cannot have one of its own name.
_PUBLISHED_THROUGH = "OBS Virtual Camera"


class Windows:
    """Implements :class:`emocam.sensing.cameras.Platform`."""

    backend = cv2.CAP_MSMF
    can_drain = False

    def cameras(self) -> list[Camera]:
        """Every camera of Media Foundation. A virtual DirectShow camera is not among them."""
        return [
            Camera(
                info.index,
                info.name,
                info.path or "",
                f"{info.vid:04x}:{info.pid:04x}" if info.vid and info.pid else "",
                # A real device has a bus in its path, a software camera has "swd" or "root".
                loopback=(info.path or "").lower().startswith(("\\\\?\\swd#", "\\\\?\\root#")),
            )
            for info in enumerate_cameras(cv2.CAP_MSMF)
            if info.name != _PUBLISHED_THROUGH
        ]

    def target(self, camera: Camera) -> int:
        """The index in Media Foundation's list."""
        return camera.index

    def trouble(self, camera: Camera) -> SensorState | None:
        """Media Foundation tells only while opening; a camera that is gone is not listed."""
        listed = any(other.path == camera.path for other in self.cameras())
        return None if listed else SensorState.UNPLUGGED
