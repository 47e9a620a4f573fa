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
from pathlib import Path

import cv2
from cv2_enumerate_cameras import enumerate_cameras

from emocam.expression import SensorState
from emocam.sensing.cameras import Camera

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

    def cameras(self) -> list[Camera]:
        """Every capture device; an output or a loopback that nobody feeds is none."""
        found = []
        for info in sorted(enumerate_cameras(cv2.CAP_V4L2), key=lambda info: info.index):
            path = info.path or f"/dev/video{info.index}"
            loopback = _loopback(path)
            if loopback is None:
                continue
            usb = f"{info.vid:04x}:{info.pid:04x}" if info.vid and info.pid else ""
            found.append(Camera(info.index, info.name or path, path, usb, loopback))
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
        return _driver_is_virtual(path)
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
    return _driver_is_virtual(path)


def _has_format(device: int) -> bool:
    """v4l2loopback without exclusive_caps has a capture format only while it is fed."""
    try:
        fcntl.ioctl(device, _G_FMT, struct.pack("=I", _BUF_TYPE_CAPTURE).ljust(_FORMAT_SIZE, b"\0"))
    except OSError:
        return False
    return True


def _driver_is_virtual(path: str) -> bool:
    return "/devices/virtual/" in str(Path("/sys/class/video4linux", Path(path).name).resolve())
