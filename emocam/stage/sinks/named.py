"""A virtual camera that pyvirtualcam finds by its name: Windows and macOS.

Written to the documentation of pyvirtualcam 0.15; not run on either system yet.
"""

from __future__ import annotations

from typing import Any

from emocam.errors import OutputError
from emocam.stage.colour import Bytes
from emocam.stage.sinks.base import Sink, VideoFormat


class NamedCamera(Sink):
    """Tries back ends of pyvirtualcam in order.

    Args:
        video: size and rate.
        attempts: back end and device name, the best first.
        remedy: what to do when none of them works.
    """

    def __init__(
        self, video: VideoFormat, attempts: tuple[tuple[str, str], ...], remedy: str
    ) -> None:
        self._video = video
        self._attempts = attempts
        self._remedy = remedy
        self._camera: Any = None

    @property
    def device(self) -> str | None:
        """Where frames go now; None while closed."""
        return None if self._camera is None else str(self._camera.device)

    def open(self) -> None:
        """Get ready; see :meth:`.Sink.open`."""
        import pyvirtualcam

        reasons = []
        for backend, name in self._attempts:
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
            except (RuntimeError, KeyError) as error:  # KeyError: no such back end in this build
                reasons.append(f"{name}: {str(error).strip():.200}")
        raise OutputError(f"No virtual camera can be used ({'; '.join(reasons)})", self._remedy)

    def send(self, frame: Bytes, slot: int) -> None:
        """Hand over a frame; see :meth:`.Sink.send`."""
        try:
            self._camera.send(frame)
        except RuntimeError as error:
            raise OutputError(f"The virtual camera stopped: {error}", self._remedy) from None

    def close(self) -> None:
        """Release everything; see :meth:`.Sink.close`."""
        camera, self._camera = self._camera, None
        if camera is not None:
            camera.close()


def check_by_opening(camera: NamedCamera) -> list[dict[str, str]]:
    """The checks of ``emocam doctor``: whether the camera can be opened for a moment."""
    try:
        camera.open()
    except OutputError as error:
        return [
            {
                "id": "virtual-camera-device",
                "status": "problem",
                "summary": error.cause,
                "remedy": error.remedy,
            }
        ]
    summary = f'"{camera.device}" can be used'
    camera.close()
    return [
        {"id": "virtual-camera-device", "status": "ok", "summary": summary, "remedy": ""},
    ]
