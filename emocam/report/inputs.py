"""The files that a report is made from: found, told apart by their content, and judged."""

from __future__ import annotations

import csv
import glob
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from emocam.errors import EmoCamError, ReportError
from emocam.report.columns import COLUMNS, NEEDED
from emocam.report.engine import Kind, Source

#: Endings that are looked for in a folder; a file that is named may have any.
ENDINGS = (".sqlite", ".csv", ".parquet", ".jsonl", ".json")
#: As much of a file as is needed to tell what it is: no line of a log is longer.
HEAD = 65_536
#: More columns than any table of readings has.
MOST_COLUMNS = 1000
_KINDS = "Give session logs (.sqlite, .csv, .parquet, .jsonl) or share files"


@dataclass(slots=True)
class Inputs:
    """What there is to report on.

    Attributes:
        sources: tables of readings.
        sessions: logs as EmoCam writes them (SQLite).
        shares: share files.
        problems: what could not be used, one sentence each.
    """

    sources: list[Source] = field(default_factory=list)
    sessions: list[Path] = field(default_factory=list)
    shares: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def find(names: Iterable[str]) -> list[Path]:
    """The files that these names mean: files, folders, patterns with ``*``; each file once.

    Raises:
        ReportError: if a name means nothing.
    """
    found: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if each.suffix in ENDINGS)
        elif path.exists():
            inside = [path]
        else:
            inside = [Path(each) for each in sorted(glob.glob(name, recursive=True))]  # noqa: PTH207
        inside = [each for each in inside if not each.is_dir()]
        if not inside:
            raise ReportError(f"There is no log {name}", "Name files, folders or patterns")
        found.update(dict.fromkeys(inside))
    return list(found)


def examine(paths: Sequence[Path]) -> Inputs:
    """Tell the files apart by how they begin; what is none of ours becomes a problem."""
    inputs = Inputs()
    tables: dict[_Look, list[Path]] = {}
    for path in paths:
        try:
            look = _look(path)
        except EmoCamError as error:
            inputs.problems.append(error.cause)
        else:
            if look.kind == "session":
                inputs.sessions.append(path)
            elif look.kind == "share":
                inputs.shares.append(path)
            else:
                tables.setdefault(look, []).append(path)
    for look, group in tables.items():
        assert look.kind != "session"
        assert look.kind != "share"
        inputs.sources.append(
            Source(look.kind, tuple(group), look.columns, look.separator, look.quote)
        )
    return inputs


@dataclass(frozen=True, slots=True)
class _Look:
    """What a file turned out to be; those that look the same are read together."""

    kind: Kind | Literal["session", "share"]
    columns: tuple[str, ...] = ()
    separator: str = ","
    quote: str = ""


def _look(path: Path) -> _Look:
    """Judge one file.

    Raises:
        ReportError: if it is none that can be reported on.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe would keep us waiting
            raise ReportError(f"{path} is no file", _KINDS)
        with path.open("rb") as file:
            head = file.read(HEAD)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReportError(f"{path} cannot be read: {reason}") from None
    if not head.strip():
        raise ReportError(f"{path} is empty")
    if head.startswith(b"SQLite format 3\0"):
        return _Look("session")
    if head.startswith(b"PAR1"):
        return _Look("parquet", _needed(path, _parquet_columns(path)))
    text = head.decode("utf-8-sig", "replace")
    if "\0" in text:
        raise ReportError(f"{path} is no log that EmoCam knows", _KINDS)
    if text.lstrip().startswith("{"):
        return _json(text)
    lines = text.lstrip("\r\n").splitlines()
    if not lines:  # a byte order mark and nothing else
        raise ReportError(f"{path} is empty")
    separator = max(",;\t", key=lines[0].count)
    columns = tuple(next(csv.reader([lines[0]], delimiter=separator)))
    if len(set(columns)) != len(columns) or len(columns) > MOST_COLUMNS:
        raise ReportError(f"{path} has no header that names each column once")
    # A quote that is never closed would swallow the rest of the file.
    quoted = [line.count('"') for line in lines[: -1 if len(head) == HEAD else None]]
    quote = '"' if any(quoted) and not any(count % 2 for count in quoted) else ""
    return _Look("csv", _needed(path, columns), separator, quote)


def _json(text: str) -> _Look:
    """JSON Lines have a reading in each line; any other JSON is taken as a share file."""
    for line in text.splitlines()[:100]:  # a first line may be damaged
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(row, dict) and set(NEEDED) <= set(row):
            return _Look("jsonl", COLUMNS)
    return _Look("share")


def _parquet_columns(path: Path) -> tuple[str, ...]:
    import pyarrow
    from pyarrow import parquet

    try:
        return tuple(parquet.read_schema(path).names)
    except (OSError, pyarrow.ArrowException) as error:
        reason = str(error).partition("\n")[0].rstrip(". ")
        raise ReportError(f"{path} is a damaged Parquet file: {reason}") from None


def _needed(path: Path, columns: tuple[str, ...]) -> tuple[str, ...]:
    if missing := [name for name in NEEDED if name not in columns]:
        raise ReportError(f"{path} is no session log: it has no column {' or '.join(missing)}")
    return columns
