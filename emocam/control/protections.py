"""Which protections are in force in a run, as the system tells it of the running processes.

To add one, add a function to :data:`_LOOKS`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from emocam.confinement import Protection
from emocam.wire import MAX_READINGS_PER_SECOND, READING_SIZE

_PROC = Path("/proc")
#: The tables of internet sockets below /proc/PID/net.
_TABLES = ("tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6", "icmp", "icmp6")


@dataclass(frozen=True, slots=True)
class Running:
    """The processes of a run.

    Attributes:
        sensing: process number; None while there is none.
        stage: process number; None while there is none.
        bytes_received: what came from sensing in the whole run.
        proc: where the system tells of processes.
    """

    sensing: int | None
    stage: int | None
    bytes_received: int
    proc: Path = _PROC


def protections(running: Running) -> list[Protection]:
    """All of them, those first that hold everywhere."""
    return [look(running) for look in _LOOKS]


def _processes(running: Running) -> Protection:
    if running.sensing is None:
        return Protection("processes", True, "No process is there that could open a webcam")
    words = f"Process {running.sensing} alone opens the webcam, and draws and publishes nothing"
    return Protection("processes", True, words)


def _wire(running: Running) -> Protection:
    limit = READING_SIZE * MAX_READINGS_PER_SECOND
    words = (
        f"Readings of {READING_SIZE} bytes, {limit} bytes a second at most in the long run; "
        f"{running.bytes_received} bytes so far"
    )
    return Protection("wire", True, words)


def _core_dumps(running: Running) -> Protection:
    if running.sensing is None:
        return Protection("core dumps", True, "No process is there whose dump could hold pixels")
    text = _read(running, running.sensing, "limits")
    found = re.search(r"^Max core file size\s+(\S+)", text, re.MULTILINE)
    if found is None:
        return Protection("core dumps", False, "It cannot be seen here whether they are off")
    # At 1 byte Linux writes none and hands none to a program (core(5)).
    off = found[1] in ("0", "1")
    words = "Off for the sensing process" if off else "On for the sensing process"
    return Protection("core dumps", off, words)


def _calls(running: Running) -> Protection:
    if running.sensing is None:
        return Protection("calls", True, "No process is there that would have to be confined")
    filtered = re.search(r"^Seccomp:\s+2$", _read(running, running.sensing, "status"), re.MULTILINE)
    if filtered:
        words = "The system refuses network and programs to the sensing process"
        return Protection("calls", True, words)
    return Protection("calls", False, "The sensing process is not confined by the system (yet)")


def _network(running: Running) -> Protection:
    pids = [pid for pid in (os.getpid(), running.sensing, running.stage) if pid is not None]
    counts = [_internet_sockets(running, pid) for pid in pids]
    if any(count is None for count in counts):
        return Protection("network", True, "EmoCam has no code for it; not looked at here")
    open_now = sum(count or 0 for count in counts)
    if open_now:
        return Protection("network", False, f"{open_now} internet sockets are open; report it")
    return Protection("network", True, f"No internet socket is open in its {len(pids)} processes")


_LOOKS: tuple[Callable[[Running], Protection], ...] = (
    _processes,
    _wire,
    _network,
    _calls,
    _core_dumps,
)


def _internet_sockets(running: Running, pid: int) -> int | None:
    """How many a process has open; None where that cannot be seen."""
    folder = running.proc / str(pid)
    try:
        targets = [_target(entry) for entry in (folder / "fd").iterdir()]
    except OSError:
        return None
    own = {target[8:-1] for target in targets if target.startswith("socket:[")}
    if not own:
        return 0
    internet = set()
    for table in _TABLES:
        lines = _read(running, pid, f"net/{table}").splitlines()[1:]
        internet |= {line.split()[9] for line in lines if len(line.split()) > 9}
    return len(own & internet)


def _target(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except OSError:
        return ""  # closed meanwhile


def _read(running: Running, pid: int, name: str) -> str:
    try:
        return (running.proc / str(pid) / name).read_text(errors="replace")
    except OSError:
        return ""
