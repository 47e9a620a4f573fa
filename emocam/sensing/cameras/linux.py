"""Webcams on Linux: Video4Linux2 device nodes.

Names come from /sys/class/video4linux through cv2-enumerate-cameras. What a device is and why it
cannot be opened is asked of the driver; the numbers below are from linux/videodev2.h, see
https://docs.kernel.org/userspace-api/media/v4l/user-func.html.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import time
from collections.abc import Mapping
from pathlib import Path

import cv2
from cv2_enumerate_cameras import enumerate_cameras

from emocam.expression import SensorState
from emocam.sensing.cameras import Camera, sysfs, users

_QUERYCAP = 0x80685600  # _IOR('V', 0, struct v4l2_capability)
_G_FMT = 0xC0D05604  # _IOWR('V', 4, struct v4l2_format)
_REQBUFS = 0xC0145608  # _IOWR('V', 8, struct v4l2_requestbuffers)
_CAPABILITY = struct.Struct("=16s32s32sIII12x")
_FORMAT_SIZE = 208
_REQUEST = struct.Struct("=IIIII")
_CAP_CAPTURE = 0x1
_CAP_OUTPUT = 0x2
_BUF_TYPE_CAPTURE = 1
_MEMORY_MMAP = 1

#: What os.open or an ioctl says of a device that somebody pulled out.
_GONE = {errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO}


class Linux:
    """Implements :class:`emocam.sensing.cameras.Platform`."""

    backend = cv2.CAP_V4L2
    can_drain = True
    pause = 0.0
    remedies: Mapping[SensorState, str] = {
        SensorState.BUSY: "Close that program; this finds it: sudo fuser -v {path}",
        SensorState.UNPLUGGED: "Plug it in again, or start the program that feeds it",
        SensorState.DENIED: "Run: sudo usermod -aG video $USER, then log in again",
    }

    def __init__(self) -> None:
        sysfs.marks_at_start()

    def cameras(self) -> list[Camera]:
        """Every capture device; an output or a loopback that nobody feeds is none."""
        found = []
        for info in sorted(enumerate_cameras(cv2.CAP_V4L2), key=lambda info: info.index):
            path = info.path or f"/dev/video{info.index}"
            loopback = _loopback(path)
            if loopback is None:
                continue
            name = info.name or path
            identity = sysfs.identity(Path(path).name, name)
            found.append(Camera(info.index, name, path, identity, loopback))
        return found

    def target(self, camera: Camera) -> str:
        """The device node."""
        return camera.path

    def trouble(self, camera: Camera) -> SensorState | None:
        """Open the node, then ask for no buffers: drivers refuse that while another streams."""
        try:
            device = os.open(camera.path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            return state_of(error)
        try:
            if not _capabilities(device) & _CAP_CAPTURE:
                return SensorState.UNPLUGGED  # a loopback whose feeder left
            request = _REQUEST.pack(0, _BUF_TYPE_CAPTURE, _MEMORY_MMAP, 0, 0)
            fcntl.ioctl(device, _REQBUFS, request)
        except OSError as error:
            # Drivers that only know read() refuse the request; that is no reason not to try.
            return state_of(error) if error.errno in _GONE | {errno.EBUSY} else None
        finally:
            os.close(device)
        return None

    def failure(self, camera: Camera) -> SensorState | None:
        """The driver says the same before and after."""
        return self.trouble(camera)

    def users(self, camera: Camera) -> list[str]:
        """Those of the same user; the others cannot be seen."""
        return users.users(camera.path)

    def marks(self) -> tuple[sysfs.Mark, ...]:
        """The device nodes."""
        return sysfs.marks()

    def is_out_of_reach(self) -> bool:
        """Whether a new node may be opened by the user and still not by this process.

        Landlock guards inodes: a camera that is plugged in again has another one.
        """
        return any(map(_is_closed, set(sysfs.marks()) - set(sysfs.marks_at_start())))

    def slept(self) -> float:
        """Only one of these two clocks goes on in a machine that is suspended."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)


def _is_closed(mark: sysfs.Mark) -> bool:
    """Whether Landlock alone keeps this process from a node: access(2) does not ask it."""
    if not mark.rights:
        return False
    try:
        os.close(os.open(mark.path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC))
    except OSError as error:
        return error.errno == errno.EACCES
    return False


def state_of(error: OSError) -> SensorState:
    """What an error at a device node says of the camera."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return SensorState.DENIED
    return SensorState.UNPLUGGED if error.errno in _GONE else SensorState.BUSY


def _capabilities(device: int) -> int:
    answer = fcntl.ioctl(device, _QUERYCAP, bytes(_CAPABILITY.size))
    *_, capabilities, device_caps = _CAPABILITY.unpack(answer)
    return int(device_caps or capabilities)


def _loopback(path: str) -> bool | None:
    """Whether a program feeds the device; None if it is nothing to capture from."""
    try:
        device = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        # Its name is known all the same; opening it will tell the user what is wrong.
        return sysfs.is_virtual(Path(path).name)
    try:
        capabilities = _capabilities(device)
        if not capabilities & _CAP_CAPTURE:
            return None
        if capabilities & _CAP_OUTPUT and not _has_format(device):
            return None
    except OSError:
        return None
    finally:
        os.close(device)
    return sysfs.is_virtual(Path(path).name)


def _has_format(device: int) -> bool:
    """v4l2loopback without exclusive_caps has a capture format only while it is fed."""
    try:
        fcntl.ioctl(device, _G_FMT, struct.pack("=I", _BUF_TYPE_CAPTURE).ljust(_FORMAT_SIZE, b"\0"))
    except OSError:
        return False
    return True
