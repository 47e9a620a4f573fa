"""The window's process: ``python -m emocam.window``, which ``emocam window`` starts."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

from emocam.cli_settings import load
from emocam.control.channel import Channel, run_name
from emocam.control.files import with_whole_paths

#: The pages, by the names that ``--page`` takes.
from emocam.control.window import PAGES
from emocam.errors import EmoCamError, ExitCode, RunningError, WindowError
from emocam.window import instance
from emocam.window.lack import lack


def main(arguments: list[str]) -> int:
    """Run the process; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _show(options)
    except EmoCamError as error:
        with contextlib.suppress(OSError, ValueError):
            print(f"emocam: {error}", file=sys.stderr, flush=True)
        return int(error.exit_code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="emocam window")
    parser.add_argument("--page", choices=PAGES, default="")
    parser.add_argument("--run", default="", help="name of the run; of no other then")
    parser.add_argument("--output")
    parser.add_argument("--settings", type=Path)
    parser.add_argument("--set", action="append", default=[])
    return parser


def _show(options: argparse.Namespace) -> int:
    """Show the window until it is closed.

    Raises:
        EmoCamError: if it cannot be shown.
    """
    if (problem := lack(os.environ)) is not None:
        raise problem
    settings = load(options).settings
    name = options.run or run_name(with_whole_paths(settings))
    only = bool(options.run or options.output)
    own: Channel | None = None
    try:
        own = instance.claim()
    except RunningError as error:
        return _bring_forward(options.page, error)
    except EmoCamError:
        pass  # no place for a socket: there may be two windows then
    try:
        from emocam.window import app
    except ImportError as error:
        raise WindowError(f"Qt cannot be used: {error}", "Install EmoCam again") from None
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: app.leave())
    return app.show(lambda: load(options), name, only, own, _again(options), options.page)


def _bring_forward(page: str, running: RunningError) -> int:
    """Have the window that is there come to the front.

    Raises:
        WindowError: if it gives no answer.
    """
    if asyncio.run(instance.call(page)):
        return ExitCode.OK
    remedy = "Close it, or end its process"
    raise WindowError("EmoCam's window is open and gives no answer", remedy) from running


def _again(options: argparse.Namespace) -> tuple[str, ...]:
    """What a run that is started here is given."""
    given = [("--settings", options.settings), ("--output", options.output)]
    words = [word for flag, value in given if value for word in (flag, str(value))]
    return (*words, *(word for value in options.set for word in ("--set", value)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
