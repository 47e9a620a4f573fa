"""What the processes with a window share before Qt is loaded."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from emocam.errors import EmoCamError
from emocam.window.lack import lack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what every such process takes."""
    parser.add_argument("--output")
    parser.add_argument("--settings", type=Path)
    parser.add_argument("--set", action="append", default=[])


def perform(show: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    """Show a window until it is closed; returns the exit code.

    Args:
        show: does it; may raise any error of ours, which is told.
        options: for it.
    """
    try:
        if (problem := lack(os.environ)) is not None:
            raise problem
        return show(options)
    except EmoCamError as error:
        with contextlib.suppress(OSError, ValueError):
            print(f"emocam: {error}", file=sys.stderr, flush=True)
        return int(error.exit_code)


def obey_signals(leave: Callable[[], None]) -> None:
    """Close the window at Ctrl-C and SIGTERM."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: leave())
