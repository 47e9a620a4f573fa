"""``emocam session``: tells the run to begin or end a log, and does the rest with the files."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from emocam.another import python
from emocam.cli_settings import add_own
from emocam.errors import ExitCode, SessionError
from emocam.resources import user_path
from emocam.settings import LoadedSettings
from emocam.settings.locking import locked

Say = Callable[[str], None]

#: Seconds that an export to Parquet may take.
_PARQUET = 120.0


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``emocam session``."""
    from emocam.sessions import limits

    acts = command.add_subparsers(dest="session", required=True, metavar="ACTION")

    def act(word: str, help_text: str) -> argparse.ArgumentParser:
        one = acts.add_parser(word, help=help_text, description=help_text.capitalize() + ".")
        one.add_argument("--json", action="store_true", help="as JSON")
        add_own(one)
        return one

    def named(one: argparse.ArgumentParser) -> None:
        one.add_argument("id", nargs="?", metavar="ID", help="its name, or its beginning; the last")

    for word, help_text in (
        ("start", "have the EmoCam that runs write a session log"),
        ("stop", "end the session log"),
    ):
        act(word, help_text).add_argument(
            "--output", metavar="FILE.mp4", help="the run that writes this file"
        )
    act("list", "list your session logs")
    named(act("show", "tell what a session log holds"))
    one = act("export", "write a session log as a table for other programs")
    named(one)
    _saved(one, "FILE.csv|.jsonl|.parquet")
    one = act("delete", "delete session logs for good")
    one.add_argument("ids", nargs="*", metavar="ID", help="their names")
    one.add_argument("--all", action="store_true", help="all of them")
    one.add_argument("--yes", action="store_true", help="without asking")
    one = act("share", "make a share file for the report of a class")
    named(one)
    one.add_argument("--lecture", metavar="NAME", required=True, help="as the lecturer wrote it")
    one.add_argument(
        "--bin", type=int, metavar="S",
        help=f"length of the bins, {limits.MIN_BIN} to {limits.MAX_BIN} s ({limits.DEFAULT_BIN})",
    )  # fmt: skip
    one.add_argument(
        "--epsilon", type=float, metavar="E",
        help=f"how much each bin may give away, {limits.MIN_EPSILON:g} to {limits.MAX_EPSILON:g} "
        f"({limits.DEFAULT_EPSILON:g}); less is more private and less use",
    )  # fmt: skip
    one.add_argument("--start", metavar="10:15", help="when the lecture started; with the log")
    one.add_argument("--length", type=float, metavar="MIN", help="how long it took, in minutes")
    one.add_argument(
        "--no-attention", action="store_true", help="leave attention out; more is true of the rest"
    )
    one.add_argument("--yes", action="store_true", help="save it without asking")
    _saved(one, "FILE")


def _saved(one: argparse.ArgumentParser, name: str) -> None:
    one.add_argument("-o", metavar=name, required=True, dest="file", help="where it goes")
    one.add_argument("--replace", action="store_true", help="even over a file that is there")


def perform(options: argparse.Namespace, loaded: LoadedSettings, say: Say) -> ExitCode:
    """Do it.

    Raises:
        EmoCamError: if it cannot be done.
    """
    if options.session in ("start", "stop"):
        from emocam.control.ctl import act

        options.action = f"session_{options.session}"
        act(loaded.settings, options, say)
        return ExitCode.OK
    return _ACTS[options.session](options, loaded, say)


def _list(options: argparse.Namespace, _: LoadedSettings, say: Say) -> ExitCode:
    from emocam.sessions import store, tables
    from emocam.sessions.reader import read_header
    from emocam.sessions.writer import size

    entries = []
    for path in store.logs():
        try:
            header, rows, seconds = read_header(path)
            entries.append(tables.Entry(path.stem, size(path), header, rows, seconds))
        except SessionError as error:
            entries.append(tables.Entry(path.stem, size(path), problem=str(error)))
    if options.json:
        _say_json({"sessions": [each.to_dict() for each in entries]}, say)
    else:
        for line in tables.listing(entries):
            say(line)
    return ExitCode.OK


def _show(options: argparse.Namespace, _: LoadedSettings, say: Say) -> ExitCode:
    from emocam.sessions import tables
    from emocam.sessions.reader import read_log

    log = read_log(_path(options.id))
    if options.json:
        _say_json(tables.summary(log), say)
    else:
        for line in tables.report(log):
            say(line)
    return _tell(log.problems)


