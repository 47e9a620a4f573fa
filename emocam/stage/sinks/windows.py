"""The virtual camera on Windows: UnityCapture under our own name, else OBS's camera.

Written to the documentation of pyvirtualcam 0.15; not run on Windows yet.
"""

from __future__ import annotations

from emocam.stage.sinks.base import VideoFormat
from emocam.stage.sinks.named import NamedCamera, check_by_opening

OBS = "OBS Virtual Camera"
_VIDEO = VideoFormat(1280, 720, 30)


def _attempts(label: str) -> tuple[tuple[str, str], ...]:
    return (("unitycapture", label), ("obs", OBS))


class VirtualCamera(NamedCamera):
    """UnityCapture's camera with our label, or else "OBS Virtual Camera"."""

    def __init__(self, label: str, video: VideoFormat) -> None:
        super().__init__(
            video,
            _attempts(label),
            f'As administrator run: regsvr32 UnityCaptureFilter64bit.dll "/i:UnityCaptureName='
            f'{label}"; or install OBS Studio and do not start its own virtual camera',
        )


def list_cameras() -> list[dict[str, str]]:
    """The cameras that can be opened now; each is opened for a moment."""
    found = []
    for backend, name in _attempts("EmoCam"):
        camera = NamedCamera(_VIDEO, ((backend, name),), "")
        if check_by_opening(camera)[0]["status"] == "ok":
            found.append({"path": name, "label": name, "backend": backend})
    return found


def checks(label: str) -> list[dict[str, str]]:
    """The checks of ``emocam doctor`` about the virtual camera."""
    return check_by_opening(VirtualCamera(label, _VIDEO))
