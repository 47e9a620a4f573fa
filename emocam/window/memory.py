"""What the window remembers from one start to the next: that its first steps were taken."""

from __future__ import annotations

import json
from pathlib import Path

from platformdirs import user_data_path, user_log_path

from emocam import __version__

_NAME = "window.json"


def place() -> Path | None:
    """Where it lies, or would lie; None for a user without a home."""
    try:
        return user_data_path("emocam", appauthor=False) / _NAME
    except RuntimeError:
        return None


def introduced(path: Path | None) -> bool:
    """Whether the user has seen the first steps."""
    if path is None:
        return False
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["introduced"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


def remember(path: Path | None) -> None:
    """Remember it; where nothing can be written, the first steps come again."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"introduced": True}) + "\n", encoding="utf-8")
    except OSError:
        return


def keep_fault(details: str) -> Path | None:
    """Keep the details of a fault of ours for a report; returns where, None if that cannot be."""
    try:
        path = user_log_path("emocam", appauthor=False) / "error.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"EmoCam {__version__}\n{details}", encoding="utf-8")
    except (OSError, RuntimeError):
        return None
    return path
