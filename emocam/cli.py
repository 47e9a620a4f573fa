"""The ``emocam`` command."""

from __future__ import annotations

import argparse
import contextlib
import errno
import io
import json
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import emocam
from emocam import __version__
from emocam.cli_settings import load, settings_path
from emocam.control import arguments as control_arguments
from emocam.errors import EmoCamError, ExitCode, LoginError, SettingsError
from emocam.settings import LoadedSettings, Settings

if TYPE_CHECKING:
    from emocam.control.queries import Check


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code (docs/command-line.md)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names that a terminal cannot show are spelt out
            stream.reconfigure(errors="backslashreplace")
    try:
        options = parser().parse_args(arguments)
        return int(options.act(options))
    except EmoCamError as error:
        _tell(f"emocam: {error}")
        return int(error.exit_code)
    except KeyboardInterrupt:
        return int(ExitCode.OK)
    except BrokenPipeError:
        return int(ExitCode.OK)  # whoever read our output has left
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EIO):
            return _unexpected()
        _tell(f"emocam: What was to be said cannot be written: {error.strerror}. Make room there.")
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


def say(text: str) -> None:
    """A sentence for the user."""
    print(text, flush=True)


def _tell(text: str) -> None:
    with contextlib.suppress(OSError, ValueError):  # nobody may be there to read it
        print(text, file=sys.stderr, flush=True)


def _unexpected() -> int:
    """Keep the traceback for a report and spare the user the sight of it."""
    problem = sys.exc_info()[1]
    from platformdirs import user_log_path

    try:
        path = user_log_path("emocam", appauthor=False) / "error.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"EmoCam {__version__}\n{traceback.format_exc()}", encoding="utf-8")
        _tell(f"emocam: Something went wrong that EmoCam did not foresee. Details are in {path}.")
    except (OSError, RuntimeError):
        _tell(f"emocam: Something went wrong that EmoCam did not foresee: {problem!r}")
    return int(ExitCode.INTERNAL)


def parser() -> argparse.ArgumentParser:
    """What the command understands; the manual page and the completions come from it, too."""
    top = argparse.ArgumentParser(prog="emocam", description=emocam.__doc__)
    top.add_argument("--version", action="version", version=f"emocam {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    run = _command(commands, "run", _run, "read the webcam and publish the avatar")
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
        "--fallback",
        type=Path,
        metavar="FILE",
        help="without a webcam read this recording; without a virtual camera write a preview",
    )

    control = _command(commands, "ctl", _ctl, "tell the EmoCam that runs what to do")
    control_arguments.add_arguments(control)

    window = _command(
        commands, "window", _window, "open the window: what others see, settings, help"
    )
    from emocam.control.window import add_arguments as add_window_arguments

    add_window_arguments(window)

    demo = _command(commands, "demo", _demo, "publish every picture in turn, with no camera")
    _add_output(demo)

    devices = _command(commands, "devices", _devices, "list webcams and virtual cameras")
    doctor = _command(commands, "doctor", _doctor, "look for what is missing and say what mends it")
    verify = _command(
        commands,
        "verify-privacy",
        _verify,
        "watch a short run from outside: does it keep its word?",
    )
    verify.add_argument(
        "--camera", metavar="NAME|PATH|FILE", help="webcam, video or picture to read"
    )
    diagnostics = _command(
        commands, "diagnostics", _diagnostics, "print what a report of a fault needs, without names"
    )
    for command in (devices, doctor, verify, diagnostics):
        command.add_argument("--json", action="store_true", help="as JSON")

    settings = _command(commands, "settings", _settings, "print the settings that hold")
    settings.add_argument("--path", action="store_true", help="print where the file lies")
    settings.add_argument("--markdown", action="store_true", help="print the table of all settings")
    from emocam.settings.command import add_arguments as add_settings_arguments

    add_settings_arguments(settings)
    policy = _command(commands, "policy", _policy, "say what this machine's administrator set")
    from emocam.settings.policy.arguments import add_arguments as add_policy_arguments

    add_policy_arguments(policy)
    packs = _command(commands, "packs", _packs, "list, install, check, remove or draw emoji packs")
    from emocam.control.packs import add_arguments

    add_arguments(packs)

    session = _command(commands, "session", _session, "keep, look at, share or delete session logs")
    from emocam.control.session_command import add_arguments as add_session_arguments

    add_session_arguments(session)

    watch = _command(
        commands, "watch", _watch, "play a recorded lecture beside your avatar, and log along it"
    )
    from emocam.control.watch import add_arguments as add_watch_arguments

    add_watch_arguments(watch)

    attention = _command(commands, "attention", _attention, "tell EmoCam where your screen is")
    attention.add_argument("--camera", metavar="NAME|PATH|FILE", help="webcam or video to read")
    attention.add_argument(
        "do", choices=("calibrate",), help="look at the corners of your screen, one after another"
    )

    login = _command(commands, "login", _login, "start EmoCam when you log in, or do not")
    from emocam.control.login.command import add_arguments as add_login_arguments

    add_login_arguments(login)

    report = _command(commands, "report", _report, "make a page of session logs")
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


def _usable(options: argparse.Namespace) -> Settings:
    """The settings, with each problem of the file told as a warning."""
    return _loaded(options).settings


def _loaded(options: argparse.Namespace) -> LoadedSettings:
    """As :func:`_usable`, with the origins."""
    loaded = load(options)
    policy = loaded.policy
    for problem in (*(policy.problems if policy else ()), *loaded.problems):
        _tell(f"emocam: {problem}")
    if policy is not None and policy.closed:
        _tell("emocam: Until that is mended the privacy settings are at their safest, and locked.")
    return loaded


