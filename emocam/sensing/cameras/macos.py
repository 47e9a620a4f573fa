"""Webcams on macOS: AVFoundation.

Written to the documentation of AVFoundation, of OpenCV's back end for it and of
cv2-enumerate-cameras, which brings PyObjC along; not run by the project's tests, which have no Mac.

macOS asks the user once for leave to use the camera, in the name of the program that EmoCam was
started from; OpenCV puts the question at the first opening. The answer is kept by the system (TCC)
and can be changed in its settings only.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

import cv2
from cv2_enumerate_cameras import enumerate_cameras

from emocam.expression import SensorState
from emocam.sensing.cameras import Camera
from emocam.sensing.cameras.identity import macos_id

#: The camera that EmoCam publishes through: it cannot have one of its own name.
_PUBLISHED_THROUGH = "OBS Virtual Camera"
#: AVAuthorizationStatus: restricted (by a profile or parental control) and denied (by the user).
#: 0, not yet asked, and 3, authorised, are no reason not to try.
_REFUSED = frozenset({1, 2})


class MacOS:
    """Implements :class:`emocam.sensing.cameras.Platform`."""

    backend = cv2.CAP_AVFOUNDATION
    can_drain = False
    pause = 2.0
    remedies: Mapping[SensorState, str] = {
        SensorState.BUSY: "Close that program; the menu bar's camera sign names it",
        SensorState.UNPLUGGED: "Plug it in again",
        SensorState.DENIED: "Turn on System Settings > Privacy & Security > Camera for the program "
        "that EmoCam is started from, such as Terminal, then start EmoCam again",
    }

    def cameras(self) -> list[Camera]:
        """Every camera of AVFoundation."""
        return [
            Camera(
                info.index,
                info.name,
                info.path or "",
                macos_id(info.path or "", info.vid, info.pid),
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
        """What the user allowed; that it is there, the list of cameras says."""
        return SensorState.DENIED if _authorization() in _REFUSED else None

    def failure(self, camera: Camera) -> SensorState | None:
        """Busy, if another program has taken the device for itself; most are shared."""
        if not any(other.path == camera.path for other in self.cameras()):
            return SensorState.UNPLUGGED
        trouble = self.trouble(camera)
        return SensorState.BUSY if trouble is None and _is_taken(camera.path) else trouble

    def users(self, camera: Camera) -> list[str]:
        """AVFoundation names nobody."""
        return []

    def marks(self) -> tuple[object, ...]:
        """The list of devices and what the user allowed; macOS has no cheaper sign."""
        return (_authorization(), *((camera.path, camera.index) for camera in self.cameras()))

    def is_out_of_reach(self) -> bool:
        """Nothing is given up here."""
        return False

    def slept(self) -> float:
        """One of these two clocks stands still in a Mac that is asleep; see clock_gettime(3)."""
        if sys.platform == "darwin":
            always = time.clock_gettime(time.CLOCK_MONOTONIC)
            return always - time.clock_gettime(time.CLOCK_UPTIME_RAW)
        return 0.0


def _authorization() -> int:
    """AVAuthorizationStatus of this process for video."""
    import AVFoundation

    media = AVFoundation.AVMediaTypeVideo
    return int(AVFoundation.AVCaptureDevice.authorizationStatusForMediaType_(media))


def _is_taken(unique: str) -> bool:
    """AVCaptureDevice.isInUseByAnotherApplication."""
    import AVFoundation

    device = AVFoundation.AVCaptureDevice.deviceWithUniqueID_(unique)
    return device is not None and bool(device.isInUseByAnotherApplication())
