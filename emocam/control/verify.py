"""``emocam verify-privacy``: the promises of docs/privacy.md, checked on the user's own machine.

A short run of the real program is watched from outside with what the kernel tells of its processes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from emocam.another import python
from emocam.control.queries import Check, checks
from emocam.control.witness import Sighting, arguments, children, look
from emocam.errors import ProcessError
from emocam.settings import Settings
from emocam.wire import BURST, MAX_READINGS_PER_SECOND, READING_SIZE

#: Seconds that the run is watched, and between two looks.
SECONDS = 10.0
_PAUSE = 0.1
#: How long the run may take to start and to end beyond that.
_PATIENCE = 60.0
#: Parts of names of libraries that see pixels of a camera, and of those that publish.
_SEEING = ("cv2", "mediapipe", "_pywrap_tensorflow", "ai_edge_litert", "litert")
_PUBLISHING = ("pyvirtualcam", "_native_linux_v4l2loopback")
_INTERNET = frozenset(
    {"tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6", "packet"}
)

ROOMS = ("sensing", "stage", "control")
#: Looks at each room with the time of each in seconds.
Sightings = Mapping[str, Sequence[tuple[float, Sighting]]]


def verify(settings: Settings, seconds: float = SECONDS) -> list[Check]:
    """Watch a run that reads the camera of the settings and writes a video that is thrown away.

    Args:
        settings: ``camera`` counts; a recording can stand for the webcam.
        seconds: how long to watch.

    Raises:
        ProcessError: if the system tells nothing of processes, or the run did not come to work.
    """
    if sys.platform != "linux":
        raise ProcessError(
            f"What processes do cannot be watched on {sys.platform} without rights that EmoCam "
            "does not ask for",
            "docs/privacy.md names tools of the system that can",
        )
    with tempfile.TemporaryDirectory(prefix="emocam-verify-") as folder:
        video = Path(folder, "published.mp4")
        sightings = _watch(settings, video, seconds)
    confined = [
        check
        for room in ("sensing", "stage")
        for check in checks(f"emocam.{room}", settings)
        if check.id == f"{room}-confined"
    ]
    return [*judge(sightings, video), *confined]


def _watch(settings: Settings, video: Path, seconds: float) -> Sightings:
    overrides = [f"--set=camera.source={settings.camera.source}", "--set=camera.loop=true"]
    command = [
        *python(),
        "-m",
        "emocam",
        "run",
        "--no-tray",
        "--set=log.level=off",
        *overrides,
    ]
    process = subprocess.Popen(
        [*command, "--output", str(video), "--duration", str(seconds + _PATIENCE)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    seen: dict[str, list[tuple[float, Sighting]]] = {room: [] for room in ROOMS}
    began: float | None = None
    patience = time.monotonic() + _PATIENCE
    with process:
        while process.poll() is None:
            now = time.monotonic()
            for room, pid in _rooms(process.pid).items():
                if sighting := look(pid):
                    seen[room].append((now, sighting))
            if began is None and seen["sensing"] and seen["sensing"][-1][1].filtered:
                began = now
            if now > (patience if began is None else began + seconds):
                process.terminate()
                break
            time.sleep(_PAUSE)
        errors = process.communicate()[1]
    if not (seen["sensing"] and seen["stage"]):
        raise ProcessError(f"The run to be watched did not start: {errors.strip():.300}", "")
    return seen


def _rooms(pid: int) -> dict[str, int]:
    """The processes of a run by room."""
    found = {"control": pid}
    for child in children(pid):
        module = next((word for word in arguments(child) if word.startswith("emocam.")), "")
        if (room := module.removeprefix("emocam.")) in ROOMS:
            found[room] = child
    return found


def judge(sightings: Sightings, video: Path) -> list[Check]:
    """What the sightings say of each promise. Pure.

    Args:
        sightings: of each room, in the order of their times.
        video: what the run was asked to write.
    """
    everywhere = {room: [s for _, s in found] for room, found in sightings.items()}
    return [
        _sockets(everywhere),
        _displays(everywhere["sensing"]),
        _cameras(everywhere),
        _walls(everywhere),
        _wire(sightings["sensing"]),
        _files(everywhere, video),
        _dumps(everywhere["sensing"]),
    ]


def _sockets(rooms: Mapping[str, Sequence[Sighting]]) -> Check:
    found = _each(rooms, lambda s: s.sockets & _INTERNET)
    if found:
        return _broken("no-network", f"A process has an internet socket: {_told(found)}")
    looks = sum(map(len, rooms.values()))
    return Check("no-network", "ok", f"No process had an internet socket in {looks} looks")


def _displays(sensing: Sequence[Sighting]) -> Check:
    if any("local" in s.sockets for s in sensing):
        return _broken("no-display", "Sensing has a local socket, as to a display")
    words = "Sensing had no socket of any kind, so no display: nobody asked for a preview"
    return Check("no-display", "ok", words)


def _cameras(rooms: Mapping[str, Sequence[Sighting]]) -> Check:
    wrong = _each({r: s for r, s in rooms.items() if r != "sensing"}, lambda s: s.cameras)
    if wrong:
        return _broken("one-camera-process", f"Another process opened a camera: {_told(wrong)}")
    held = set().union(*(s.cameras | s.reading for s in rooms["sensing"]))
    words = ", ".join(sorted(held)) or "nothing"
    return Check("one-camera-process", "ok", f"Only sensing had a camera or recording: {words}")


def _walls(rooms: Mapping[str, Sequence[Sighting]]) -> Check:
    def mapped(parts: Sequence[str]) -> Callable[[Sighting], frozenset[str]]:
        return lambda s: frozenset(p for p in s.libraries if any(part in p for part in parts))

    seeing = _each({r: s for r, s in rooms.items() if r != "sensing"}, mapped(_SEEING))
    publishing = _each({r: s for r, s in rooms.items() if r != "stage"}, mapped(_PUBLISHING))
    if seeing or publishing:
        return _broken("walls", f"A library is where it must not be: {_told(seeing | publishing)}")
    words = "OpenCV and LiteRT are in sensing's memory only, pyvirtualcam in the stage's at most"
    return Check("walls", "ok", words)


def _wire(sensing: Sequence[tuple[float, Sighting]]) -> Check:
    """The kernel's count of what sensing wrote, from the moment when it was sealed."""
    sealed = [(when, s.written) for when, s in sensing if s.filtered] or [
        (when, s.written) for when, s in sensing
    ]
    (start, first), (end, last) = sealed[0], sealed[-1]
    size, seconds = last - first, max(end - start, 1e-9)
    limit = (BURST + MAX_READINGS_PER_SECOND * seconds) * READING_SIZE
    words = f"Sensing wrote {size} bytes in {seconds:.1f} s, {size / seconds:.0f} a second"
    if size % READING_SIZE or size > limit:
        return _broken("wire", f"{words}: that is no row of readings of {READING_SIZE} bytes")
    return Check("wire", "ok", f"{words}: {size // READING_SIZE} readings of {READING_SIZE} bytes")


