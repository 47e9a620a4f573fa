"""``emocam login``: whether EmoCam starts when the user logs in."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from emocam.control.login import command, login


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``emocam login``."""
    parser.add_argument("do", choices=("on", "off", "status"), help="start it, do not, or say")
    parser.add_argument("--json", action="store_true", help="as JSON")


def perform(options: argparse.Namespace, say: Callable[[str], None], forbidden: str = "") -> None:
    """Do it, and say how things are then.

    Args:
        options: of the command line.
        say: is given what is to be said.
        forbidden: who locked that EmoCam does not start at login; empty where nobody did.

    Raises:
        LoginError: if it cannot be done.
    """
    there = login()
    if options.do == "on":
        there.on(command(*_arguments(options)))
    elif options.do == "off":
        there.off()
    is_on = there.is_on()
    if options.json:
        say(json.dumps({"on": is_on and not forbidden, "place": there.place()}))
    elif is_on and forbidden:
        say(
            f"EmoCam does not start when you log in, whatever {there.place()} says: login.autostart"
        )
        say(f"is set to false by this machine's administrator ({forbidden}).")
    elif is_on:
        say(f"EmoCam starts when you log in ({there.place()}).")
    else:
        say("EmoCam does not start by itself when you log in.")


def _arguments(options: argparse.Namespace) -> list[str]:
    """What stood before: other settings are meant for then, too."""
    words = (
        [] if options.settings is None else ["--settings", str(Path(options.settings).absolute())]
    )
    for each in options.set:
        words += ["--set", each]
    return words
