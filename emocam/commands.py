"""What each ``emocam`` command does: from its options to its exit code.

What a command needs is imported when it is performed, so that ``emocam --version`` is quick.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from emocam.another import python
from emocam.cli_settings import load, settings_path
from emocam.errors import ExitCode, LoginError, SettingsError
from emocam.settings import LoadedSettings, Settings

if TYPE_CHECKING:
    from emocam.control.queries import Check


def say(text: str) -> None:
    """A sentence for the user."""
    print(text, flush=True)


def tell(text: str) -> None:
    """A sentence on standard error."""
    with contextlib.suppress(OSError, ValueError):  # nobody may be there to read it
        print(text, file=sys.stderr, flush=True)


def _usable(options: argparse.Namespace) -> Settings:
    """The settings, with each problem of the file told as a warning."""
    return _loaded(options).settings


def _loaded(options: argparse.Namespace) -> LoadedSettings:
    """As :func:`_usable`, with the origins."""
    loaded = load(options)
    policy = loaded.policy
    for problem in (*(policy.problems if policy else ()), *loaded.problems):
        tell(f"emocam: {problem}")
    if policy is not None and policy.closed:
        tell(f"emocam: {policy.words}")
    return loaded


def run(options: argparse.Namespace) -> ExitCode:
    """``emocam run``."""
    from emocam.control.fallback import fall_back
    from emocam.control.login import AUTOSTART, forbidden
    from emocam.control.run import RunOptions, run

    loaded = _loaded(options)
    settings, layers = loaded.settings, loaded.layers
    if options.at_login and not settings.login.autostart:
        return ExitCode.OK
    if options.unless_forbidden and (by := forbidden(layers)):
        tell(f"emocam: EmoCam does not start at login: {AUTOSTART} is set to false ({by}).")
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


def ctl(options: argparse.Namespace) -> ExitCode:
    """``emocam ctl``."""
    from emocam.control.ctl import act

    act(_usable(options), options, say)
    return ExitCode.OK


def window(options: argparse.Namespace) -> ExitCode:
    """``emocam window``."""
    from emocam.control.window import perform

    return perform(options)


def watch(options: argparse.Namespace) -> ExitCode:
    """``emocam watch``."""
    from emocam.control.watch import perform

    return perform(options)


def demo(options: argparse.Namespace) -> ExitCode:
    """``emocam demo``."""
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


def attention(options: argparse.Namespace) -> ExitCode:
    """``emocam attention``."""
    from emocam.control.calibrate import perform

    loaded = _loaded(options)
    perform(loaded.settings, loaded.layers, say)
    return ExitCode.OK


def devices(options: argparse.Namespace) -> ExitCode:
    """``emocam devices``."""
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


def doctor(options: argparse.Namespace) -> ExitCode:
    """``emocam doctor``."""
    from emocam.control.doctor import examine

    loaded = load(options)
    return _tell_checks(options, examine(loaded))


def diagnostics(options: argparse.Namespace) -> ExitCode:
    """``emocam diagnostics``."""
    from emocam.control.diagnostics import as_text, gather

    found = gather(load(options))
    say(json.dumps(found, indent=2) if options.json else as_text(found))
    return ExitCode.OK


def verify(options: argparse.Namespace) -> ExitCode:
    """``emocam verify-privacy``."""
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


def settings(options: argparse.Namespace) -> ExitCode:
    """``emocam settings``."""
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


def policy(options: argparse.Namespace) -> ExitCode:
    """``emocam policy``."""
    from emocam.settings.policy.command import check, show

    return check(options, say) if options.do == "check" else show(options, load(options), say)


def packs(options: argparse.Namespace) -> ExitCode:
    """``emocam packs``."""
    from emocam.control.packs import perform

    return perform(options, say)


def session(options: argparse.Namespace) -> ExitCode:
    """``emocam session``."""
    from emocam.control.session_command import perform

    return perform(options, _loaded(options), say)


def login(options: argparse.Namespace) -> ExitCode:
    """``emocam login``."""
    from emocam.control.login import AUTOSTART, forbidden
    from emocam.control.login.command import perform

    # What would be refused at login is refused now.
    layers = load(options).layers if options.do == "status" else _loaded(options).layers
    by = forbidden(layers)
    if options.do == "on" or (options.do == "off" and not by):
        layers.refuse_locked(AUTOSTART, LoginError)
    perform(options, say, by)
    return ExitCode.OK


def report(options: argparse.Namespace) -> int:
    """``emocam report``."""
    import subprocess

    from emocam.report.arguments import command_line

    # A process of its own: what it loads is large, and nothing else of EmoCam needs it.
    command = [*python(), "-m", "emocam.report", *command_line(options)]
    return subprocess.run(command, check=False).returncode
