"""v4l2loopback devices: which there are, which has our label, and what to do where one fails."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from emocam.errors import OutputError
from emocam.stage.sinks.faults import Fault

SYSFS = Path("/sys/class/video4linux")
MODULE = Path("/sys/module/v4l2loopback")


@dataclass(frozen=True, slots=True)
class Device:
    """One entry of /sys/class/video4linux."""

    path: str
    label: str
    loopback: bool


def devices(sysfs: Path = SYSFS) -> Iterator[Device]:
    """Every video device, by number. Opens none of them."""
    entries = [e for e in sysfs.glob("video*") if e.name.removeprefix("video").isdigit()]
    for entry in sorted(entries, key=lambda e: int(e.name.removeprefix("video"))):
        try:
            label = (entry / "name").read_text(errors="replace").rstrip("\n")
        except OSError:
            continue  # went away meanwhile
        # These attributes are v4l2loopback's own, in 0.12.7 as in 0.15.
        loopback = (entry / "max_openers").exists() and (entry / "buffers").exists()
        yield Device(f"/dev/{entry.name}", label, loopback)


def find(label: str, sysfs: Path = SYSFS, module: Path = MODULE) -> Device:
    """The v4l2loopback device with exactly this label; the lowest number if there are several.

    Raises:
        OutputError: saying which part is missing and the command that mends it.
    """
    named = [device for device in devices(sysfs) if device.label == label]
    for device in named:
        if device.loopback:
            return device
    if named:
        raise OutputError(
            f'{named[0].path} is called "{label}" but is no v4l2loopback device',
            "Set output.label to the label of a v4l2loopback device",
            Fault.NOT_LOOPBACK,
        )
    if not module.exists():
        raise OutputError(
            "The kernel module v4l2loopback is not loaded",
            f"Run: {load_command(label)}",
            Fault.MODULE_MISSING,
        )
    raise OutputError(
        f'v4l2loopback is loaded, but no device has the label "{label}"',
        f"Close all programs that use its devices and run: sudo modprobe -r v4l2loopback && "
        f"{load_command(label)}",
        Fault.LABEL_MISSING,
    )


def load_command(label: str) -> str:
    """The command that makes the device."""
    return f'sudo modprobe v4l2loopback devices=1 card_label="{label}" exclusive_caps=1'


def explain(error: OSError, path: str) -> OutputError:
    """What a failed call on the device means."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return OutputError(
            f"You may not write to {path}",
            "Run: sudo usermod -aG video $USER, then log out and in again",
            Fault.DENIED,
        )
    if error.errno == errno.EBUSY:
        return OutputError(
            f"{path} is in use by another program that writes to it",
            f"Close that program; this shows it: fuser -v {path}",
            Fault.TAKEN,
        )
    if error.errno in (errno.ENODEV, errno.ENXIO, errno.ENOENT):
        return OutputError(f"{path} went away", "EmoCam goes on when it is back", Fault.GONE)
    return OutputError(
        f"{path} cannot be used: {error.strerror or error}",
        "Run emocam doctor; loading v4l2loopback again may help",
    )
