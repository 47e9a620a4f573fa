"""``emocam diagnostics``: what a report of a fault needs, and nobody's name.

The tray's "Copy diagnostics" and the window take the same.
"""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from emocam import __version__
from emocam.control import log
from emocam.control.doctor import examine
from emocam.scrub import scrub_all
from emocam.settings.load import LoadedSettings
from emocam.settings.private import changed, whose

_PARTS = (
    *("ai-edge-litert", "opencv-python-headless", "numpy", "av", "pillow", "pyvirtualcam"),
    *("resvg-py", "thorvg-python", "pystray", "pyside6-essentials", "mediapipe"),
)
#: How much of the log's end is told: lines, and bytes that are read for them.
_LINES, _READ = 40, 65536


def gather(loaded: LoadedSettings) -> dict[str, Any]:
    """Ask the system, the rooms and the log; takes some seconds.

    Args:
        loaded: the settings that hold, and what was wrong with them.

    Returns:
        A JSON object whose texts tell nobody's name, home, host, paths or devices.
    """
    settings = loaded.settings
    found = {
        "emocam": __version__,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "desktop": _desktop(),
        "parts": {name: version for name in _PARTS if (version := _version(name))},
        "settings": changed(settings),
        "checks": [check.to_dict() for check in examine(loaded)],
        "log": _last_lines(),
    }
    return dict(scrub_all(found, whose(settings, log.person())))


def as_text(found: dict[str, Any]) -> str:
    """The same as lines for people."""
    lines = [f"EmoCam {found['emocam']}", f"{found['system']}, Python {found['python']}"]
    lines.append(f"Desktop: {found['desktop'] or 'none'}")
    lines += ["", "Parts:", *(f"  {name} {each}" for name, each in found["parts"].items())]
    lines += ["", "Settings that were changed:"]
    lines += [f"  {key} = {value}" for key, value in found["settings"].items()] or ["  none"]
    lines += ["", "Checks:"]
    for check in found["checks"]:
        lines.append(f"  {check['status']:8}{check['id']}: {check['summary']}")
    lines += ["", "Log:", *(f"  {line}" for line in found["log"])]
    return "\n".join(lines)


def keep(text: str) -> Path:
    """Put a report into the folder of the log, for its user alone; gives its path.

    Raises:
        OSError, RuntimeError: if that cannot be.
    """
    place = log.folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place / "diagnostics.txt"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    return path


def _desktop() -> str:
    names = ("XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE")
    return " ".join(filter(None, (os.environ.get(name, "") for name in names)))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _last_lines() -> list[str]:
    """The end of the log, without what was shown."""
    try:
        with (log.folder() / "emocam.log").open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _READ))
            text = file.read(_READ).decode(errors="replace")
    except (OSError, RuntimeError):
        return []
    return [line for line in text.splitlines()[1:] if " DEBUG " not in line][-_LINES:]
