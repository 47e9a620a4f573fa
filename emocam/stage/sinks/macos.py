"""The virtual camera on macOS: that of OBS; one of our own would need a signed camera extension.

Written to the documentation and source of pyvirtualcam 0.15 (macOS 13 and later with OBS 30 and
later, else with OBS 28 and later); not run on macOS yet.
"""

from __future__ import annotations

import platform
from pathlib import Path

from emocam.stage.sinks.base import VideoFormat
from emocam.stage.sinks.faults import Fault
from emocam.stage.sinks.named import WATCHERS, NamedCamera, check_by_opening, result

OBS = "OBS Virtual Camera"
_VIDEO = VideoFormat(1280, 720, 30)
_APPLICATION = Path("/Applications/OBS.app")
_ALLOW = (
    "Start the virtual camera in OBS once, allow its extension in System Settings (General, Login "
    "Items & Extensions, Camera Extensions), stop the virtual camera and quit OBS; macOS may want "
    "to be restarted"
)
_REMEDIES = {
    Fault.MODULE_MISSING: f"Install OBS Studio 30 or later. {_ALLOW}",
    Fault.TAKEN: "Stop the virtual camera in OBS, which has only one, and quit OBS",
}


class VirtualCamera(NamedCamera):
    """OBS's camera; the label cannot be chosen here."""

    def __init__(self, label: str, video: VideoFormat) -> None:
        super().__init__(video, (("obs", OBS),), _REMEDIES)


def list_cameras() -> list[dict[str, str]]:
    """OBS's camera if it can be opened now; it is opened for a moment."""
    if check_by_opening(VirtualCamera(OBS, _VIDEO))["status"] == "ok":
        return [{"path": OBS, "label": OBS, "backend": "obs"}]
    return []


def checks(label: str) -> list[dict[str, str]]:
    """The checks of ``emocam doctor`` about the virtual camera."""
    found = system(platform.mac_ver()[0], _APPLICATION.exists())
    if any(each["status"] == "problem" for each in found):
        return found
    return [*found, check_by_opening(VirtualCamera(label, _VIDEO)), WATCHERS]


def system(version: str, installed: bool) -> list[dict[str, str]]:
    """What can be said before the camera is tried.

    Args:
        version: of macOS, such as ``14.5``; empty if it is not known.
        installed: whether OBS is among the applications.
    """
    first = version.split(".")[0]
    wanted = "OBS Studio 28" if first.isdigit() and int(first) < 13 else "OBS Studio 30"
    if not installed:
        return [
            result(
                "virtual-camera-obs",
                "problem",
                "OBS Studio is not in the folder Applications; EmoCam uses its virtual camera",
                f"Install {wanted} or later. {_ALLOW}",
            )
        ]
    return [
        result(
            "virtual-camera-obs",
            "ok",
            f'OBS Studio is installed ({wanted} or later is needed). In a call choose "{OBS}"; OBS '
            "itself cannot use it while EmoCam does",
        )
    ]
