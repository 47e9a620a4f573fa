"""What Linux tells of its cameras without opening them: sysfs and the device nodes.

Opening a node wakes a sleeping USB camera, reading these files does not. See
https://docs.kernel.org/admin-guide/sysfs-rules.html and Documentation/ABI/testing/sysfs-bus-usb.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import NamedTuple

from emocam.sensing.cameras.identity import other_id, usb_id

_SYS = Path("/sys")
_DEV = Path("/dev")


def identity(node: str, name: str, sys: Path = _SYS) -> str:
    """The identity of the camera behind a node.

    Args:
        node: name of the node, such as ``video0``.
        name: of the camera, all that there is for a virtual one.
        sys: where sysfs lies.
    """
    entry = sys / "class/video4linux" / node
    index = _number(entry / "index", 10)
    device = entry / "device"
    if not device.exists():
        return other_id("virtual", name)
    device = device.resolve()
    interface = _number(device / "bInterfaceNumber", 16)
    usb = device.parent if (device / "bInterfaceNumber").exists() else device
    vendor, product = _line(usb / "idVendor"), _line(usb / "idProduct")
    if vendor and product:
        function = f"{interface}.{index}" if index else str(interface or "")
        return usb_id(vendor, product, _line(usb / "serial"), function, usb.name)
    bus = (device / "subsystem").resolve().name if (device / "subsystem").exists() else "device"
    return other_id(bus, device.name, str(index or ""))


def is_virtual(node: str, sys: Path = _SYS) -> bool:
    """Whether no hardware stands behind the node."""
    return "/devices/virtual/" in str((sys / "class/video4linux" / node).resolve())


class Mark(NamedTuple):
    """A device node, as far as it tells a camera that came, went, or got other rights.

    Attributes:
        path: of the node.
        inode: a node that comes back has another one.
        device: major and minor number.
        rights: whether the user may read and write it.
    """

    path: str
    inode: int
    device: int
    rights: bool


def marks(dev: Path = _DEV) -> tuple[Mark, ...]:
    """The nodes of cameras; costs one listing of a folder in memory."""
    found: list[Mark] = []
    for name in sorted(os.listdir(dev)):  # noqa: PTH208 (a list of names is all that is wanted)
        if not (name.startswith("video") and name[5:].isdecimal()):
            continue
        path = dev / name
        try:
            about = path.stat()
        except OSError:
            continue
        rights = os.access(path, os.R_OK | os.W_OK)
        found.append(Mark(str(path), about.st_ino, about.st_rdev, rights))
    return tuple(found)


@functools.cache
def marks_at_start() -> tuple[Mark, ...]:
    """The nodes that were there when this was first called: before a process gave any up."""
    return marks()


def _line(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def _number(path: Path, base: int) -> int:
    try:
        return int(_line(path), base)
    except ValueError:
        return 0
