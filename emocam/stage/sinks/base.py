"""What each place for frames can do, and how to find the right one."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emocam.errors import OutputError
from emocam.settings import PREVIEW_FILE, Settings
from emocam.stage.colour import Bytes
from emocam.stage.watchers.base import UNKNOWABLE, Watched


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """Width and height in pixels, both even, and frames a second; pixels are I420."""

    width: int
    height: int
    fps: int


class Sink(ABC):
    """A virtual camera or a file. May be opened again after it was closed."""

    #: Whether a failure of the first :meth:`open` can mend itself while the program waits.
    can_wait = True

    @property
    @abstractmethod
    def device(self) -> str | None:
        """Path or name of what is written to; None while closed."""

    @abstractmethod
    def open(self) -> None:
        """Get ready for frames.

        Raises:
            OutputError: with cause and remedy.
        """

    @abstractmethod
    def send(self, frame: Bytes, slot: int) -> None:
        """Hand over a frame.

        Args:
            frame: I420, uint8, flat and contiguous.
            slot: number of the frame's place in time, in units of 1/fps since :meth:`open`,
                growing; numbers may be left out.

        Raises:
            OutputError: if the place for frames is gone.
        """

    def check(self) -> None:
        """See whether frames still arrive; called about once a second and cheap.

        Raises:
            OutputError: if the place for frames is gone.
        """
        return

    def prepare(self) -> None:
        """See that :meth:`open` could do; called before the process gives up what it can.

        Raises:
            OutputError: with cause and remedy.
        """
        return

    def devices(self) -> list[Path]:
        """The devices that :meth:`open` would open now."""
        return []

    def makes_file(self) -> bool:
        """Whether :meth:`open` would make a file now, as :meth:`prepare` has made none for it."""
        return False

    def must_look(self) -> bool:
        """Whether :meth:`open` would take a look at other processes now."""
        return False

    def watched(self, now: float) -> Watched | None:
        """Who reads what is written; None while that is not known yet. Called for each frame.

        Args:
            now: seconds on a clock that does not run backwards.
        """
        return UNKNOWABLE

    @abstractmethod
    def close(self) -> None:
        """Release everything; does nothing when closed. Raises nothing."""


def make_sink(settings: Settings, restart: int = 0) -> Sink:
    """The sink for ``output.target``.

    Args:
        restart: how often the stage was restarted in this run; keeps a file that an earlier
            process of the run began.

    Raises:
        OutputError: if this system has no virtual camera that EmoCam knows.
    """
    video = VideoFormat(settings.output.width, settings.output.height, settings.output.fps)
    target = settings.output.target
    if target == "none":
        from emocam.stage.sinks.nowhere import Nowhere

        return Nowhere()
    if target != "virtual":
        from emocam.stage.sinks.mp4 import Mp4Sink

        return Mp4Sink(Path(PREVIEW_FILE if target == "preview" else target), video, restart)
    return _platform().VirtualCamera(settings.output.label, video)  # type: ignore[no-any-return]


def list_virtual_cameras() -> list[dict[str, str]]:
    """The virtual cameras of this machine: path, label and backend."""
    return _platform().list_cameras()  # type: ignore[no-any-return]


def check_virtual_camera(settings: Settings) -> list[dict[str, str]]:
    """What ``emocam doctor`` says about the virtual camera: id, status, summary and remedy."""
    return _platform().checks(settings.output.label)  # type: ignore[no-any-return]


def _platform() -> Any:
    """The module of this platform; imported late, because only one of them can be."""
    system: str = sys.platform
    if system == "linux":
        from emocam.stage.sinks import linux

        return linux
    if system == "win32":
        from emocam.stage.sinks import windows

        return windows
    if system == "darwin":
        from emocam.stage.sinks import macos

        return macos
    raise OutputError(
        f"EmoCam knows no virtual camera for {system}",
        "Write to a file instead: --output FILE.mp4",
    )
