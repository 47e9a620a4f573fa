"""The virtual camera on Linux: a v4l2loopback device that carries our label."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from pathlib import Path
from typing import Any

from emocam.errors import OutputError
from emocam.stage.colour import Bytes
from emocam.stage.sinks import linux_devices, v4l2
from emocam.stage.sinks.base import Sink, VideoFormat
from emocam.stage.sinks.faults import Fault
from emocam.stage.sinks.linux_devices import SYSFS, explain, find
from emocam.stage.watchers.base import Watched
from emocam.stage.watchers.linux import LinuxWatchers

BACKEND = "v4l2loopback"
#: How long a device that was re-armed is watched for another writer, in seconds; longer than a
#: frame at 5 fps.
_WATCH = 0.25


class VirtualCamera(Sink):
    """The device with our label, fed through pyvirtualcam.

    Args:
        label: the device's label, exactly.
        video: size and rate.
        sysfs: where the kernel lists video devices.
    """

    def __init__(self, label: str, video: VideoFormat, sysfs: Path = SYSFS) -> None:
        self._label = label
        self._video = video
        self._sysfs = sysfs
        self._camera: Any = None
        self._path: str | None = None
        self._descriptor = -1
        self._watchers: LinuxWatchers | None = None

    @property
    def device(self) -> str | None:
        """Where frames go now; None while closed."""
        return self._path

    def prepare(self) -> None:
        """See that the device is there and free; see :meth:`.Sink.prepare`."""
        path = find(self._label, self._sysfs).path
        try:
            self._make_ready(path)
        except OSError as error:
            raise explain(error, path) from None

    def devices(self) -> list[Path]:
        """The device with our label; see :meth:`.Sink.devices`."""
        try:
            return [Path(find(self._label, self._sysfs).path)]
        except OutputError:
            return []

    def must_look(self) -> bool:
        """Whether the device is not as we leave it; see :meth:`.Sink.must_look`."""
        try:
            return not v4l2.query_path(find(self._label, self._sysfs).path).output
        except (OutputError, OSError):
            return False  # open() says what is wrong

    def open(self) -> None:
        """Get ready; see :meth:`.Sink.open`."""
        self.prepare()
        path = find(self._label, self._sysfs).path
        import pyvirtualcam

        before = set(v4l2.descriptors_of(path))
        video = self._video
        try:
            self._camera = pyvirtualcam.Camera(
                video.width,
                video.height,
                video.fps,
                fmt=pyvirtualcam.PixelFormat.I420,
                device=path,
                backend=BACKEND,
            )
        except RuntimeError as error:
            # pyvirtualcam 0.15 forgets the descriptor of an attempt that failed.
            for descriptor in set(v4l2.descriptors_of(path)) - before:
                os.close(descriptor)
            raise self._refused(str(error), path) from None
        self._path = path
        self._descriptor = max(set(v4l2.descriptors_of(path)) - before, default=-1)
        self._check_size(path)
        self._watchers = LinuxWatchers(self._descriptor)

    def send(self, frame: Bytes, slot: int) -> None:
        """Hand over a frame; see :meth:`.Sink.send`."""
        # A failed write is only printed by pyvirtualcam 0.15, so check() looks for its causes.
        self._camera.send(frame)

    def check(self) -> None:
        """See whether the device is still ours; see :meth:`.Sink.check`."""
        path = self._path
        if path is None:
            raise OutputError("The virtual camera is not open")
        listed = any(
            d.path == path and d.label == self._label for d in linux_devices.devices(self._sysfs)
        )
        if not listed or not Path(path).exists():
            raise explain(OSError(errno.ENODEV, "gone"), path)
        if self._descriptor >= 0:
            try:
                capability = v4l2.query(self._descriptor)
            except OSError as error:
                raise explain(error, path) from None
            if capability.output and not capability.capture:
                # Readers find no camera then, although each write goes well.
                raise OutputError(
                    f"{path} takes no frames any more", "EmoCam opens it again", Fault.GONE
                )

    def watched(self, now: float) -> Watched | None:
        """Who reads; see :meth:`.Sink.watched`."""
        return None if self._watchers is None else self._watchers.look(now)

    def close(self) -> None:
        """Release everything; see :meth:`.Sink.close`."""
        watchers, self._watchers = self._watchers, None
        if watchers is not None:
            watchers.close()
        camera, self._camera = self._camera, None
        path, self._path = self._path, None
        self._descriptor = -1
        if camera is not None:
            camera.close()
        if path is not None:
            # So that the next writer, ours or another, finds the device as it was.
            with contextlib.suppress(OSError):  # gone, or taken over: nothing to put right
                if not v4l2.query_path(path).output:
                    v4l2.rearm(path, self._video.width, self._video.height)

    def _make_ready(self, path: str) -> None:
        """See that the device is v4l2loopback's and takes a writer; mend 0.12.7's flaw."""
        capability = v4l2.query_path(path)
        if capability.driver != v4l2.LOOPBACK_DRIVER:
            raise OutputError(
                f'{path} belongs to the driver "{capability.driver}", not to v4l2loopback',
                "Set output.label to the label of a v4l2loopback device",
                Fault.NOT_LOOPBACK,
            )
        if capability.output:
            return
        if writer := v4l2.other_writer(path):
            raise OutputError(f"{path} is in use by {writer}", "Close that program", Fault.TAKEN)
        v4l2.rearm(path, self._video.width, self._video.height)
        # A writer we could not see, such as another user's, takes the device back with its next
        # frame; without one it stays free.
        time.sleep(_WATCH)
        if not v4l2.query_path(path).output:
            raise OSError(errno.EBUSY, "another writer")

    def _check_size(self, path: str) -> None:
        """0.12.7 keeps its size while a reader is connected, and says so only if asked."""
        if self._descriptor < 0:
            return
        video = self._video
        try:
            width, height, i420 = v4l2.output_size(self._descriptor)
        except OSError:
            return  # nothing to compare with
        if (width, height) != (video.width, video.height) or not i420:
            self.close()
            raise OutputError(
                f"{path} stays at {width}x{height} while a program reads it, "
                f"so it cannot show {video.width}x{video.height}",
                "Close the programs that use the camera, or set output.width and output.height",
                Fault.SIZE,
            )

    def _refused(self, reason: str, path: str) -> OutputError:
        for number in (errno.EBUSY, errno.EACCES, errno.ENODEV):
            if os.strerror(number) in reason:
                return explain(OSError(number, reason), path)
        if "not a video output device" in reason:
            return explain(OSError(errno.EBUSY, reason), path)
        return OutputError(
            f"{path} refuses {self._video.width}x{self._video.height}: {reason.strip():.200}",
            "Close the programs that use the camera, or choose another output.width and "
            "output.height",
            Fault.SIZE,
        )


def list_cameras() -> list[dict[str, str]]:
    """The v4l2loopback devices."""
    return [
        {"path": device.path, "label": device.label, "backend": BACKEND}
        for device in linux_devices.devices()
        if device.loopback
    ]


def checks(label: str) -> list[dict[str, str]]:
    """The checks of ``emocam doctor`` about the virtual camera."""
    from emocam.stage.sinks.linux_checks import run

    return run(label)
