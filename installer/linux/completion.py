"""Completion for bash, zsh and fish, by shtab from the command's own parser."""

from __future__ import annotations

import argparse
from pathlib import Path

import shtab

from emocam.cli import parser
from emocam.control.actions import ACTIONS
from installer.linux.manual import commands

#: Where each shell looks, below /usr/share.
PLACES = {
    "bash": "bash-completion/completions/emocam",
    "zsh": "zsh/vendor-completions/_emocam",
    "fish": "fish/vendor_completions.d/emocam.fish",
}


def script(shell: str) -> str:
    """The completion of the ``emocam`` command for one shell."""
    top = parser()
    for path, _, command in commands(top):
        for action in command._actions:
            _teach(action, path)
    return shtab.complete(top, shell).rstrip("\n") + "\n"


def _teach(action: argparse.Action, path: tuple[str, ...]) -> None:
    """Say of one argument what may stand there, where the parser does not."""
    shape = action.metavar if isinstance(action.metavar, str) else ""
    if action.type is Path or "FILE" in shape or "PATH" in shape:
        action.complete = shtab.FILE  # type: ignore[attr-defined]
    if path[:1] == ("ctl",) and len(path) == 2 and not action.option_strings:
        for parameter in ACTIONS[path[1]].parameters:
            if parameter.name == action.dest and parameter.choices:
                action.choices = list(parameter.choices)
