"""The manual pages: emocam(1) from the command's own parser, emocam.toml(5) from the settings.

Only what neither of them can know is written here by hand.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import emocam
from emocam.cli import parser
from emocam.errors import ExitCode
from emocam.settings.describe import as_toml
from emocam.settings.schema import declarations
from installer.steps import REPO, BuildError

_ENVIRONMENT = {
    "XDG_CONFIG_HOME": "Where the settings file lies; otherwise ~/.config.",
    "XDG_RUNTIME_DIR": "Where a run listens for emocam ctl.",
}
_FILES = {
    "~/.config/emocam/settings.toml": "The user's settings, see emocam.toml(5).",
    "/etc/emocam/policy.d/": "Settings for all users of the machine.",
    "/etc/modprobe.d/emocam.conf": "The virtual camera's name, number and mode.",
    "/etc/modules-load.d/emocam.conf": "Loads the virtual camera at boot.",
    "/etc/xdg/autostart/emocam.desktop": "Starts EmoCam at login where login.autostart is set.",
}


def command_page(epoch: int) -> str:
    """emocam(1)."""
    top = parser()
    lines = [_head("EMOCAM", 1, epoch), ".SH NAME", f"emocam \\- {_escape(_about())}"]
    lines += [".SH SYNOPSIS", ".B emocam", ".I COMMAND", "[options]", ".br"]
    lines += [
        ".B emocam",
        "\\-\\-version",
        ".SH DESCRIPTION",
        _escape(_introduction()),
        ".SH COMMANDS",
    ]
    for path, help_text, command in commands(top):
        lines.append(f".SS {_escape(' '.join(('emocam', *path)))}")
        lines.append(_escape(_sentence(help_text)))
        for option in _arguments(command):
            lines += _entry(option)
    lines += [".SH EXIT STATUS"]
    for code, meaning in exit_codes():
        lines += [".TP", f".B {code}", _escape(_sentence(meaning))]
    for title, table in (("FILES", _FILES), ("ENVIRONMENT", _ENVIRONMENT)):
        lines.append(f".SH {title}")
        for name, meaning in table.items():
            lines += [".TP", f".I {_escape(name)}", _escape(meaning)]
    lines += [".SH SEE ALSO", ".BR emocam.toml (5),", ".BR modprobe.d (5)"]
    return "\n".join(lines) + "\n"


def settings_page(epoch: int) -> str:
    """emocam.toml(5)."""
    lines = [_head("EMOCAM.TOML", 5, epoch), ".SH NAME", "emocam.toml \\- settings of EmoCam"]
    lines += [
        ".SH DESCRIPTION",
        "The file is TOML: a table for each group. \\fBemocam settings \\-\\-path\\fP prints where",
        "it lies, \\fBemocam settings\\fP what holds. \\fB\\-\\-set\\fP \\fIgroup.name=value\\fP "
        "gives a value for one run.",
    ]
    group = ""
    for key, each in declarations().items():
        table = key.partition(".")[0]
        if table != group:
            group = table
            lines.append(f".SH [{_escape(group)}]")
        default = _escape(as_toml(each.default))
        lines += [".TP", f".B {_escape(key)}", _escape(each.description)]
        lines += [".br", f"Allowed: {_escape(each.allowed)}. Default: {default}."]
    lines += [".SH SEE ALSO", ".BR emocam (1)"]
    return "\n".join(lines) + "\n"


def commands(
    top: argparse.ArgumentParser, before: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str, argparse.ArgumentParser]]:
    """Each command and action: its words, its help, its parser."""
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {each.dest: each.help or "" for each in action._choices_actions}
            for name, command in action.choices.items():
                yield (*before, name), helps.get(name, ""), command
                yield from commands(command, (*before, name))


def exit_codes() -> list[tuple[int, str]]:
    """The table of docs/command-line.md, which must have every code.

    Raises:
        BuildError: if it has not.
    """
    text = (REPO / "docs/command-line.md").read_text(encoding="utf-8")
    section = text.partition("## Exit codes")[2].partition("\n## ")[0]
    rows = [
        (int(code), meaning)
        for code, meaning in re.findall(r"^\| (\d+) \| (.*?) \|$", section, re.M)
    ]
    if {code for code, _ in rows} != {int(code) for code in ExitCode}:
        raise BuildError("docs/command-line.md does not list the exit codes of emocam/errors.py")
    return [(code, meaning.replace("`", "")) for code, meaning in rows]


def _arguments(command: argparse.ArgumentParser) -> list[argparse.Action]:
    out = (argparse._HelpAction, argparse._SubParsersAction)
    return [each for each in command._actions if not isinstance(each, out)]


def _entry(action: argparse.Action) -> list[str]:
    """One option or argument, with what it means."""
    value = action.metavar if isinstance(action.metavar, str) else None
    if value is None and action.choices is not None:
        value = "|".join(map(str, action.choices))
    if action.option_strings:
        names = ", ".join(f"\\fB{_escape(name)}\\fP" for name in action.option_strings)
        shown = (
            names
            if action.nargs == 0
            else f"{names} \\fI{_escape(value or action.dest.upper())}\\fP"
        )
    else:
        shown = f"\\fI{_escape(value or action.dest)}\\fP"
    return [".TP", shown, _escape(_sentence(action.help or ""))]


def _about() -> str:
    return (emocam.__doc__ or "").strip().removeprefix("EmoCam: ").rstrip(".")


def _introduction() -> str:
    return (
        "EmoCam reads the expression of the face before the webcam and publishes an emoji that "
        'wears it as a camera named "EmoCam", which meeting programs can choose. No pixel of the '
        "webcam leaves the one process that reads it. It opens no network."
    )


def _head(name: str, section: int, epoch: int) -> str:
    date = datetime.fromtimestamp(epoch, UTC).date().isoformat()
    return f'.TH {name} {section} {date} "EmoCam {emocam.__version__}" "User commands"'


def _sentence(text: str) -> str:
    text = text.replace("%%", "%").strip()
    return text[:1].upper() + text[1:] + ("" if not text or text[-1] in ".!?" else ".")


def _escape(text: str) -> str:
    """Words that roff shows as they are."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("^", "\\(ha")
    safe = safe.replace("~", "\\(ti").replace("`", "\\(ga")
    return f"\\&{safe}" if safe.startswith(".") else safe
