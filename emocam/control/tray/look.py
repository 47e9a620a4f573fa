"""What the icon shows of a status: a shape, and a line of words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from emocam.control.status import Status
from emocam.control.tray import words

#: Windows takes no longer tooltip.
MAX_TOOLTIP = 127

#: Readings that tell of a camera which the user has to look after, in words.
TROUBLE = {
    "busy": "another program holds the camera",
    "unplugged": "the camera is not there",
    "denied": "the camera may not be opened",
    "stalled": "the camera gives no pictures",
    "unusable": "the camera's pictures cannot be used",
}


class Shape(StrEnum):
    """The icon's states, each a shape and a colour of its own."""

    WATCHED = "watched"
    """Live, and a program watches (or nobody can tell, and the camera is on)."""
    IDLE = "idle"
    """Live, and nobody watches."""
    PAUSED = "paused"
    """The user closed the camera."""
    ATTENTION = "attention"
    """Something is wrong that the user can mend."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the icon shows.

    Attributes:
        shape: of the icon.
        tooltip: one line in words, at most :data:`MAX_TOOLTIP` letters.
        lines: what the top of the menu says.
        trouble: what is wrong, or empty.
    """

    shape: Shape
    tooltip: str
    lines: tuple[str, ...]
    trouble: str = ""


def look(status: Status) -> Look:
    """What the icon shows of a run.

    Args:
        status: as docs/control-socket.md has it.
    """
    wrong = trouble(status)
    watchers, camera = status["watchers"], status["camera"]
    seen = bool(watchers["count"]) or (watchers["count"] is None and camera["open"])
    if wrong:
        shape = Shape.ATTENTION
    elif status["paused"]:
        shape = Shape.PAUSED
    else:
        shape = Shape.WATCHED if seen else Shape.IDLE
    recorded = [words.recording()] if status.get("session") else []
    parts = [*recorded, wrong or words.watching(watchers), words.camera(camera), _showing(status)]
    tooltip = f"EmoCam: {', '.join(parts)}"
    if len(tooltip) > MAX_TOOLTIP:
        tooltip = tooltip[: MAX_TOOLTIP - 1] + "…"
    lines = [words.sentence(words.watched_by(watchers)), _camera(camera)]
    if wrong:
        lines.insert(0, words.sentence(wrong))
    if recorded:
        lines.insert(0, words.sentence(words.recording()))
    return Look(shape, tooltip, tuple(lines), wrong)


def trouble(status: Status) -> str:
    """What is wrong that the user can mend; empty if nothing is."""
    output = status["output"]
    if output["state"] == "waiting":
        return str(output["cause"]) or "EmoCam cannot be published"
    if status["paused"] or not status["read"]:
        return ""
    return TROUBLE.get(status["read"]["state"], "")


def _showing(status: Status) -> str:
    shown = " and ".join(dict.fromkeys(words.picture(name) for name in status["shown"]))
    how = {"held": " (held)", "frozen": " (frozen)"}.get(status["mode"], "")
    return f"showing {shown}{how}"


def _camera(about: dict[str, Any]) -> str:
    """The camera's line in the menu; without what is shown, which changes all the time."""
    names = ", ".join(each["name"] for each in about["devices"] if each["name"])
    what = words.sentence(words.camera(about))
    if about["open"]:
        return f"{what}: {names}" if names else what
    return f"{what} ({about['why']})"
