"""Which webcams there are, and what is wrong with each.

One small module a platform lists the devices and asks the system about them; the rules of choice
are the same everywhere and live in choice.py, so they can be tested without a device.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from emocam.errors import CameraError
from emocam.expression import SensorState


@dataclass(frozen=True, slots=True)
class Camera:
    """One webcam.

    Attributes:
        index: the number that OpenCV and the user know it by.
        name: the name that the system shows.
        path: device node on Linux, device path or unique identifier elsewhere; may be empty.
        id: its identity over reboots, see identity.py; empty where unknown.
        loopback: whether a program feeds it, as v4l2loopback does; such a camera is never taken
            but by name.
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

    #: Least seconds between two calls of :meth:`marks`, where it is dear.
    pause: float
    #: What the user can do about BUSY, UNPLUGGED and DENIED; ``{path}`` stands for the camera's.
    remedies: Mapping[SensorState, str]

    def trouble(self, camera: Camera) -> SensorState | None:
        """Why the camera cannot be opened now: BUSY, UNPLUGGED, DENIED, or None for no reason."""

    def failure(self, camera: Camera) -> SensorState | None:
        """Why a camera that was just tried gives nothing, a likely guess included."""

    def users(self, camera: Camera) -> list[str]:
        """The programs that use it, or on some systems any camera, as far as the system tells."""

    def marks(self) -> object:
        """Something that compares unequal once a camera came, went, or got other rights."""

    def is_out_of_reach(self) -> bool:
        """Whether a camera came after this process gave up the right to open new ones."""

    def slept(self) -> float:
        """Seconds that the machine has been suspended since it was started."""


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
