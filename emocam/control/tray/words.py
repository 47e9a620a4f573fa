"""What the tray calls things. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emocam.words import _, n_


def caution() -> dict[str, str]:
    """What each level of caution means to the user."""
    return {
        "careful": _("Careful: never a negative expression"),
        "balanced": _("Balanced: negative ones when clear and steady"),
        "open": _("Open: as read"),
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


def watching(watchers: Mapping[str, Any]) -> str:
    """How many programs watch, as far as that is known.

    Args:
        watchers: of the status.
    """
    count = watchers["count"]
    if count is None:
        return _("it cannot be seen who watches")
    if count == 0:
        return _("nobody watching")
    return n_("{count} program watching", "{count} programs watching", count).format(count=count)


def watched_by(watchers: Mapping[str, Any]) -> str:
    """The same with the programs' names where they are known."""
    what, names = watching(watchers), ", ".join(watchers["names"])
    return _("{what}: {names}").format(what=what, names=names) if names else what


def camera(about: Mapping[str, Any]) -> str:
    """Whether the camera is on.

    Args:
        about: ``camera`` of the status.
    """
    return _("camera on") if about["open"] else _("camera off")
