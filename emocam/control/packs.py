"""``emocam packs``: asks the stage, which alone reads and draws packs, and says what it answers."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Callable
from typing import Any

from emocam.errors import ExitCode, OutputError, PackError, ProcessError
from emocam.resources import user_path

#: Seconds for a pack whose every picture takes as long as it may.
_TIMEOUT = 600.0


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``emocam packs``."""
    acts = command.add_subparsers(dest="packs", required=True, metavar="ACTION")

    def act(word: str, help_text: str, **of: Any) -> argparse.ArgumentParser:
        one = acts.add_parser(word, help=help_text, description=help_text.capitalize() + ".")
        one.add_argument("--json", action="store_true", help="as JSON")
        for argument, words in of.items():
            one.add_argument(argument, metavar=argument.upper(), help=words)
        return one

    where = "the pack: a folder with pack.toml in it, or a zip"
    which = "the pack, as the list has it"
    act("list", "list the packs that there are")
    install = act("install", "check a pack and install it", path=where)
    install.add_argument("--replace", action="store_true", help="even over one that is not older")
    act("check", "tell everything that is wrong with a pack", path=where)
    act("remove", "remove an installed pack", name=which)
    sheet = act("sheet", "draw all pictures of a pack on one sheet", name=which)
    sheet.add_argument("-o", "--output", metavar="FILE.png", required=True, help="where it goes")


def perform(options: argparse.Namespace, say: Callable[[str], None]) -> ExitCode:
    """Ask the stage and say what it answers.

    Raises:
        PackError, OutputError: if it refuses.
        ProcessError: if it gives no answer.
    """
    from emocam.control.queries import put  # other commands build the parser without need of it

    message: dict[str, Any] = {"type": "packs", "do": options.packs}
    if "path" in options:
        message["path"] = str(user_path(options.path, PackError).absolute())
    if "name" in options:
        message["name"] = options.name
    if "replace" in options:
        message["replace"] = options.replace
    if "output" in options:
        message["output"] = str(user_path(options.output, OutputError).absolute())
    try:
        answer = put("emocam.stage", "--packs", message, _TIMEOUT, _wait)
    except ProcessError as error:
        if options.packs not in ("check", "install"):
            raise
        raise ProcessError(
            f"{options.path} was not judged: {error.cause}", f"Nothing was changed. {error.remedy}"
        ) from None
    if "error" in answer and not options.json:
        raise PackError(answer["error"]["cause"], answer["error"]["remedy"])
    for line in [json.dumps(answer, indent=2)] if options.json else _SAY[options.packs](answer):
        say(line)
    bad = "error" in answer or bool(answer.get("problems"))
    return ExitCode.OUTPUT if bad else ExitCode.OK


def _wait(seconds: float) -> None:
    """Say on standard error, beside an answer that programs read, that it goes on."""
    with contextlib.suppress(OSError, ValueError):
        words = f"Every picture is tried; {seconds:.0f} s so far, {_TIMEOUT:g} at most."
        print(words, file=sys.stderr, flush=True)


def _say_list(answer: dict[str, Any]) -> list[str]:
    lines = []
    for pack in answer["packs"]:
        if "problem" in pack:
            problem = pack["problem"]
            lines.append(f"{pack['id']}  ({pack['origin']})  cannot be shown: {problem['cause']}.")
            lines.append(f"    -> {problem['remedy']}")
        else:
            lines.append(
                f"{pack['id']}  ({pack['origin']})  {pack['name']} {pack['version']}"
                f" by {pack['author']}, {len(pack['pictures'])} pictures, {pack['licence']}"
            )
    return lines


def _say_report(answer: dict[str, Any]) -> list[str]:
    lines = []
    for problem in answer["problems"]:
        lines += [f"PROBLEM {problem['cause']}.", f"        -> {problem['remedy']}"]
    lines += [f"note    {note}." for note in answer["notes"]]
    return lines


def _say_check(answer: dict[str, Any]) -> list[str]:
    lines = _say_report(answer)
    count = len(answer["problems"])
    if count:
        words = "one problem" if count == 1 else f"{count} problems"
        return [*lines, f"The pack has {words} and cannot be installed."]
    return [*lines, f'The pack "{answer["name"]}" with {answer["pictures"]} pictures is fine.']


def _say_install(answer: dict[str, Any]) -> list[str]:
    if answer["problems"]:
        return [*_say_report(answer), "Nothing was installed."]
    instead = f" in place of version {answer['replaced']}" if answer["replaced"] else ""
    return [
        *_say_report(answer),
        f"Installed {answer['name']} {answer['version']}{instead}.",
        f"Show it with: emocam run --set avatar.pack={answer['id']}",
    ]


def _say_remove(answer: dict[str, Any]) -> list[str]:
    return [f'Removed the pack "{answer["id"]}".']


def _say_sheet(answer: dict[str, Any]) -> list[str]:
    return [f"Wrote {answer['output']}, {answer['width']}x{answer['height']}."]


_SAY: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    "list": _say_list,
    "check": _say_check,
    "install": _say_install,
    "remove": _say_remove,
    "sheet": _say_sheet,
}
