"""Which cameras a process holds open now, as the system tells it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emocam.control.watching import printable

_PROC, _SYSFS = Path("/proc"), Path("/sys/class/video4linux")


@dataclass(frozen=True, slots=True)
class Device:
    """A camera.

    Attributes:
        path: such as ``/dev/video0``.
        name: as the system knows it; empty if it does not.
    """

    path: str
    name: str


def cameras_of(pid: int, proc: Path = _PROC, sysfs: Path = _SYSFS) -> list[Device] | None:
    """The cameras that a process holds open, sorted; None where that cannot be seen.

    Only Linux shows it, by ``/proc/PID/fd``, and to the process's own user only.
    """
    try:
        entries = list((proc / str(pid) / "fd").iterdir())
    except OSError:
        return None
    found = set()
    for entry in entries:
        try:
            target = Path(entry.readlink())
        except OSError:
            continue  # closed meanwhile
        if target.parent == Path("/dev") and target.name.startswith("video"):
            found.add(Device(str(target), _name(sysfs / target.name)))
    return sorted(found, key=lambda device: device.path)


def _name(entry: Path) -> str:
    try:
        return printable((entry / "name").read_text(errors="replace").strip())
    except OSError:
        return ""
