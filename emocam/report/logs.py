"""Session logs as EmoCam keeps them (SQLite), as Parquet files that every engine reads.

DuckDB's own reader of SQLite would have to be fetched from the network; and ours takes what can be
had of a damaged log.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow import parquet

from emocam.errors import EmoCamError, ReportError
from emocam.report.columns import EXPRESSIONS
from emocam.report.engine import Source
from emocam.report.people import Span, refuse_overlaps
from emocam.sessions.layout import Header, Row
from emocam.sessions.reader import Log, read_log

_TEXT, _NUMBER = pyarrow.string(), pyarrow.float64()
#: The columns of a Parquet export; ``session``, ``started`` (in seconds since 1970) and ``lecture``
#: are the same in every row.
SCHEMA = pyarrow.schema(
    [
        ("session", _TEXT),
        ("started", _NUMBER),
        ("lecture", _TEXT),
        ("t", _NUMBER),
        ("state", _TEXT),
        ("expression", _TEXT),
        *((name, _NUMBER) for name in EXPRESSIONS),
        ("attention", _TEXT),
    ]
)


def table(header: Header, rows: Sequence[Row]) -> pyarrow.Table:
    """The rows of a log as a table with :data:`SCHEMA`."""
    missing = (None,) * len(EXPRESSIONS)
    shares: list[Any] = list(zip(*(row.probabilities or missing for row in rows), strict=True))
    columns: list[Any] = [
        [header.id] * len(rows),
        [header.started or None] * len(rows),
        [header.lecture] * len(rows),
        [row.t for row in rows],
        [row.state for row in rows],
        [row.expression for row in rows],
        *(shares or [[] for _ in EXPRESSIONS]),
        [row.attention for row in rows],
    ]
    arrays = [pyarrow.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)]
    return pyarrow.Table.from_arrays(arrays, schema=SCHEMA)


def export(log: Path, out: Path) -> list[str]:
    """Write a log as a Parquet file, whole or not at all.

    Returns:
        What of the log could not be read, one sentence each.

    Raises:
        SessionError: if nothing of the log can be read.
        ReportError: if the file cannot be written.
    """
    read = read_log(log)
    part = out.with_name(f".{out.name}.part")
    try:
        # For its owner alone, as the log is.
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            parquet.write_table(table(read.header, read.rows), file, compression="zstd")
        part.replace(out)
    except (OSError, ValueError) as error:
        with contextlib.suppress(OSError):
            part.unlink()
        reason = getattr(error, "strerror", None) or str(error)
        raise ReportError(f"{out} cannot be written: {reason}", "Name another place") from None
    return list(read.problems)


def gather(paths: Sequence[Path], folder: Path, problems: list[str]) -> list[Source]:
    """Read logs into one Parquet file in a folder; what cannot be read is told.

    A session that is there twice is taken once, and logs of one time are refused.

    Raises:
        ReportError: if two logs were written at the same time.
    """
    headers: list[Span] = []
    seen: set[str] = set()
    out = folder / "sessions.parquet"
    with parquet.ParquetWriter(out, SCHEMA) as writer:
        for path in paths:
            try:
                log = read_log(path)
            except EmoCamError as error:
                problems.append(error.cause)
                continue
            problems += [f"{path}: {each}" for each in log.problems]
            if not log.rows:
                problems.append(f"{path} has no readings")
            elif log.header.id in seen and log.header.started:
                problems.append(f"{path} holds a session that is there already")
            else:
                seen.add(log.header.id)
                headers.append((*_span(log), str(path)))
                writer.write_table(table(log.header, log.rows))
    refuse_overlaps(headers)
    return [Source("parquet", (out,), tuple(SCHEMA.names))] if headers else []


def _span(log: Log) -> tuple[float, float]:
    """From when to when a log was written; nothing where that is lost."""
    if not log.header.started:
        return 0.0, 0.0
    end = log.header.ended
    if end is None:  # cut short
        end = log.header.started + (log.seconds if log.header.lecture is None else 0.0)
    return log.header.started, end
