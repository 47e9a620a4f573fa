"""``emocam window``: starts the window's process and says what became of it."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import IO

from emocam.cli_settings import given_again
from emocam.errors import EmoCamError, ExitCode, ProcessError, WindowError

MODULE = "emocam.window"
#: The window's pages by the names that ``--page`` takes, in their order.
PAGES = ("first", "view", "settings", "expressions", "setup", "help")
#: Ends that need no words: it was closed, or somebody ended it.
_QUIET = {0, -signal.SIGINT, -signal.SIGTERM}
#: What the program puts before an error, and how many bytes of what it said are read.
_MARK, _LAST = "emocam: ", 4096


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
        raise ProcessError(
            f"The window cannot be started: {error.strerror}", "Install EmoCam again"
        ) from None
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

    words = command(MODULE, "--run", name, "--page", page)
    nothing = subprocess.DEVNULL
    # A file and no pipe: what it says must not fail once this process has gone.
    said = tempfile.TemporaryFile()  # noqa: SIM115 - the thread closes it
    try:
        process = subprocess.Popen(
            words,
            stdin=nothing,
            stdout=nothing,
            stderr=said,
            start_new_session=sys.platform != "win32",
        )
    except OSError as error:
        said.close()
        raise ProcessError(
            f"The window cannot be started: {error.strerror}", "Install EmoCam again"
        ) from None
    # Somebody must ask for its exit code, or it stays in the list of processes.
    work = (process, said, failed)
    threading.Thread(target=_wait, args=work, name="window", daemon=True).start()


def _wait(
    process: subprocess.Popen[bytes], said: IO[bytes], failed: Callable[[EmoCamError], None]
) -> None:
    code = process.wait()
    with said:
        said.seek(max(0, said.seek(0, 2) - _LAST))
        words = said.read().decode(errors="replace")
    if code in _QUIET:
        return
    _, mark, why = words.rpartition(_MARK)
    if mark and why.strip():
        cause, _, remedy = why.strip().partition(". ")
        failed(WindowError(cause.removesuffix("."), remedy))
    else:
        failed(_ended(code))


def _ended(code: int) -> WindowError:
    """Qt ends the process itself where its display fails it, and has said why on stderr."""
    cause = f"The window has ended with code {code}"
    return WindowError(cause, "Start it again; emocam ctl does the same without a window")
