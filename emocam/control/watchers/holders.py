"""Who holds a device open, from /proc, as far as an ordinary user may see.

That is the user's own programs. The descriptors of other users' processes, and of a few that
protect themselves, cannot be read.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from emocam.control.watchers.judge import Holder
from emocam.control.watchers.programs import program_name

PROC = "/proc"
#: Where a thread of v4l2loopback's sleeps until there is a frame (``/proc/PID/task/TID/wchan``).
_WAITING = ("get_capture_buffer", "v4l2_loopback_read", "v4l2_read")


class Holders:
    """Looks for the processes that have one device open for reading.

    Args:
        path: of the device.
        but: numbers of the processes that do not count.
        proc: where the kernel shows the processes.

    Raises:
        OSError: if there is no such device.
    """

    def __init__(self, path: str, but: Collection[int] = (), proc: str = PROC) -> None:
        status = Path(path).stat()
        self._proc = proc
        self._but = {str(number) for number in but}
        self._device = status.st_rdev
        # A sandbox may have a node of its own, in another folder, but hardly by another name.
        self._ending = "/" + Path(path).name
        inode = f" {os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x} {status.st_ino} "
        self._mapping = (inode.encode(), self._ending.encode() + b"\n")

    def all(self) -> list[Holder]:
        """Every process that has it open."""
        found = []
        with suppress(OSError):
            for pid in os.listdir(self._proc):  # noqa: PTH208 - four times as fast as a Path
                if pid.isdigit() and pid not in self._but and (holder := self.one(int(pid))):
                    found.append(holder)
        return found

    def one(self, pid: int) -> Holder | None:
        """One process; None if it does not have the device open, or not any more."""
        folder = f"{self._proc}/{pid}"
        if not any(self._descriptors(folder)):
            return None
        try:
            maps = self._has_mapping(folder)
            waits = not maps and self._waits(folder)
            started = int(_text(f"{folder}/stat").rpartition(")")[2].split()[19])
            return Holder(pid, started, _name(folder), maps, waits)
        except (OSError, ValueError, IndexError):
            return None  # it ended meanwhile

    def _descriptors(self, folder: str) -> Iterator[bool]:
        with suppress(OSError):  # ended, or somebody else's
            for number in os.listdir(f"{folder}/fd"):  # noqa: PTH208
                link = f"{folder}/fd/{number}"
                with suppress(OSError, IndexError, ValueError):  # closed meanwhile
                    # What the link says costs a fifth of what a look at the file does.
                    if not os.readlink(link).endswith(self._ending):  # noqa: PTH115
                        continue
                    if os.stat(link).st_rdev == self._device:  # noqa: PTH116
                        flags = int(
                            _text(f"{folder}/fdinfo/{number}").split("flags:")[1].split()[0], 8
                        )
                        if flags & os.O_ACCMODE != os.O_WRONLY:
                            yield True

    def _has_mapping(self, folder: str) -> bool:
        text = Path(folder, "maps").read_bytes()
        return any(part in text for part in self._mapping)

    def _waits(self, folder: str) -> bool:
        for thread in os.listdir(f"{folder}/task"):  # noqa: PTH208
            with suppress(OSError):  # the thread ended
                if _text(f"{folder}/task/{thread}/wchan").startswith(_WAITING):
                    return True
        return False


def _name(folder: str) -> str:
    executable = ""
    with suppress(OSError):
        executable = os.readlink(f"{folder}/exe")  # noqa: PTH115
    words = Path(folder, "cmdline").read_bytes().split(b"\0")[:3]
    arguments = [word.decode(errors="replace") for word in words]
    return program_name(executable, _text(f"{folder}/comm").strip(), arguments)


def _text(path: str) -> str:
    return Path(path).read_text("utf-8", errors="replace")
