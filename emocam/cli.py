"""The ``emocam`` command."""

from __future__ import annotations

import argparse
import contextlib
import errno
import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import emocam
import emocam.commands as do
from emocam import __version__
from emocam.control import arguments as control_arguments
from emocam.errors import EmoCamError, ExitCode


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code (docs/command-line.md)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names that a terminal cannot show are spelt out
            stream.reconfigure(errors="backslashreplace")
    try:
        options = parser().parse_args(arguments)
        return int(options.act(options))
    except EmoCamError as error:
        do.tell(f"emocam: {error}")
        return int(error.exit_code)
    except KeyboardInterrupt:
        return int(ExitCode.OK)
    except BrokenPipeError:
        return int(ExitCode.OK)  # whoever read our output has left
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EIO):
            return _unexpected()
        do.tell(
            f"emocam: What was to be said cannot be written: {error.strerror}. Make room there."
        )
        return int(ExitCode.PROBLEM)
    except Exception:
        return _unexpected()
    finally:
        _let_go()


def _let_go() -> None:
    """See that a reader who has left does not spoil the exit code when Python flushes."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _unexpected() -> int:
    """Keep the traceback for a report and spare the user the sight of it."""
    problem = sys.exc_info()[1]
    from platformdirs import user_log_path

    try:
        path = user_log_path("emocam", appauthor=False) / "error.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"EmoCam {__version__}\n{traceback.format_exc()}", encoding="utf-8")
        do.tell(f"emocam: Something went wrong that EmoCam did not foresee. Details are in {path}.")
    except (OSError, RuntimeError):
        do.tell(f"emocam: Something went wrong that EmoCam did not foresee: {problem!r}")
    return int(ExitCode.INTERNAL)


def parser() -> argparse.ArgumentParser:
    """What the command understands; the manual page and the completions come from it, too."""
    top = argparse.ArgumentParser(prog="emocam", description=emocam.__doc__)
    top.add_argument("--version", action="version", version=f"emocam {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    run = _command(commands, "run", do.run, "read the webcam and publish the avatar")
    run.add_argument("--camera", metavar="NAME|PATH|FILE", help="webcam, video or picture to read")
    _add_output(run)
    run.add_argument("--events", type=Path, metavar="FILE.jsonl", help="write each reading there")
    run.add_argument("--no-tray", action="store_true", help="show no icon on the desktop")
    run.add_argument(
        "--wait",
        action="store_true",
        help="wait for a virtual camera and a webcam that are not there yet, as at login",
    )
    run.add_argument(
        "--at-login",
        action="store_true",
        help="as --wait, but only where the setting login.autostart says so; otherwise end at once",
    )
    run.add_argument(
        "--unless-forbidden",
        action="store_true",
        help="end at once where a policy says that EmoCam does not start at login",
    )
    run.add_argument(
        "--fallback",
        type=Path,
        metavar="FILE",
        help="without a webcam read this recording; without a virtual camera write a preview",
    )

    control = _command(commands, "ctl", do.ctl, "tell the EmoCam that runs what to do")
    control_arguments.add_arguments(control)

    window = _command(
        commands, "window", do.window, "open the window: what others see, settings, help"
    )
    from emocam.control.window import add_arguments as add_window_arguments

    add_window_arguments(window)

    demo = _command(commands, "demo", do.demo, "publish every picture in turn, with no camera")
    _add_output(demo)

    devices = _command(commands, "devices", do.devices, "list webcams and virtual cameras")
    doctor = _command(
        commands, "doctor", do.doctor, "look for what is missing and say what mends it"
    )
    verify = _command(
        commands,
        "verify-privacy",
        do.verify,
        "watch a short run from outside: does it keep its word?",
    )
    verify.add_argument(
        "--camera", metavar="NAME|PATH|FILE", help="webcam, video or picture to read"
    )
    diagnostics = _command(
        commands,
        "diagnostics",
        do.diagnostics,
        "print what a report of a fault needs, without names",
    )
    for command in (devices, doctor, verify, diagnostics):
        command.add_argument("--json", action="store_true", help="as JSON")

    settings = _command(commands, "settings", do.settings, "print the settings that hold")
    settings.add_argument("--path", action="store_true", help="print where the file lies")
    settings.add_argument("--markdown", action="store_true", help="print the table of all settings")
    from emocam.settings.command import add_arguments as add_settings_arguments

    add_settings_arguments(settings)
    policy = _command(commands, "policy", do.policy, "say what this machine's administrator set")
    from emocam.settings.policy.arguments import add_arguments as add_policy_arguments

    add_policy_arguments(policy)
    packs = _command(
        commands, "packs", do.packs, "list, install, check, remove or draw emoji packs"
    )
    from emocam.control.packs import add_arguments

    add_arguments(packs)

    session = _command(
        commands, "session", do.session, "keep, look at, share or delete session logs"
    )
    from emocam.control.session_command import add_arguments as add_session_arguments

    add_session_arguments(session)

    watch = _command(
        commands, "watch", do.watch, "play a recorded lecture beside your avatar, and log along it"
    )
    from emocam.control.watch import add_arguments as add_watch_arguments

    add_watch_arguments(watch)

    attention = _command(commands, "attention", do.attention, "tell EmoCam where your screen is")
    attention.add_argument("--camera", metavar="NAME|PATH|FILE", help="webcam or video to read")
    attention.add_argument(
        "do", choices=("calibrate",), help="look at the corners of your screen, one after another"
    )

    login = _command(commands, "login", do.login, "start EmoCam when you log in, or do not")
    from emocam.control.login.command import add_arguments as add_login_arguments

    add_login_arguments(login)

    report = _command(commands, "report", do.report, "make a page of session logs")
    from emocam.report.arguments import add_arguments as add_report_arguments

    add_report_arguments(report)
    return top


def _command(commands: Any, name: str, act: Any, help_text: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=help_text, description=help_text[:1].upper() + help_text[1:] + "."
    )
    command.set_defaults(act=act)
    command.add_argument("--settings", type=Path, metavar="FILE", help="another settings file")
    command.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="a setting for this time"
    )
    return command


def _add_output(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--output", metavar="virtual|preview|none|FILE.mp4", help="where the avatar is published"
    )
    command.add_argument("--duration", type=_seconds, metavar="S", help="end after so many seconds")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 1e9:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of seconds above 0')
    return seconds
