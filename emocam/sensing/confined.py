"""What sensing keeps of the machine's files: to look at the webcams, and to read the rest."""

from __future__ import annotations

import sys
from pathlib import Path

from emocam.confinement import Profile, Protection, confine_files
from emocam.errors import CameraError, EmoCamError
from emocam.resources import user_path
from emocam.sensing.cameras import sysfs
from emocam.settings import Settings

_DEVICES = Path("/dev")
_SYSFS = Path("/sys/class/video4linux")
#: So often the devices are listed anew, should one go away before the rules can name it.
_TRIES = 10


def profile(
    settings: Settings, devices: Path = _DEVICES, sysfs: Path = _SYSFS, *, shows: bool = False
) -> Profile:
    """The webcams that are there now, but for EmoCam's own, and the recording to read; with a
    preview the way to the display.

    A webcam that is plugged in later has a node of its own, which the rules cannot name yet: that
    one takes a new process.
    """
    nodes = [
        node
        for node in sorted(devices.glob("video*"))
        if _label(sysfs / node.name) != settings.output.label
    ]
    return Profile(devices=tuple(nodes), readable=_recording(settings), display=shows)


def give_up_files(settings: Settings, *, shows: bool = False) -> Protection:
    """Confine this thread and those it will start; the reason where that cannot be done."""
    if sys.platform == "linux":
        # A webcam that comes after this is one that only another process may open, and it takes a
        # while until anybody asks: the libraries are loaded first.
        sysfs.marks_at_start()
    reason = ""
    for _ in range(_TRIES):
        try:
            return confine_files(profile(settings, shows=shows))
        except OSError as error:  # a webcam was unplugged just now
            reason = f"Devices go away all the time: {error.strerror}"
    return Protection("files", False, reason)


def _label(entry: Path) -> str:
    try:
        return (entry / "name").read_text(errors="replace").rstrip("\n")
    except OSError:
        return ""


def _recording(settings: Settings) -> tuple[Path, ...]:
    try:
        path = user_path(settings.camera.source, CameraError)
        return (path,) if path.is_file() else ()
    except (EmoCamError, OSError, ValueError):
        return ()  # no path at all
