"""A log as a table for other programs: CSV and JSON Lines."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from emocam.errors import SessionError
from emocam.sessions.layout import COLUMNS
from emocam.sessions.reader import Log

#: What a log can be exported to, by the ending of the file's name.
ENDINGS = (".csv", ".jsonl", ".parquet")
#: Columns that are the same in every row.
_COMMON = ("session", "started", "lecture")


def ending(path: Path) -> str:
    """Which of :data:`ENDINGS` a file has.

    Raises:
        SessionError: if none.
    """
    if path.suffix.lower() not in ENDINGS:
        raise SessionError(
            f'"{path.name}" ends with none of {", ".join(ENDINGS)}', "Choose the form by the ending"
        )
    return path.suffix.lower()


def export(log: Log, path: Path, *, replace: bool = False) -> None:
    """Write a log's rows, with the columns of :data:`COLUMNS` and what is the same in every row:
    ``session``, ``started`` in seconds since 1970, ``lecture``. Empty or null where there is none.

    Args:
        log: as it was read.
        path: with the ending ``.csv`` or ``.jsonl``.
        replace: whether a file that is there may be replaced.

    Raises:
        SessionError: if it cannot be written; what was there is left alone then.
    """
    kind, about = ending(path), log.header
    common = (about.id, about.started or None, about.lecture)
    with written(path, replace=replace) as file:
        if kind == ".csv":
            table = csv.writer(file, lineterminator="\n")
            table.writerow((*COLUMNS, *_COMMON))
            table.writerows((*row.values, *common) for row in log.rows)
        else:
            for row in log.rows:
                line = dict(zip((*COLUMNS, *_COMMON), (*row.values, *common), strict=True))
                file.write(json.dumps(line, separators=(",", ":")) + "\n")


def free(path: Path, *, replace: bool) -> None:
    """See that no file is there, or that it may be replaced.

    Raises:
        SessionError: if one is there and may not be, or is a folder.
    """
    if path.is_dir() or (not replace and os.path.lexists(path)):
        raise SessionError(f"{path} is there already", "Give another name, or --replace a file")


@contextmanager
def written(path: Path, *, replace: bool = False) -> Iterator[IO[str]]:
    """A text file that is there as a whole or not at all, for its user alone.

    Raises:
        SessionError: if it is there already and may not be replaced, or cannot be written.
    """
    free(path, replace=replace)
    try:
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600
    except OSError as error:
        raise SessionError(f"{path} cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        raise SessionError(f"{path} cannot be written: {error.strerror}", "Make room") from None
    finally:
        Path(name).unlink(missing_ok=True)
