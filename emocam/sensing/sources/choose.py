"""From the setting ``camera.source`` to a source."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from emocam.errors import CameraError
from emocam.resources import user_path
from emocam.sensing import cameras
from emocam.sensing.cameras.choice import Choice
from emocam.sensing.sources import Source
from emocam.settings import Settings


def choose(settings: Settings, *, must_be_there: bool = True) -> Source:
    """The source that the settings mean, found but not opened.

    Args:
        settings: ``camera`` and ``output.label`` count.
        must_be_there: whether a webcam that is not there is an error; else it is waited for.

    Raises:
        CameraError: if there is no such camera or file, or the file cannot be read.
    """
    file = _file(settings)
    source = file or _webcam(settings)
    if file or must_be_there:
        source.check()
    return source


def names_a_file(settings: Settings) -> bool:
    """Whether the settings mean a video or picture file.

    Raises:
        CameraError: if they mean one that is not there or may not be read.
    """
    return _file(settings) is not None


def _file(settings: Settings) -> Source | None:
    text = settings.camera.source
    if text == "auto" or text.isdecimal():
        return None
    path = user_path(text, CameraError)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        if _looks_like_a_file(text):
            raise CameraError(
                f"The file {text} is not there", "Check the path of the video or picture"
            ) from None
        return None
    if stat.S_ISCHR(mode):
        return None
    if not stat.S_ISREG(mode):
        # A folder that happens to be called like a camera must not hide the camera.
        if os.sep not in text:
            return None
        raise CameraError(f"{text} is no file", "Give a video or picture file, or a webcam")
    if not os.access(path, os.R_OK):
        raise CameraError(f"The file {text} may not be read", f'Allow it: chmod u+r "{text}"')
    from emocam.sensing.sources.image import SUFFIXES, ImageSource
    from emocam.sensing.sources.video import VideoSource

    if path.suffix.lower() in SUFFIXES:
        return ImageSource(path)
    return VideoSource(path, settings.camera.loop)


def _looks_like_a_file(text: str) -> bool:
    if text.startswith(("/dev/", "\\\\?\\")):
        return False  # the path of a camera
    suffix = Path(text).suffix.lower()
    return os.sep in text or "/" in text or suffix in {".mp4", ".mov", ".mkv", ".webm", ".avi"}


def _webcam(settings: Settings) -> Source:
    from emocam.sensing.sources.webcam import WebcamSource

    platform = cameras.platform()
    wish = (settings.camera.width, settings.camera.height)
    return WebcamSource(choice_of(settings), platform, wish, settings.camera.fps)


def choice_of(settings: Settings) -> Choice:
    """The choice of a webcam that the settings make."""
    about = settings.camera
    return Choice(about.source, about.prefer, settings.output.label, about.allowed)