def _export(options: argparse.Namespace, _: LoadedSettings, say: Say) -> ExitCode:
    from emocam.sessions.export import ending, export
    from emocam.sessions.reader import read_log

    source, path = _path(options.id), user_path(options.file, SessionError)
    ending(path)
    log = read_log(source)
    if ending(path) == ".parquet":
        _to_parquet(source, path, options.replace)
    else:
        export(log, path, replace=options.replace)
    about = {"id": log.header.id, "rows": len(log.rows), "output": str(path)}
    if options.json:
        _say_json({**about, "problems": list(log.problems)}, say)
    else:
        say(f"Wrote {len(log.rows)} rows of the session {log.header.id} to {path}.")
    return _tell(log.problems)


def _to_parquet(source: Path, path: Path, replace: bool) -> None:
    """Have it written by the process of the report, which alone has DuckDB."""
    from emocam.sessions.export import free

    free(path, replace=replace)
    words = [*python(), "-m", "emocam.report", "--parquet", str(source), str(path)]
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PARQUET,
            check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SessionError(f"The process that writes Parquet failed: {error}") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it did not say why"]
        raise SessionError(lines[-1].removeprefix("emocam: ").rstrip("."), "Or export it as .csv")


def _delete(options: argparse.Namespace, _: LoadedSettings, say: Say) -> ExitCode:
    from emocam.sessions import store

    paths = store.logs() if options.all else [store.find(name) for name in options.ids]
    if not paths and options.all:
        raise SessionError("There is no session log to delete")
    if not paths:
        raise SessionError("No session log was named", "Name one, or give --all")
    names = ", ".join(path.stem for path in paths)
    if not (options.yes or _agreed(f"Delete {names} for good? [y/N] ", say)):
        say("Nothing was deleted.")
        return ExitCode.PROBLEM
    for path in paths:
        store.delete(path)
    if options.json:
        _say_json({"deleted": [path.stem for path in paths]}, say)
    else:
        say(f"Deleted {names}. Backups, and a disk's spare cells, may hold it still.")
    return ExitCode.OK


def _share(options: argparse.Namespace, loaded: LoadedSettings, say: Say) -> ExitCode:
    from emocam.control.recording import refuse
    from emocam.sessions import sharing, store, tables
    from emocam.sessions.export import free, written
    from emocam.sessions.reader import read_log
    from emocam.sessions.share import lecture_name

    refuse(loaded.layers, "session.class_reports", "Share files for the report of a class")
    path, output = store.find(options.id), user_path(options.file, SessionError)
    free(output, replace=options.replace)
    log, given = read_log(path), sharing.remembered(path)
    start = None if options.start is None else sharing.starting(options.start, log.header)
    length = None if options.length is None else options.length * 60
    asked = sharing.Asked(
        lecture_name(options.lecture), options.bin, options.epsilon, start, length,
        _attention(options, loaded),
    )  # fmt: skip
    chosen, again = sharing.settle(log, given, asked)
    if not options.json:
        for line in tables.preview(chosen.share, again=again):
            say(line)
    if not (options.yes or _agreed("Save this share file? [y/N] ", say)):
        say("Nothing was saved.")
        return ExitCode.PROBLEM
    if not again:  # kept before it leaves: it is never drawn again
        with locked(path.parent):
            if not path.exists() or sharing.remembered(path) != given:
                raise SessionError("The session was shared or deleted meanwhile", "Do it again")
            sharing.remember(path, [*given, chosen])
    with written(output, replace=options.replace) as file:
        file.write(chosen.share.encode().decode())
    if options.json:
        about = {"output": str(output), "bins": len(chosen.share.expression), "again": again}
        _say_json({**about, "epsilon": chosen.share.epsilon}, say)
    else:
        say(f"Wrote {output}. Give it to whoever makes the report, if you want to.")
    return _tell(log.problems)


def _attention(options: argparse.Namespace, loaded: LoadedSettings) -> bool | None:
    """Whether a share file tells attention: by what is set, not by whether anybody was seen."""
    return False if options.no_attention else loaded.settings.attention.enabled or None


_ACTS: dict[str, Callable[[argparse.Namespace, LoadedSettings, Say], ExitCode]] = {
    "list": _list,
    "show": _show,
    "export": _export,
    "delete": _delete,
    "share": _share,
}


def _path(name: str | None) -> Path:
    """A log by its name in the user's folder, or by the path of a file elsewhere."""
    from emocam.sessions import store

    if name is not None and (name.endswith(".sqlite") or "/" in name or "\\" in name):
        return user_path(name, SessionError)
    return store.find(name)


def _agreed(question: str, say: Say) -> bool:
    say(question)
    return sys.stdin is not None and sys.stdin.readline().strip().lower() in ("y", "yes")


def _tell(problems: tuple[str, ...]) -> ExitCode:
    """Say what could not be read."""
    for problem in problems:
        print(f"emocam: {problem}.", file=sys.stderr, flush=True)
    return ExitCode.SESSION if problems else ExitCode.OK


def _say_json(about: dict[str, Any], say: Say) -> None:
    say(json.dumps(about, indent=2))
