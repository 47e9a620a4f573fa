"""The few V4L2 calls that the stage makes itself; pyvirtualcam makes the rest.

Numbers and layouts are those of <linux/videodev2.h>, which is the kernel's stable interface.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

CAPTURE = 0x1
OUTPUT = 0x2
LOOPBACK_DRIVER = "v4l2 loopback"

_BUF_TYPE_OUTPUT = 2
_YUV420 = int.from_bytes(b"YU12", "little")
_CAPABILITY = struct.Struct("16s32s32sIII12x")
_FORMAT_SIZE = 208  # struct v4l2_format on 64-bit systems: type, padding, a union of 200 bytes
_PIX = struct.Struct("<I4xIII")


def _ioc(direction: int, number: int, size: int) -> int:
    """The kernel's _IOC macro for the V4L2 group; direction: 1 write, 2 read, 3 both."""
    return direction << 30 | size << 16 | ord("V") << 8 | number


_QUERYCAP = _ioc(2, 0, _CAPABILITY.size)
_G_FMT = _ioc(3, 4, _FORMAT_SIZE)
_S_FMT = _ioc(3, 5, _FORMAT_SIZE)
_STREAMON = _ioc(1, 18, 4)


@dataclass(frozen=True, slots=True)
class Capability:
    """What VIDIOC_QUERYCAP says."""

    driver: str
    card: str
    version: tuple[int, int, int]
    flags: int

    @property
    def output(self) -> bool:
        """Whether a writer may open the device now."""
        return bool(self.flags & OUTPUT)

    @property
    def capture(self) -> bool:
        """Whether programs see a camera now."""
        return bool(self.flags & CAPTURE)


@contextmanager
def opened(path: str) -> Iterator[int]:
    """A descriptor of a device for ioctls only.

    Raises:
        OSError: as open(2) does.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def query(descriptor: int) -> Capability:
    """VIDIOC_QUERYCAP.

    Raises:
        OSError: ENODEV when the device is gone, ENOTTY when it is no V4L2 device.
    """
    buffer = bytearray(_CAPABILITY.size)
    fcntl.ioctl(descriptor, _QUERYCAP, buffer)
    driver, card, _bus, version, _all, device = _CAPABILITY.unpack(buffer)
    return Capability(
        driver.split(b"\0")[0].decode("utf-8", "replace"),
        card.split(b"\0")[0].decode("utf-8", "replace"),
        (version >> 16 & 0xFF, version >> 8 & 0xFF, version & 0xFF),
        device,
    )


def query_path(path: str) -> Capability:
    """:func:`query` of a device that is opened for it.

    Raises:
        OSError: as open(2) and :func:`query` do.
    """
    with opened(path) as descriptor:
        return query(descriptor)


def output_size(descriptor: int) -> tuple[int, int, bool]:
    """VIDIOC_G_FMT for the writing side: width, height, and whether the pixels are I420.

    Raises:
        OSError: if the device has no writing side.
    """
    buffer = bytearray(_FORMAT_SIZE)
    struct.pack_into("<I", buffer, 0, _BUF_TYPE_OUTPUT)
    fcntl.ioctl(descriptor, _G_FMT, buffer)
    _type, width, height, pixels = _PIX.unpack_from(buffer)
    return width, height, pixels == _YUV420


def rearm(path: str, width: int, height: int) -> None:
    """Give a v4l2loopback device its writing side back.

    In release 0.12.7 with exclusive_caps=1 a device takes no second writer after one that only
    called write(2), as pyvirtualcam does, has closed it: only the close of an opener that asked to
    *stream* marks the device as free (v4l2loopback issue 470). So we become such an opener for a
    moment. Whether the call succeeds does not matter, only that it was made; newer releases need
    none of this and refuse it, which harms nothing.

    VIDIOC_S_FMT comes first, as V4L2 has it, and shows in newer releases whether somebody writes.
    The kernel refuses it with EINVAL when any program has queried a device of 0.12.7 that nobody
    reads: that query leaves the device without a direction until the next writer is through.

    Raises:
        OSError: EBUSY where another program writes to the device; else as open(2) does.
    """
    with opened(path) as descriptor:
        buffer = bytearray(_FORMAT_SIZE)
        _PIX.pack_into(buffer, 0, _BUF_TYPE_OUTPUT, width, height, _YUV420)
        try:
            fcntl.ioctl(descriptor, _S_FMT, buffer)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
        with suppress(OSError):
            fcntl.ioctl(descriptor, _STREAMON, struct.pack("i", _BUF_TYPE_OUTPUT))


def descriptors_of(path: str, process: str = "self") -> dict[int, bool]:
    """The descriptors that a process has open on a device, and whether each can only write.

    A process of another user has none that we may see.
    """
    folder = Path("/proc", process)
    found = {}
    with suppress(OSError):  # ended meanwhile, or somebody else's
        for link in (folder / "fd").iterdir():
            with suppress(OSError, IndexError, ValueError):  # closed meanwhile
                if str(link.readlink()) == path:
                    info = (folder / "fdinfo" / link.name).read_text()
                    flags = int(info.split("flags:")[1].split()[0], 8)
                    found[int(link.name)] = flags & os.O_ACCMODE == os.O_WRONLY
    return found


def other_writer(path: str) -> str | None:
    """The name of another process that has the device open for nothing but writing."""
    own = str(os.getpid())
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or folder.name == own:
            continue
        if any(descriptors_of(path, folder.name).values()):
            with suppress(OSError):  # ended meanwhile
                name = (folder / "comm").read_text().strip()
                return f"{name} (process {folder.name})"
    return None
