"""A virtual camera that pyvirtualcam finds by its name: Windows and macOS.

Written to the documentation and source of pyvirtualcam 0.15; not run on either system yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emocam.errors import OutputError
from emocam.stage.colour import Bytes
from emocam.stage.sinks.base import Sink, VideoFormat
from emocam.stage.sinks.faults import Fault

#: Parts of what pyvirtualcam 0.15 says, and what it means. Its back ends have no error codes.
_MEANINGS = (
    ("No camera registered", Fault.MODULE_MISSING),
    ("device not found", Fault.MODULE_MISSING),
    ("is not installed in your system", Fault.MODULE_MISSING),
    ("output could not be started", Fault.TAKEN),  # OBS or another writer has the shared memory
    ("Couldn't start stream", Fault.TAKEN),
    ("Multiple cameras are not supported", Fault.TAKEN),
)


class NamedCamera(Sink):
    """Tries back ends of pyvirtualcam in order.

    Args:
        video: size and rate.
        attempts: back end and device name, the best first.
        remedies: what to do, by the fault; that of MODULE_MISSING for all others.
    """

    def __init__(
        self,
        video: VideoFormat,
        attempts: tuple[tuple[str, str], ...],
        remedies: dict[Fault, str],
    ) -> None:
        self._video = video
        self._attempts = attempts
        self._remedies = remedies
        self._camera: Any = None

    @property
    def device(self) -> str | None:
        """Where frames go now; None while closed."""
        return None if self._camera is None else str(self._camera.device)

    def open(self) -> None:
        """Get ready; see :meth:`.Sink.open`."""
        try:
            import pyvirtualcam
        except ImportError as error:
            raise OutputError(
                f"pyvirtualcam cannot be used here: {error!s:.200}", "Install EmoCam again"
            ) from None

        reasons = []
        for backend, name in self._attempts:
            # pyvirtualcam 0.15 leaves half an object behind when it is asked for another one.
            if backend not in pyvirtualcam.camera.BACKENDS:
                reasons.append(f"{name}: pyvirtualcam has no back end {backend} here")
                continue
            try:
                self._camera = pyvirtualcam.Camera(
                    self._video.width,
                    self._video.height,
                    self._video.fps,
                    fmt=pyvirtualcam.PixelFormat.I420,
                    device=name,
                    backend=backend,
                )
                return
            except RuntimeError as error:
                reasons.append(f"{name}: {str(error).strip():.200}")
        fault = meaning(reasons)
        raise OutputError(
            f"No virtual camera can be used ({'; '.join(reasons)})", self._remedy(fault), fault
        )

    def send(self, frame: Bytes, slot: int) -> None:
        """Hand over a frame; see :meth:`.Sink.send`."""
        try:
            self._camera.send(frame)
        except RuntimeError as error:
            remedy = self._remedy(Fault.GONE)
            raise OutputError(f"The virtual camera stopped: {error}", remedy, Fault.GONE) from None

    def close(self) -> None:
        """Release everything; see :meth:`.Sink.close`."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()

    def _remedy(self, fault: Fault) -> str:
        return self._remedies.get(fault, self._remedies[Fault.MODULE_MISSING])


def meaning(reasons: Sequence[str]) -> Fault:
    """What it means that each attempt failed for its reason.

    A camera that is there and taken is what the user can set free at once, so it comes first.
    """
    found = {
        next((fault for part, fault in _MEANINGS if part in reason), Fault.FAILED)
        for reason in reasons
    }
    for fault in (Fault.TAKEN, Fault.FAILED):
        if fault in found:
            return fault
    return Fault.MODULE_MISSING


def check_by_opening(camera: NamedCamera) -> dict[str, str]:
    """A check of ``emocam doctor``: whether the camera can be opened, which it is for a moment."""
    try:
        camera.open()
    except OutputError as error:
        return result("virtual-camera-device", "problem", error.cause, error.remedy)
    summary = f'"{camera.device}" can be used'
    camera.close()
    return result("virtual-camera-device", "ok", summary)


def result(name: str, status: str, summary: str, remedy: str = "") -> dict[str, str]:
    """One check of ``emocam doctor``."""
    return {"id": name, "status": status, "summary": summary, "remedy": remedy}


#: What doctor says where nobody can know who reads the camera.
WATCHERS = result(
    "virtual-camera-watchers",
    "ok",
    "Which programs read the camera cannot be known here, so the webcam is open while EmoCam runs",
    "Pause EmoCam while you are in no call",
)