def _files(rooms: Mapping[str, Sequence[Sighting]], video: Path) -> Check:
    found = _each(rooms, lambda s: frozenset(p for p in s.writing if p != str(video)))
    if found:
        return _broken("files", f"A file was open for writing: {_told(found)}")
    return Check("files", "ok", "No file was open for writing but the video that was asked for")


def _dumps(sensing: Sequence[Sighting]) -> Check:
    limits = {s.core_limit for s in sensing[1:]}  # the first look may come before it is set
    if limits - {"0", "1"}:
        return _broken("core-dumps", f"Sensing may leave a core dump of {max(limits)} bytes")
    return Check("core-dumps", "ok", "Sensing leaves no core dump")


def _each(
    rooms: Mapping[str, Sequence[Sighting]], find: Callable[[Sighting], frozenset[str]]
) -> dict[str, set[str]]:
    """What is found in each room; rooms where nothing is are left out."""
    found = {room: set().union(*map(find, each)) for room, each in rooms.items() if each}
    return {room: things for room, things in found.items() if things}


def _told(found: Mapping[str, set[str]]) -> str:
    return "; ".join(f"{room}: {', '.join(sorted(things))}" for room, things in found.items())


def _broken(name: str, summary: str) -> Check:
    return Check(name, "problem", summary, "Please report it; until then pause EmoCam or end it")
