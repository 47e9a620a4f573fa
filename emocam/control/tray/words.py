"""What the tray calls things. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emocam.expression import Picture
from emocam.words import _

_FEELS = {
    Picture.NEUTRAL: "neutral",
    Picture.HAPPINESS: "happy",
    Picture.SURPRISE: "surprised",
    Picture.SADNESS: "sad",
    Picture.ANGER: "angry",
    Picture.DISGUST: "disgusted",
    Picture.FEAR: "afraid",
    Picture.CONTEMPT: "contemptuous",
}

#: What each level of caution means to the user.
CAUTION = {
    "careful": "Careful: never a negative expression",
    "balanced": "Balanced: negative ones when clear and steady",
    "open": "Open: as read",
}


def recording() -> str:
    """Seen as long as a session log is written."""
    return _("recording your expressions for you")


def session(runs: bool) -> str:
    """The menu's line that begins or ends a session log."""
    return (
        _("Record my expressions for me (click to end)")
        if runs
        else _("Record my expressions for me")
    )


def picture(name: str) -> str:
    """A picture in one or two plain words, such as ``happy`` or ``raised hand``.

    Args:
        name: as in the status; one that is not known is spelt out.
    """
    try:
        return _FEELS.get(Picture(name), name.replace("_", " "))
    except ValueError:
        return name.replace("_", " ")


def watching(watchers: Mapping[str, Any]) -> str:
    """How many programs watch, as far as that is known.

    Args:
        watchers: of the status.
    """
    count = watchers["count"]
    if count is None:
        return "it cannot be seen who watches"
    if count == 0:
        return "nobody watching"
    return "1 program watching" if count == 1 else f"{count} programs watching"


def watched_by(watchers: Mapping[str, Any]) -> str:
    """The same with the programs' names where they are known."""
    names = ", ".join(watchers["names"])
    return f"{watching(watchers)}: {names}" if names else watching(watchers)


def camera(about: Mapping[str, Any]) -> str:
    """Whether the camera is on.

    Args:
        about: ``camera`` of the status.
    """
    return "camera on" if about["open"] else "camera off"


def sentence(text: str) -> str:
    """With a capital at the start; the rest as it is."""
    return text[:1].upper() + text[1:]
