"""The virtual camera on macOS: that of OBS; one of our own would need a signed camera extension.

Written to the documentation of pyvirtualcam 0.15 (macOS 13 and later with OBS 30 and later); not
run on macOS yet.
"""

from __future__ import annotations

from emocam.stage.sinks.base import VideoFormat
from emocam.stage.sinks.named import NamedCamera, check_by_opening

OBS = "OBS Virtual Camera"
_VIDEO = VideoFormat(1280, 720, 30)
_REMEDY = (
    "Install OBS Studio 30 or later, start its virtual camera once, allow the extension in System "
    "Settings, stop it again and leave OBS"
)


class VirtualCamera(NamedCamera):
    """OBS's camera; the label cannot be chosen here."""

    def __init__(self, label: str, video: VideoFormat) -> None:
        super().__init__(video, (("obs", OBS),), _REMEDY)


def list_cameras() -> list[dict[str, str]]:
    """OBS's camera if it can be opened now; it is opened for a moment."""
    if checks(OBS)[0]["status"] == "ok":
        return [{"path": OBS, "label": OBS, "backend": "obs"}]
    return []


def checks(label: str) -> list[dict[str, str]]:
    """The checks of ``emocam doctor`` about the virtual camera."""
    return check_by_opening(VirtualCamera(label, _VIDEO))
