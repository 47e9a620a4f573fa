"""What the kernel says of a process: sockets, open files, libraries, bytes written (proc(5)).

So the promises of docs/privacy.md are checked by somebody else than EmoCam's own code.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

#: Tables of sockets in ``/proc/PID/net``; what stands in none of the first is local.
_TABLES = ("tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6", "packet", "netlink")
_SOCKET = re.compile(r"socket:\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look at one process.

    Attributes:
        sockets: kinds of its sockets, such as ``tcp``; ``local`` for those of this machine alone.
        writing: regular files that it has open for writing.
        cameras: video devices that it has open.
        reading: other regular files that it has open.
        libraries: paths of what is mapped into its memory.
        filtered: whether all its threads run under a seccomp filter.
        core_limit: the largest core dump in bytes, as text; ``1`` makes none (core(5)).
        written: bytes that it ever handed to write calls of any kind.
    """

    sockets: frozenset[str]
    writing: frozenset[str]
    cameras: frozenset[str]
    reading: frozenset[str]
    libraries: frozenset[str]
    filtered: bool
    core_limit: str
    written: int


def look(pid: int, proc: Path = Path("/proc")) -> Sighting | None:
    """Look at a process; None if it is not there any more or is not this user's."""
    folder = proc / str(pid)
    try:
        sockets, files = _descriptors(folder)
        return Sighting(
            sockets=sockets,
            writing=frozenset(path for path, writes in files if writes and not _is_camera(path)),
            reading=frozenset(path for path, writes in files if not (writes or _is_camera(path))),
            cameras=frozenset(path for path, _ in files if _is_camera(path)),
            libraries=frozenset(_libraries(folder)),
            filtered=all("\nSeccomp:\t2" in status for status in _statuses(folder)),
            core_limit=_core_limit(folder),
            written=int(_text(folder / "io").split("wchar:")[1].split()[0]),
        )
    except (OSError, IndexError, ValueError):
        return None


def children(pid: int, proc: Path = Path("/proc")) -> list[int]:
    """The processes that a process started and that still run."""
    found = []
    with suppress(OSError):
        for task in _tasks(proc / str(pid)):
            found += [int(word) for word in _text(task / "children").split()]
    return found


def arguments(pid: int, proc: Path = Path("/proc")) -> list[str]:
    """The command line of a process; empty if it is gone."""
    try:
        return _text(proc / str(pid) / "cmdline").rstrip("\0").split("\0")
    except OSError:
        return []


def _descriptors(folder: Path) -> tuple[frozenset[str], list[tuple[str, bool]]]:
    """The kinds of sockets, and the files with whether they are open for writing."""
    sockets, files = set(), []
    for entry in (folder / "fd").iterdir():
        with suppress(OSError, IndexError, ValueError):  # closed meanwhile
            target = os.readlink(entry)  # noqa: PTH115 - a pipe is no path
            if found := _SOCKET.fullmatch(target):
                sockets.add(_kind(folder, found[1]))
            elif target.startswith("/") and not target.startswith(("/dev/null", "/dev/pts/")):
                flags = _text(folder / "fdinfo" / entry.name).split("flags:")[1].split()[0]
                files.append((target, int(flags, 8) & os.O_ACCMODE != os.O_RDONLY))
    return frozenset(sockets), files


def _kind(folder: Path, inode: str) -> str:
    for table in _TABLES:
        with suppress(OSError):
            if re.search(rf"(^|\s){inode}(\s|$)", _text(folder / "net" / table), re.MULTILINE):
                return table
    return "local"


def _is_camera(path: str) -> bool:
    return path.startswith("/dev/video")


def _libraries(folder: Path) -> Iterator[str]:
    for line in _text(folder / "maps").splitlines():
        path = line[line.find("/") :] if "/" in line else ""
        if path.endswith(".so") or ".so." in path:
            yield path


def _tasks(folder: Path) -> list[Path]:
    return list((folder / "task").iterdir())


def _statuses(folder: Path) -> Iterator[str]:
    """The status of each thread that has not ended meanwhile."""
    for task in _tasks(folder):
        with suppress(OSError):
            yield _text(task / "status")


def _core_limit(folder: Path) -> str:
    line = _text(folder / "limits").split("Max core file size")[1].splitlines()[0]
    return line.split()[0]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
