"""What the icon shows of a status: a shape, and a line of words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from emocam.control.status import Status
from emocam.control.tray import words
from emocam.vocabulary import fault, picture, reason, sentence
from emocam.vocabulary import trouble as trouble_of_camera
from emocam.words import _

#: Windows takes no longer tooltip.
MAX_TOOLTIP = 127


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
    tooltip = "EmoCam: " + ", ".join(parts)
    if len(tooltip) > MAX_TOOLTIP:
        tooltip = tooltip[: MAX_TOOLTIP - 1] + "…"
    lines = [sentence(words.watched_by(watchers)), _camera(camera)]
    if wrong:
        lines.insert(0, sentence(wrong))
    if recorded:
        lines.insert(0, sentence(words.recording()))
    return Look(shape, tooltip, tuple(lines), wrong)


def trouble(status: Status) -> str:
    """What is wrong that the user can mend; empty if nothing is."""
    output = status["output"]
    if output["state"] == "waiting":
        cause, _remedy = fault(str(output["code"]), str(output["cause"]), str(output["remedy"]))
        return cause or _("EmoCam cannot be published")
    if status["paused"] or not status["read"]:
        return ""
    return trouble_of_camera(status["read"]["state"])


def _showing(status: Status) -> str:
    shown = " + ".join(dict.fromkeys(picture(name) for name in status["shown"]))
    how = {
        "held": _("showing {pictures} (held)"),
        "frozen": _("showing {pictures} (frozen)"),
    }.get(status["mode"], _("showing {pictures}"))
    return how.format(pictures=shown)


def _camera(about: dict[str, Any]) -> str:
    """The camera's line in the menu; without what is shown, which changes all the time."""
    names = ", ".join(each["name"] for each in about["devices"] if each["name"])
    what = sentence(words.camera(about))
    if not about["open"]:
        return _("{what} ({reason})").format(what=what, reason=reason(about["why"]))
    return _("{what}: {names}").format(what=what, names=names) if names else what
