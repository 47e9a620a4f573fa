"""What control tells the stage, beside scenes."""

from __future__ import annotations

from typing import Any

from emocam.errors import ProcessError
from emocam.settings import Settings


def configuration(message: dict[str, Any]) -> tuple[Settings, int]:
    """The settings and the number of restarts in a configure message.

    Raises:
        ProcessError, SettingsError: if it is none.
    """
    restart = message.get("restart", 0)
    values = message.get("settings")
    if (
        message.get("type") != "configure"
        or not isinstance(values, dict)
        or not isinstance(restart, int)
        or restart < 0
    ):
        raise ProcessError("The first message to the stage is no configuration")
    return Settings.from_dict(values), restart
