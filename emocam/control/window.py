"""``emocam window``: starts the window's process and says what became of it."""

from __future__ import annotations

import argparse
import signal
import subprocess
from collections.abc import Callable

from emocam.cli_settings import given_again
from emocam.control import apart
from emocam.errors import EmoCamError, ExitCode, ProcessError, WindowError

MODULE = "emocam.window"
#: The window's pages by the names that ``--page`` takes, in their order.
PAGES = ("first", "view", "settings", "expressions", "setup", "help")
#: Ends that need no words: it was closed, or somebody ended it.
_QUIET = {0, -signal.SIGINT, -signal.SIGTERM}


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``emocam window``."""
    command.add_argument("--page", choices=PAGES, help="the page to begin with")
    command.add_argument(
        "--output",
        metavar="FILE.mp4",
        help="the run that writes this file; otherwise the one that publishes the virtual camera, "
        "or the only one there is",
    )


def perform(options: argparse.Namespace) -> ExitCode:
    """Show the window until it is closed.

    Raises:
        WindowError: if Qt ended the process.
        ProcessError: if it cannot be started.
    """
    from emocam.control.child import command

    return attend(command(MODULE, *given_again(options, "page", "output", "settings")))


def attend(words: list[str]) -> ExitCode:
    """Have a process show its window until that is closed.

    Args:
        words: its command.

    Raises:
        WindowError: if Qt ended the process.
        ProcessError: if it cannot be started.
    """
    try:
        with subprocess.Popen(words) as process:
            try:
                code = process.wait()
            except BaseException:
                process.terminate()  # in good order, as this process ends
                raise
    except OSError as error:
        raise _unstarted(error) from None
    try:
        return ExitCode(code)
    except ValueError:
        raise _ended(code) from None


def start(name: str, page: str, failed: Callable[[EmoCamError], None]) -> None:
    """Open the window of a run beside this process, or bring the one that is there to the front.

    Args:
        name: of the run.
        page: one of :data:`PAGES`.
        failed: is told, in a thread of its own, why there was no window or is none any more.

    Raises:
        ProcessError: if it cannot be started.
    """
    from emocam.control.child import command

    def ended(code: int, said: str) -> None:
        if code in _QUIET:
            return
        _, mark, why = said.rpartition(apart.MARK)
        if mark and why:
            cause, _, remedy = why.partition(". ")
            failed(WindowError(cause.removesuffix("."), remedy))
        else:
            failed(_ended(code))

    try:
        apart.start(command(MODULE, "--run", name, "--page", page), ended)
    except OSError as error:
        raise _unstarted(error) from None


def _unstarted(error: OSError) -> ProcessError:
    return ProcessError(f"The window cannot be started: {error.strerror}", "Install EmoCam again")


def _ended(code: int) -> WindowError:
    """Qt ends the process itself where its display fails it, and has said why on stderr."""
    cause = f"The window has ended with code {code}"
    return WindowError(cause, "Start it again; emocam ctl does the same without a window")
