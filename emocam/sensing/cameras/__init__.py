"""Which webcams there are, and which one the setting ``camera.source`` means.

One small module a platform lists the devices; the rules of choice are the same everywhere and live
here, so they can be tested without a device.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from emocam.errors import CameraError
from emocam.expression import SensorState

_REMEDY = "Plug in a webcam, or give a video or picture file as the camera"


@dataclass(frozen=True, slots=True)
class Camera:
    """One webcam.

    Attributes:
        index: the number that OpenCV and the user know it by.
        name: the name that the system shows.
        path: device node on Linux, device path or unique identifier elsewhere; may be empty.
        id: USB vendor and product, such as ``046d:0825``; empty where unknown.
        loopback: whether a program feeds it, as v4l2loopback does; such a camera is never taken
            by itself while there is another.
    """

    index: int
    name: str
    path: str
    id: str = ""
    loopback: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The camera as an entry of ``emocam devices --json``."""
        return asdict(self)


class Platform(Protocol):
    """What the rest of sensing asks of an operating system."""

    #: The OpenCV back end that opens the cameras listed here (a ``cv2.CAP_`` value).
    backend: int
    #: Whether a frame that waited in the driver's queue can be told from a new one, so that the
    #: camera need not be read between two looks.
    can_drain: bool

    def cameras(self) -> list[Camera]:
        """Every webcam, in the order of the indices.

        EmoCam's own may be among them, unless it bears another program's name there.
        """

    def target(self, camera: Camera) -> int | str:
        """What ``cv2.VideoCapture`` takes for the camera."""

    def trouble(self, camera: Camera) -> SensorState | None:
        """Why the camera cannot be opened now: BUSY, UNPLUGGED, DENIED, or None for no reason."""


def platform() -> Platform:
    """The module of the operating system that this runs on."""
    system: str = sys.platform
    if system == "linux":
        from emocam.sensing.cameras import linux

        return linux.Linux()
    if system == "win32":
        from emocam.sensing.cameras import windows

        return windows.Windows()
    if system == "darwin":
        from emocam.sensing.cameras import macos

        return macos.MacOS()
    raise CameraError(f"EmoCam knows no cameras on {system}", "Use Linux, Windows or macOS")


def offered(cameras: Sequence[Camera], own_label: str) -> list[Camera]:
    """The cameras that may be taken: all but EmoCam's own.

    Args:
        cameras: what the platform lists.
        own_label: the setting ``output.label``.
    """
    return [camera for camera in cameras if not is_own(camera, own_label)]


def is_own(camera: Camera, own_label: str) -> bool:
    """Whether it is the camera that EmoCam publishes: reading it would show EmoCam to itself."""
    # A label is cut to 31 bytes by v4l2loopback.
    return camera.name.strip().casefold() == own_label.strip().casefold()[:31]


def resolve(source: str, cameras: Sequence[Camera], own_label: str) -> Camera:
    """The one camera that ``camera.source`` means.

    Args:
        source: "auto", an index, a device path, or a name (in any case; the whole name goes before
            a part of one).
        cameras: what the platform lists.
        own_label: the setting ``output.label``; that camera is never taken.

    Raises:
        CameraError: if no camera or more than one fits; it lists what there is.
    """
    usable = offered(cameras, own_label)
    if source == "auto":
        if not usable:
            raise CameraError("There is no webcam", _REMEDY)
        return min(usable, key=lambda camera: camera.loopback)  # the first of equals
    word = source.casefold()
    # /dev/v4l/by-id/... is a link to the node.
    real = os.path.realpath(source) if source.startswith("/") else source
    tests = (
        lambda camera: source.isdecimal() and camera.index == int(source),
        lambda camera: bool(camera.path) and camera.path in (source, real),
        lambda camera: camera.name.casefold() == word,
        lambda camera: word in camera.name.casefold(),
    )
    for test in tests:
        found = [camera for camera in usable if test(camera)]
        if len(found) == 1:
            return found[0]
        if found:
            raise CameraError(
                f'"{source}" fits more than one webcam: {_list(found)}', "Give its number or path"
            )
        if any(test(camera) for camera in cameras) and test is not tests[-1]:
            raise CameraError(
                f'"{source}" is EmoCam\'s own camera, which cannot also be its source',
                f"Choose another: {_list(usable)}" if usable else _REMEDY,
            )
    raise CameraError(
        f'There is no webcam "{source}"',
        f"There is: {_list(usable)}" if usable else _REMEDY,
    )


def _list(cameras: Sequence[Camera]) -> str:
    return ", ".join(f'{camera.index} "{camera.name}" {camera.path}'.strip() for camera in cameras)
