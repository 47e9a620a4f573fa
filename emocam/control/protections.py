"""Which protections are in force in a run, as the kernel tells it of the running processes.

To add one, add a function to :data:`_LOOKS`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emocam.confinement import Protection
from emocam.control.witness import Sighting, look
from emocam.wire import MAX_READINGS_PER_SECOND, READING_SIZE

#: Kinds of sockets that reach no further than this machine.
_LOCAL = frozenset({"local", "netlink"})
_NO_PROCESS = "there is no sensing process now"


@dataclass(frozen=True, slots=True)
class Running:
    """The processes of a run.

    Attributes:
        sensing: process number; None while there is none.
        stage: process number; None while there is none.
        files: what each room's process said of what it gave up of the machine's files.
    """

    sensing: int | None
    stage: int | None
    files: tuple[tuple[str, Protection], ...] = ()

    def sightings(self) -> dict[str, Sighting | None]:
        """What the kernel says of each room's process; None where it says nothing to us."""
        pids = {"control": os.getpid(), "sensing": self.sensing, "stage": self.stage}
        return {room: look(pid) for room, pid in pids.items() if pid is not None}


def protections(running: Running) -> list[Protection]:
    """All of them."""
    if sys.platform != "linux":
        there: _Sightings = {} if running.sensing is None else {"sensing": None}
        return [_processes(there), _wire(there)]
    sightings = running.sightings()
    found = [each(sightings) for each in _LOOKS]
    return [*found[:4], _files(sightings, dict(running.files)), *found[4:]]


_Sightings = dict[str, Sighting | None]


def _processes(sightings: _Sightings) -> Protection:
    strangers = [
        room
        for room, seen in sightings.items()
        if room == "control" and seen is not None and seen.cameras
    ]
    if strangers:
        return Protection("processes", False, "A process that is not sensing has a webcam open")
    words = "Only the sensing process opens the webcam" if "sensing" in sightings else _NO_PROCESS
    return Protection("processes", True, words[0].upper() + words[1:])


def _wire(sightings: _Sightings) -> Protection:
    limit = READING_SIZE * MAX_READINGS_PER_SECOND
    words = (
        f"Sensing says nothing but readings of {READING_SIZE} bytes, at most {limit} bytes a "
        "second in the long run, or is ended"
    )
    return Protection("wire", True, words)


def _network(sightings: _Sightings) -> Protection:
    known = [seen for seen in sightings.values() if seen is not None]
    kinds = frozenset().union(*(seen.sockets for seen in known)) - _LOCAL
    if kinds:
        return Protection("network", False, f"Open sockets: {', '.join(sorted(kinds))}; report it")
    words = f"No internet socket is open in {len(known)} of its {len(sightings)} processes"
    return Protection("network", len(known) == len(sightings), words)


def _calls(sightings: _Sightings) -> Protection:
    rooms = [room for room in ("sensing", "stage") if room in sightings]
    free = [room for room in rooms if not _is_filtered(sightings[room])]
    if free:
        words = f"Not confined by the system, or only just started: {' and '.join(free)}"
        return Protection("calls", False, words)
    words = f"The system refuses network and programs to {' and '.join(rooms) or 'nobody yet'}"
    return Protection("calls", True, words)


def _is_filtered(seen: Sighting | None) -> bool:
    return seen is not None and seen.filtered


def _display(sightings: _Sightings) -> Protection:
    seen = sightings.get("sensing")
    if seen is None or not seen.sockets:
        return Protection("display", True, "No process that sees the camera can show it")
    words = (
        "The preview is open: the sensing process has a connection to your display, and shows the "
        "camera on it"
    )
    return Protection("display", False, words)


def _files(sightings: _Sightings, said: Mapping[str, Protection]) -> Protection:
    """Landlock, which the kernel shows to nobody else: so the rooms try it, and say what came."""
    rooms = [room for room in ("sensing", "stage") if room in sightings]
    free = [room for room in rooms if room not in said]
    if free:
        return Protection("files", False, f"Only just started: {' and '.join(free)}")
    broken = [f"{room}: {said[room].words}" for room in rooms if not said[room].in_force]
    if broken:
        return Protection("files", False, "; ".join(broken))
    words = f"By their own word {' and '.join(rooms) or 'nobody yet'} can open no other device"
    return Protection("files", True, f"{words} and change no file (Landlock, tried at the start)")


def _core_dumps(sightings: _Sightings) -> Protection:
    if "sensing" not in sightings:
        return Protection("core dumps", True, f"Nothing to dump: {_NO_PROCESS}")
    seen = sightings["sensing"]
    if seen is None:
        return Protection("core dumps", False, "Whether the sensing process makes any is not seen")
    # At 1 byte Linux writes none and hands none to a program (core(5)).
    off = seen.core_limit in ("0", "1")
    words = "Off for the sensing process" if off else "On for the sensing process"
    return Protection("core dumps", off, words)


_LOOKS: tuple[Callable[[_Sightings], Protection], ...] = (
    _processes,
    _wire,
    _network,
    _calls,
    _display,
    _core_dumps,
)
