r"""Webcams on Windows: Media Foundation.

Written to the documentation of OpenCV's MSMF back end, of cv2-enumerate-cameras, and of Windows'
privacy settings for the camera; not run by the project's tests, which have no Windows machine.

Whether programs may use cameras, and which program does now, stands in the registry under
``CapabilityAccessManager\ConsentStore\webcam``: a key for each program, with ``Value`` ("Allow" or
"Deny") and ``LastUsedTimeStop``, which is 0 while the program uses a camera.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cv2
from cv2_enumerate_cameras import enumerate_cameras

from emocam.expression import SensorState
from emocam.sensing.cameras import Camera
from emocam.sensing.cameras.identity import windows_id

#: The camera that EmoCam publishes through where it cannot have one of its own name.
_PUBLISHED_THROUGH = "OBS Virtual Camera"
_CONSENT = r"SOFTWARE\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\webcam"
#: The key under which programs that are no packages stand, each by its path with # for \.
_NOT_PACKAGED = "NonPackaged"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the registry, read.

    Attributes:
        values: by name.
        keys: the keys below it, by name.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, Key] = field(default_factory=dict)


class Windows:
    """Implements :class:`emocam.sensing.cameras.Platform`."""

    backend = cv2.CAP_MSMF
    can_drain = False
    pause = 2.0
    remedies: Mapping[SensorState, str] = {
        SensorState.BUSY: "Close that program; Settings > Privacy & security > Camera names it",
        SensorState.UNPLUGGED: "Plug it in again",
        SensorState.DENIED: "Turn on Settings > Privacy & security > Camera > Let desktop apps "
        "access your camera",
    }

    def cameras(self) -> list[Camera]:
        """Every camera of Media Foundation. A virtual DirectShow camera is not among them."""
        return [
            Camera(
                info.index,
                info.name,
                info.path or "",
                windows_id(info.path or ""),
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
        """What the privacy settings say; that it is there, the list of cameras says."""
        return SensorState.DENIED if is_denied(*_consent()) else None

    def failure(self, camera: Camera) -> SensorState | None:
        """Busy, if another program uses a camera: Windows does not tell which camera that is."""
        if not any(other.path == camera.path for other in self.cameras()):
            return SensorState.UNPLUGGED
        trouble = self.trouble(camera)
        return SensorState.BUSY if trouble is None and self.users(camera) else trouble

    def users(self, camera: Camera) -> list[str]:
        """Those that use any camera: Windows does not tell which one."""
        return in_use(_consent()[0], sys.executable)

    def marks(self) -> tuple[object, ...]:
        """The list of devices; Windows has no cheaper sign."""
        return tuple((camera.path, camera.index) for camera in self.cameras())

    def is_out_of_reach(self) -> bool:
        """Nothing is given up here."""
        return False

    def slept(self) -> float:
        """One of these two clocks stands still in a machine that is suspended.

        See GetTickCount64 and QueryUnbiasedInterruptTime in the Windows API reference.
        """
        kernel = ctypes.CDLL("kernel32")
        kernel.GetTickCount64.restype = ctypes.c_uint64
        awake = ctypes.c_uint64()
        kernel.QueryUnbiasedInterruptTime(ctypes.byref(awake))
        return float(kernel.GetTickCount64()) / 1e3 - awake.value / 1e7


def is_denied(user: Key, machine: Key) -> bool:
    """Whether the privacy settings keep programs such as EmoCam from every camera.

    Args:
        user, machine: the key of the camera's consent, of HKEY_CURRENT_USER and HKEY_LOCAL_MACHINE.
    """
    keys = (machine, user, user.keys.get(_NOT_PACKAGED, Key()))
    return any(str(key.values.get("Value", "")).casefold() == "deny" for key in keys)


def in_use(user: Key, own: str) -> list[str]:
    """The programs that use a camera now, EmoCam left out: paths, or names of packages.

    Args:
        user: the key of the camera's consent, of HKEY_CURRENT_USER.
        own: path of the program that this is.
    """
    outside = user.keys.get(_NOT_PACKAGED, Key())
    packages = {name: key for name, key in user.keys.items() if name != _NOT_PACKAGED}
    programs = {name.replace("#", "\\"): key for name, key in outside.keys.items()}
    return sorted(
        name
        for name, key in {**packages, **programs}.items()
        if key.values.get("LastUsedTimeStop") == 0 and name.casefold() != own.casefold()
    )


def _consent() -> tuple[Key, Key]:
    """The user's and the machine's consent, as far as they may be read."""
    if sys.platform == "win32":
        import winreg

        return _read(winreg.HKEY_CURRENT_USER, _CONSENT), _read(winreg.HKEY_LOCAL_MACHINE, _CONSENT)
    return Key(), Key()


def _read(parent: Any, name: str) -> Key:
    """A key of the registry with all below it; an empty one where it may not be read."""
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(parent, name) as key:
                below, count, _ = winreg.QueryInfoKey(key)
                values = [winreg.EnumValue(key, number) for number in range(count)]
                names = [winreg.EnumKey(key, number) for number in range(below)]
                return Key(
                    {name: value for name, value, _ in values},
                    {name: _read(key, name) for name in names},
                )
        except OSError:
            return Key()
    return Key()
