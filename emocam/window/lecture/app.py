"""The window of a lecture, from Qt's start to its end."""

from __future__ import annotations

from pathlib import Path

from emocam.settings import Settings
from emocam.window.application import prepare, run
from emocam.window.lecture.child import ask_about
from emocam.window.lecture.main import LectureWindow, Start
from emocam.window.link import Link


def show(video: Path, title: str, settings: Settings, link: Link, start: Start) -> int:
    """Show the window until it is closed; returns the exit code.

    Args:
        video: the file.
        title: how the log names it.
        settings: the window's language, letters and contrast.
        link: to the run; not started yet.
        start: how the window begins.

    Raises:
        LectureError: if the video is none that can be played.
    """
    about = ask_about(video)
    application, _ = prepare(settings.window)
    return run(application, LectureWindow(link, video, about, title, start), link)
