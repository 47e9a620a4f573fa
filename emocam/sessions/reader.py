"""Reading a log, also one that is damaged, strange or still being written; nothing is changed."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from emocam.errors import SessionError
from emocam.sessions.layout import APPLICATION, COLUMNS, FORMAT, ID, MAX_ROWS, Header, Row, row_of
from emocam.sessions.writer import PATIENCE, files

#: The largest file that is looked into; the longest log takes about 15 MB.
MAX_SIZE = 1 << 30
#: Seconds that one query may take; a file made to keep SQLite busy is given up then.
_TIME = 20.0
#: The longest text that a row may hold, in bytes.
_LONGEST = 1 << 16
#: How many places behind a damaged one are tried.
_TRIES = 4096
#: About as many rows as there are on one of SQLite's pages.
_PAGE = 64

_MAGIC = b"SQLite format 3\0"
_ROWS = (
    f"SELECT rowid, {', '.join(COLUMNS)} FROM reading "  # noqa: S608
    "WHERE rowid > ? ORDER BY rowid LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Log:
    """What could be read of a log.

    Attributes:
        header: of the session.
        rows: in the order in which they were written; those of a recorded lecture in its order.
        problems: one sentence for each thing that could not be read.
    """

    header: Header
    rows: tuple[Row, ...]
    problems: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """From the first row to the last, by their own time."""
        times = [row.t for row in self.rows]
        return max(times) - min(times) if times else 0.0


def read_log(path: Path) -> Log:
    """Read a log.

    One that a run is writing at this time is read as far as it has come.

    Raises:
        SessionError: if nothing of it can be read: it is not there, empty, no log of EmoCam, made
            by a newer one, or damaged where it begins.
    """
    _look(path)
    problems: list[str] = []
    try:
        with _opened(path) as log:
            header = _header(log, path, problems)
            rows = tuple(_rows(log, problems))
            if header.lecture is not None:  # which may have been wound back
                rows = tuple(sorted(rows, key=lambda row: row.t))
    except sqlite3.Error as error:
        raise _damaged(path, error) from None
    except OSError as error:
        raise SessionError(f"{path} cannot be read: {error.strerror}") from None
    return Log(header, rows, tuple(problems))


def read_header(path: Path) -> tuple[Header, int, float]:
    """What a list of logs tells: the header, how many rows there are, and the last one's time.

    Raises:
        SessionError: as :func:`read_log`, and if the log is damaged where it is counted.
    """
    _look(path)
    try:
        with _opened(path) as log:
            header = _header(log, path, [])
            count = log.execute("SELECT count(*) FROM reading").fetchone()[0]
            order = "rowid" if header.lecture is None else "t"
            last = log.execute(
                f"SELECT t FROM reading ORDER BY {order} DESC LIMIT 1"  # noqa: S608
            ).fetchone()
    except sqlite3.Error as error:
        raise _damaged(path, error) from None
    except OSError as error:
        raise SessionError(f"{path} cannot be read: {error.strerror}") from None
    t = last[0] if last and isinstance(last[0], float) else 0.0
    return header, int(count), t


def _look(path: Path) -> None:
    """Look at the file's beginning, before SQLite does."""
    try:
        if not path.is_file():
            what = "is no file" if path.exists() else "is not there"
            raise SessionError(f"{path} {what}", "See emocam session list")
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(100)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SessionError(f"{path} cannot be read: {reason}") from None
    if not size:
        raise SessionError(f"{path} is empty", "There is nothing to be had from it")
    foreign = SessionError(f"{path} is no session log of EmoCam", "Give one that EmoCam wrote")
    if len(start) < 100 or not start.startswith(_MAGIC):
        raise foreign
    application, version = (int.from_bytes(start[at : at + 4], "big") for at in (68, 60))
    if application != APPLICATION:
        raise foreign
    if version > FORMAT:
        raise SessionError(
            f"{path} has the format {version} of a newer EmoCam; this one knows {FORMAT}",
            "Read it with that one, or update EmoCam",
        )
    if size > MAX_SIZE:
        raise SessionError(
            f"{path} has {size >> 20} MiB, more than any log of EmoCam", "Give another file"
        )


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The log, to be read only.

    What was written last may still stand in the -wal file. Where SQLite may not open that in its
    place, as in a folder that cannot be written, it reads a copy.
    """
    _, wal, _ = files(path)
    how = "mode=ro" if wal.exists() and wal.stat().st_size else "mode=ro&immutable=1"
    with contextlib.ExitStack() as stack:
        try:
            log = stack.enter_context(_connected(path, how))
        except sqlite3.OperationalError:
            if "immutable" in how:
                raise
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="emocam-")))
            for each in (path, wal):
                shutil.copyfile(each, folder / each.name)
            log = stack.enter_context(_connected(folder / path.name, "mode=rw"))
        yield log


@contextlib.contextmanager
def _connected(path: Path, how: str) -> Iterator[sqlite3.Connection]:
    log = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}", uri=True, timeout=PATIENCE, isolation_level=None
    )
    with contextlib.closing(log):
        log.text_factory = lambda data: data.decode("utf-8", "replace")
        log.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        until = time.monotonic() + _TIME
        log.set_progress_handler(lambda: time.monotonic() > until, 10_000)
        # The last rule is for recovery: a file that was cut short is read as far as it goes.
        rules = ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON")
        for rule in (*rules, "writable_schema = ON"):
            log.execute(f"PRAGMA {rule}")
        log.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield log


def _header(log: sqlite3.Connection, path: Path, problems: list[str]) -> Header:
    """The session, or as much as can be said of it."""
    tables = dict(log.execute("SELECT name, type FROM sqlite_master").fetchmany(64))
    names = tuple(each[1] for each in log.execute("PRAGMA table_info(reading)").fetchmany(64))
    if tables.get("reading") != "table" or names != COLUMNS:
        raise SessionError(f"{path} has not the table of a session log", "Give another file")
    try:
        found = log.execute(
            "SELECT id, started, ended, app, model, lecture FROM session"
        ).fetchone()
    except sqlite3.Error:
        found = None
    match found:
        case (str(name), float(started), float() | None, str(app), str(model), str() | None) if (
            ID.fullmatch(name)
        ):
            lecture = found[5] and _plain(found[5], 200)
            return Header(name, started, found[2], _plain(app, 64), _plain(model, 64), lecture)
    problems.append("What the log tells of the session as a whole is lost: its time and its name")
    return Header("unknown", 0.0)


def _plain(text: str, most: int) -> str:
    """The text without what a terminal would obey."""
    return "".join(each for each in text[:most] if each.isprintable())


def _rows(log: sqlite3.Connection, problems: list[str]) -> Iterator[Row]:
    """All rows that can be read; behind a damaged page reading goes on."""
    last, given, strange, tries, here = 0, 0, 0, 0, 0
    while given <= MAX_ROWS and tries < _TRIES:
        try:
            for rowid, *values in log.execute(_ROWS, (last, MAX_ROWS + 1 - given)):
                last, here = rowid, 0
                row = row_of(values)
                if row is None:
                    strange += 1
                elif given == MAX_ROWS:
                    problems.append(f"The log has more than {MAX_ROWS} rows; the rest is left out")
                    return
                else:
                    given += 1
                    yield row
            break
        except sqlite3.DatabaseError as error:
            # A page of rows is lost; those with higher numbers may stand in good ones.
            if "interrupted" in str(error) or last > 2**62:
                problems.append("Reading takes too long; the rest is left out")
                return
            tries, here = tries + 1, here + 1
            last += 1 if here < 2 * _PAGE else _PAGE
    if tries:
        problems.append("The log is damaged; the rows in the damaged places are lost")
    if strange:
        problems.append(f"{strange} rows hold what no EmoCam wrote, and are left out")


def _damaged(path: Path, error: sqlite3.Error) -> SessionError:
    return SessionError(
        f"{path} is damaged and cannot be read: {error}", "There is nothing to be had from it"
    )
