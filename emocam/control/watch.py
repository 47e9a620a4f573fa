"""``emocam watch``: starts the process of a lecture's window and says what became of it."""

from __future__ import annotations

import argparse
from pathlib import Path

from emocam.cli_settings import given_again
from emocam.control.window import attend
from emocam.errors import ExitCode

MODULE = "emocam.window.lecture"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``emocam watch``."""
    command.add_argument("video", type=Path, metavar="VIDEO", help="the recorded lecture")
    command.add_argument(
        "--no-log", action="store_true", help="begin no session log by the lecture's time"
    )
    command.add_argument(
        "--output",
        metavar="FILE.mp4",
        help="the run that writes this file; otherwise the one that publishes the virtual camera, "
        "or the only one there is, or one for this window alone",
    )


def perform(options: argparse.Namespace) -> ExitCode:
    """Show the lecture until its window is closed.

    Raises:
        EmoCamError: if there can be no window.
    """
    from emocam.control.child import command

    words = command(MODULE)
    if options.no_log:
        words.append("--no-log")
    words += given_again(options, "output", "settings")
    return attend([*words, "--", str(options.video)])
