"""What Linux says of processes: processor time and memory, from /proc (see proc(5))."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """A process and all that it started and they started, itself first."""
    found = [pid]
    for each in found:
        for task in _listing(Path(f"/proc/{each}/task")):
            try:
                words = (task / "children").read_text().split()
            except OSError:
                continue
            found += [int(word) for word in words]
    return found


def room(pid: int) -> str:
    """The name of a process in reports: the last word of the module that Python runs."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    if "-m" in words[:-1]:
        parts = words[words.index("-m") + 1].removesuffix(".__main__").split(".")
        return "control" if parts[-1] in ("emocam", "standin") else parts[-1]
    return Path(words[0]).name


def cpu_seconds(pid: int) -> float:
    """Processor time of all threads of a process so far, and of its children that have ended."""
    # The name in brackets may hold blanks; what follows it is the third field on.
    fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    return sum(int(field) for field in fields[11:15]) * _TICK


def threads(pid: int) -> int:
    """How many threads a process has."""
    return len(_listing(Path(f"/proc/{pid}/task")))


def switches(pid: int) -> int:
    """How often the threads of a process that live now have gone to sleep: their wake-ups."""
    total = 0
    for task in _listing(Path(f"/proc/{pid}/task")):
        try:
            lines = (task / "status").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_"))
    return total


def memory(pid: int) -> dict[str, float]:
    """Memory of a process in MB (10**6 bytes): ``pss`` and ``anonymous``, ``rss`` beside them.

    The proportional set size counts a page that n processes share as 1/n of a page in each.
    """
    names = {"Pss": "pss", "Pss_Anon": "anonymous", "Rss": "rss"}
    found = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in names:
            found[names[name]] = int(rest.split()[0]) * 1024 / 1e6
    return found


@dataclass(frozen=True, slots=True)
class Use:
    """What one process used over a while.

    Attributes:
        room: its name.
        cpu: processor seconds for each second of the clock; 1 is one whole core.
        pss: proportional set size at the end, MB.
        anonymous: the part of it that no file stands behind, MB.
        rss: resident set size, MB: shared pages count in full, in each process anew.
        threads: how many it had at the end.
        wakes: how often its threads went to sleep and woke, for each second.
    """

    room: str
    cpu: float
    pss: float
    anonymous: float
    rss: float
    threads: int
    wakes: float


def watch(pid: int, seconds: float, tick: Callable[[], None] = lambda: None) -> list[Use]:
    """Measure a process and all its descendants for a while.

    Args:
        pid: the oldest of them.
        seconds: how long.
        tick: called about once a second.

    Returns:
        One entry for each process that lived all the while, in the order of their start.

    Raises:
        RuntimeError: if the processes are not the same at the end: the figures would lie.
    """
    family = descendants(pid)
    before = {each: (cpu_seconds(each), switches(each)) for each in family}
    started = time.monotonic()
    while (left := started + seconds - time.monotonic()) > 0:
        time.sleep(min(1.0, left))
        tick()
    length = time.monotonic() - started
    after = {each: (cpu_seconds(each), switches(each)) for each in family if _lives(each)}
    if set(after) != set(descendants(pid)) or len(after) != len(family):
        raise RuntimeError("A process came or went while it was measured")
    uses = []
    for each in family:
        used = memory(each)
        uses.append(
            Use(
                room(each),
                (after[each][0] - before[each][0]) / length,
                used["pss"],
                used["anonymous"],
                used["rss"],
                threads(each),
                (after[each][1] - before[each][1]) / length,
            )
        )
    return uses


def total(uses: Iterable[Use]) -> Use:
    """The sum over processes."""
    uses = list(uses)
    return Use(
        "together",
        sum(use.cpu for use in uses),
        sum(use.pss for use in uses),
        sum(use.anonymous for use in uses),
        sum(use.rss for use in uses),
        sum(use.threads for use in uses),
        sum(use.wakes for use in uses),
    )


def busy() -> float:
    """Processor seconds that the whole machine has used so far."""
    fields = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return (sum(fields) - idle) * _TICK


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _listing(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
