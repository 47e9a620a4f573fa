"""Changing a setting of a run that goes on: what may be changed, and whether it would work."""

from __future__ import annotations

import asyncio

from emocam.control.queries import checks
from emocam.errors import ControlError
from emocam.settings import Settings
from emocam.settings.load import apply_overrides

#: The name of a run comes from these, and a file that is being written has one size and rate.
_FIXED = "output"
#: A group of settings, the room that can tell whether a value would work, and its check.
_TRIALS = {
    "avatar": ("emocam.stage", "pack"),
    "model": ("emocam.sensing", "model"),
    "face": ("emocam.sensing", "face-model"),
}
#: Sensing has given up every file but the ones that its first settings named.
_NEW_PROCESS = ("camera", "model", "face")
#: These are control's own.
_NO_PROCESS = ("camera.when", "camera.linger")


async def changed(settings: Settings, key: str, value: str) -> Settings:
    """The settings with one changed, after it was tried.

    Args:
        settings: of now.
        key: of the setting.
        value: as for ``--set``.

    Raises:
        SettingsError: if there is no such setting, or the value does not fit.
        ControlError: if it cannot be changed in a run, or would not work.
    """
    wanted = apply_overrides(settings, [f"{key}={value}"])
    if key.partition(".")[0] == _FIXED:
        raise ControlError(
            f"{key} cannot be changed while EmoCam runs",
            f'Start it again with: emocam run --set "{key}={value}"',
        )
    if (trial := _TRIALS.get(key.partition(".")[0])) and wanted != settings:
        room, name = trial
        for check in await asyncio.to_thread(checks, room, wanted):
            if check.id == name and check.status == "problem":
                raise ControlError(check.summary, check.remedy)
    return wanted


def restarts_sensing(key: str) -> bool:
    """Whether only another sensing process can go by the setting."""
    return key.partition(".")[0] in _NEW_PROCESS and key not in _NO_PROCESS
