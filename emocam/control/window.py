"""``emocam window``: starts the window's process and says what became of it."""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading

from emocam.errors import ExitCode, ProcessError, WindowError

MODULE = "emocam.window"
#: The window's pages by the names that ``--page`` takes, in their order.
PAGES = ("first", "view", "settings", "expressions", "setup", "help")


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

    words = command(MODULE)
    for flag in ("page", "output", "settings"):
        if (value := getattr(options, flag)) is not None:
            words += [f"--{flag}", str(value)]
    for value in options.set:
        words += ["--set", value]
    return attend(words)


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
        # Qt ends the process itself where its display fails it, and has said why.
        cause = f"The window has ended with code {code}"
        remedy = "Start it again; emocam ctl does the same without a window"
        raise WindowError(cause, remedy) from None


def start(name: str, page: str) -> None:
    """Open the window of a run beside this process, or bring the one that is there to the front.

    Args:
        name: of the run.
        page: one of :data:`PAGES`.

    Raises:
        ProcessError: if it cannot be started.
    """
    from emocam.control.child import command

    words = command(MODULE, "--run", name, "--page", page)
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            words,
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            start_new_session=sys.platform != "win32",
        )
    except OSError as error:
        raise ProcessError(
            f"The window cannot be started: {error.strerror}", "Install EmoCam again"
        ) from None
    # Somebody must ask for its exit code, or it stays in the list of processes.
    threading.Thread(target=process.wait, name="window", daemon=True).start()
