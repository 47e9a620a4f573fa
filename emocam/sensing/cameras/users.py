"""Which programs hold a device open on Linux, as far as an ordinary user may see: by /proc."""

from __future__ import annotations

import os
from pathlib import Path

#: What the list says of a sensing process, this one's or another one's.
EMOCAM = "EmoCam"
_PROC = Path("/proc")


def users(device: str, proc: Path = _PROC) -> list[str]:
    """Names of the programs that have the device open, each once; other users' stay unseen.

    Args:
        device: path of the device node.
        proc: where procfs lies.
    """
    real = os.path.realpath(device)
    names = set()
    for process in proc.iterdir():
        if process.name.isdecimal() and int(process.name) != os.getpid():
            try:
                if any(os.readlink(link) == real for link in (process / "fd").iterdir()):  # noqa: PTH115
                    names.add(_name(process))
            except OSError:
                continue  # it ended, or is somebody else's
    return sorted(names)


def _name(process: Path) -> str:
    words = (process / "cmdline").read_bytes().split(b"\0")
    if b"emocam.sensing" in words:
        return EMOCAM
    return (process / "comm").read_text(errors="replace").strip()
