"""Changing a setting of a run that goes on: what may be changed, and whether it would work."""

from __future__ import annotations

import asyncio
import contextlib

from emocam.control.child import Child
from emocam.control.files import refuse_overwriting
from emocam.control.queries import trial
from emocam.errors import CameraError, ControlError, OutputError
from emocam.settings import Kind, Layers, Settings
from emocam.settings.bounds import bounded, refuse_out_of_bounds
from emocam.settings.keep import kept, write_kept
from emocam.settings.load import apply_overrides, refuse_oversize

#: The name of a run comes from the output, and a file that is being written has one size and rate;
#: keys are asked of the system once.
_FIXED = ("output", "keys")
#: A setting, the room that can tell whether its value would work, and that one's check.
_TRIALS = {
    "avatar.pack": ("emocam.stage", "pack"),
    "avatar.background": ("emocam.stage", "composition"),
    "model.path": ("emocam.sensing", "model"),
    "face.finder": ("emocam.sensing", "face-model"),
    "attention.enabled": ("emocam.sensing", "attention"),
    "attention.calibration": ("emocam.sensing", "attention"),
}
#: Of a pack that cannot show a few pictures the others are shown; half a background is none.
_REFUSED = {"pack": ("problem",), "composition": ("problem", "warning")}
#: Seconds that a trial of the camera may take, and that its process may take to end.
_PATIENCE, _GRACE = 90.0, 3.0
#: Sensing has given up every file but the ones that its first settings named.
_NEW_PROCESS = ("camera", "model", "face", "attention")
#: These are control's own.
_NO_PROCESS = ("camera.when", "camera.linger", "attention.show_away")


Changed = tuple[Settings, Layers]


async def change(settings: Settings, layers: Layers, key: str, value: str) -> Changed:
    """Settings and layers with one setting changed for this run, after it was tried.

    Args:
        settings: of now.
        layers: of now.
        key: of the setting.
        value: as for ``--set``.

    Raises:
        SettingsError: if there is no such setting, or the value does not fit.
        EmoCamError: if it is locked, cannot be changed in a run, or would not work.
    """
    wanted = apply_overrides(settings, [f"{key}={value}"])
    layers.refuse_locked(key)
    if is_fixed(key):
        raise ControlError(
            f"{key} cannot be changed while EmoCam runs",
            f'Start it again with: emocam run --set "{key}={value}"; '
            f"emocam ctl keep {key} has it hold from the next run on",
        )
    after = layers.saying(Kind.RUN, key, wanted.value(key), "this run")
    refuse_out_of_bounds(wanted, after)
    await _try(settings, wanted, key)
    return wanted, after


async def keep(settings: Settings, layers: Layers, key: str, value: str) -> Changed:
    """As :func:`change`, and written to the user's file; what takes a new run is only written.

    Raises:
        SettingsError: if there is no such setting, the value does not fit or cannot be written.
        EmoCamError: if it is locked, or would not work.
    """
    file = kept(layers, key, apply_overrides(settings, [f"{key}={value}"]).value(key))
    wanted = settings if is_fixed(key) else settings.replace(key, file.value(key))
    refuse_oversize(file.settings(), file)
    refuse_out_of_bounds(file.settings(), file)
    await _try(settings, wanted, key)
    await asyncio.to_thread(write_kept, file, key)
    return wanted, file


async def reset(settings: Settings, layers: Layers, key: str) -> Changed:
    """What holds when the user says nothing of a setting, in this run and in the file.

    Raises:
        SettingsError: if there is no such setting, or the file cannot be written.
        EmoCamError: if it is locked, or would not work.
    """
    settings.value(key)  # is there such a setting?
    layers.refuse_locked(key)
    bare, _ = bounded(layers.without(key, Kind.RUN, Kind.ARGUMENT, Kind.FILE))
    wanted = settings if is_fixed(key) else settings.replace(key, bare.value(key))
    await _try(settings, wanted, key)
    await asyncio.to_thread(write_kept, bare, key)
    return wanted, bare


def is_fixed(key: str) -> bool:
    """Whether a setting takes a new run."""
    return key.partition(".")[0] in _FIXED


async def _try(settings: Settings, wanted: Settings, key: str) -> None:
    """See that a changed setting would work.

    Raises:
        EmoCamError: if it would not.
    """
    if wanted == settings:
        return
    if key == "camera.source":
        try:
            refuse_overwriting(wanted, None)
            await _try_camera(wanted)
        except (CameraError, OutputError) as error:
            raise ControlError(error.cause, error.remedy) from None
    if tried := _TRIALS.get(key):
        room, name = tried
        for check in await trial(room, wanted):
            if check.id == name and check.status in _REFUSED.get(name, ("problem",)):
                raise ControlError(check.summary, check.remedy)


async def _try_camera(settings: Settings) -> None:
    """Have a process find the source, which opens no webcam.

    Raises:
        EmoCamError: if there is none, or it cannot be read.
    """
    child = await Child.start("emocam.sensing")
    try:
        message = {"type": "configure", "settings": settings.to_dict(), "rehearse": True}
        child.send(message)
        with contextlib.suppress(TimeoutError):  # a slow machine is no reason to refuse
            await asyncio.wait_for(child.wait(), _PATIENCE)
        if (stated := child.error()) is not None:
            raise stated
    finally:
        await child.stop(_GRACE)


def restarts_sensing(key: str) -> bool:
    """Whether only another sensing process can go by the setting."""
    return key.partition(".")[0] in _NEW_PROCESS and key not in _NO_PROCESS
