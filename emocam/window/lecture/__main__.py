"""The process of a lecture's window, which ``emocam watch`` starts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from emocam.cli_settings import given_again, load
from emocam.control.channel import run_name
from emocam.control.files import with_whole_paths
from emocam.errors import LectureError, WindowError
from emocam.sessions.lecture import HEAD, title
from emocam.window.process import add_arguments, obey_signals, perform


def main(arguments: list[str]) -> int:
    """Run the process; returns its exit code."""
    return perform(_show, _parser().parse_args(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="emocam watch")
    parser.add_argument("video", type=Path)
    parser.add_argument("--no-log", action="store_true")
    add_arguments(parser)
    return parser


def _show(options: argparse.Namespace) -> int:
    """Show the window until it is closed.

    Raises:
        EmoCamError: if it cannot be shown.
    """
    video, name = Path(options.video).absolute(), _title(options.video)
    loaded = load(options)
    try:
        from emocam.window.application import leave
        from emocam.window.lecture import app
        from emocam.window.lecture.main import Start
        from emocam.window.link import Link
    except ImportError as error:
        raise WindowError(f"Qt cannot be used: {error}", "Install EmoCam again") from None
    obey_signals(leave)
    link = Link(run_name(with_whole_paths(loaded.settings)), bool(options.output), None)
    start = Start(loaded.layers, not options.no_log, tuple(given_again(options, "settings")))
    return app.show(video, name, loaded.settings, link, start)


def _title(video: Path) -> str:
    """How the log names the lecture.

    Raises:
        LectureError: if the file cannot be read.
    """
    try:
        if video.exists() and not video.is_file():
            raise LectureError(f"{video} is no file", "Give a video")
        with video.open("rb") as file:
            return title(video.name, file.read(HEAD))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise LectureError(f"{video} cannot be read: {reason}", "Give a video") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
