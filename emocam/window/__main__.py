"""The window's process: ``python -m emocam.window``, which ``emocam window`` starts."""

from __future__ import annotations

import argparse
import asyncio
import sys

from emocam.cli_settings import given_again, load
from emocam.control.channel import Channel, run_name
from emocam.control.files import with_whole_paths
from emocam.control.window import PAGES
from emocam.errors import EmoCamError, ExitCode, RunningError, WindowError
from emocam.window import instance
from emocam.window.process import add_arguments, obey_signals, perform


def main(arguments: list[str]) -> int:
    """Run the process; returns its exit code."""
    return perform(_show, _parser().parse_args(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="emocam window")
    parser.add_argument("--page", choices=PAGES, default="")
    parser.add_argument("--run", default="", help="name of the run; of no other then")
    add_arguments(parser)
    return parser


def _show(options: argparse.Namespace) -> int:
    """Show the window until it is closed.

    Raises:
        EmoCamError: if it cannot be shown.
    """
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
        from emocam.window.application import leave
    except ImportError as error:
        raise WindowError(f"Qt cannot be used: {error}", "Install EmoCam again") from None
    obey_signals(leave)
    again = tuple(given_again(options, "settings", "output"))
    return app.show(lambda: load(options), name, only, own, again, options.page)


def _bring_forward(page: str, running: RunningError) -> int:
    """Have the window that is there come to the front.

    Raises:
        WindowError: if it gives no answer.
    """
    if asyncio.run(instance.call(page)):
        return ExitCode.OK
    remedy = "Close it, or end its process"
    raise WindowError("EmoCam's window is open and gives no answer", remedy) from running


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