def _run(options: argparse.Namespace) -> ExitCode:
    from emocam.control.fallback import fall_back
    from emocam.control.run import RunOptions, run

    loaded = _loaded(options)
    settings, layers = loaded.settings, loaded.layers
    if options.at_login and not settings.login.autostart:
        return ExitCode.OK
    if options.fallback is not None:
        settings = fall_back(settings, options.fallback, say)
        for key in ("output.target", "camera.source", "camera.loop"):
            if settings.value(key) != layers.value(key):
                layers.refuse_locked(key, SettingsError)
        layers = layers.replaced(settings, "--fallback")
    icon = not options.no_tray
    wait = options.wait or options.at_login
    asked = RunOptions(options.events, options.duration, wait, icon, layers)
    return _perform(run, settings, asked)


def _ctl(options: argparse.Namespace) -> ExitCode:
    from emocam.control.ctl import act

    act(_usable(options), options, say)
    return ExitCode.OK


def _window(options: argparse.Namespace) -> ExitCode:
    from emocam.control.window import perform

    return perform(options)


def _watch(options: argparse.Namespace) -> ExitCode:
    from emocam.control.watch import perform

    return perform(options)


def _demo(options: argparse.Namespace) -> ExitCode:
    from emocam.control.run import RunOptions, demo

    return _perform(demo, _usable(options), RunOptions(duration=options.duration))


def _perform(play: Any, settings: Settings, options: Any) -> ExitCode:
    """Run an event loop whose sentences cannot hold it up."""
    import asyncio

    from emocam.control.voice import Voice

    voice = Voice()
    try:
        asyncio.run(play(settings, options, voice))
    finally:
        voice.close()
    return ExitCode.OK


def _attention(options: argparse.Namespace) -> ExitCode:
    from emocam.control.calibrate import perform

    loaded = _loaded(options)
    perform(loaded.settings, loaded.layers, say)
    return ExitCode.OK


def _devices(options: argparse.Namespace) -> ExitCode:
    from emocam.control.queries import cameras, virtual_cameras

    settings = _usable(options)
    webcams, outputs = cameras(settings), virtual_cameras(settings)
    if options.json:
        say(json.dumps({"cameras": webcams, "virtual_cameras": outputs}, indent=2))
        return ExitCode.OK
    say("Webcams:" if webcams else "No webcam found.")
    for each in webcams:
        barred = "" if each["allowed"] else "  not allowed (camera.allowed)"
        say(f"  {each['index']}  {each['name']}  ({each['path']})  {each['id']}{barred}".rstrip())
    say("Virtual cameras:" if outputs else 'No virtual camera found; see "emocam doctor".')
    for each in outputs:
        say(f"  {each['label']}  ({each['path']})")
    return ExitCode.OK


def _doctor(options: argparse.Namespace) -> ExitCode:
    from emocam.control.doctor import examine

    loaded = load(options)
    return _tell_checks(options, examine(loaded))


def _diagnostics(options: argparse.Namespace) -> ExitCode:
    from emocam.control.diagnostics import as_text, gather

    found = gather(load(options))
    say(json.dumps(found, indent=2) if options.json else as_text(found))
    return ExitCode.OK


def _verify(options: argparse.Namespace) -> ExitCode:
    from emocam.control.verify import SECONDS, verify

    settings = _usable(options)
    if not options.json:
        say(f"Watching EmoCam for {SECONDS:.0f} seconds, from outside; its camera will be on.")
    return _tell_checks(options, verify(settings))


def _tell_checks(options: argparse.Namespace, found: Sequence[Check]) -> ExitCode:
    from emocam.control.doctor import report

    good = all(check.status != "problem" for check in found)
    if options.json:
        say(json.dumps({"ok": good, "checks": [check.to_dict() for check in found]}, indent=2))
    else:
        say(report(found))
    return ExitCode.OK if good else ExitCode.PROBLEM


def _settings(options: argparse.Namespace) -> ExitCode:
    from emocam.settings.describe import listing, markdown

    if options.do is not None:
        from emocam.settings.command import perform

        perform(options, _loaded(options).layers, say)
    elif options.path:
        say(str(settings_path(options)))
    elif options.markdown:
        say(markdown().rstrip("\n"))
    else:
        say(listing(_usable(options)).rstrip("\n"))
    return ExitCode.OK


def _policy(options: argparse.Namespace) -> ExitCode:
    from emocam.settings.policy.command import check, show

    return check(options, say) if options.do == "check" else show(options, load(options), say)


def _packs(options: argparse.Namespace) -> ExitCode:
    from emocam.control.packs import perform

    return perform(options, say)


def _session(options: argparse.Namespace) -> ExitCode:
    from emocam.control.session_command import perform

    return perform(options, _loaded(options), say)


def _login(options: argparse.Namespace) -> ExitCode:
    from emocam.control.login.command import perform

    if options.do != "status":
        loaded = _loaded(options)  # what would be refused at login is refused now
        loaded.layers.refuse_locked("login.autostart", LoginError)
    perform(options, say)
    return ExitCode.OK


def _report(options: argparse.Namespace) -> int:
    import subprocess

    from emocam.report.arguments import command_line

    # A process of its own: what it loads is large, and nothing else of EmoCam needs it.
    command = [sys.executable, "-P", "-m", "emocam.report", *command_line(options)]
    return subprocess.run(command, check=False).returncode
