"""Writing a log, row by row, so that whatever ends the process leaves one that opens."""

from __future__ import annotations

import contextlib
import math
import os
import sqlite3
from pathlib import Path

from emocam.errors import SessionError
from emocam.sessions.layout import APPLICATION, COLUMNS, FORMAT, SCHEMA, Header, Row

#: Seconds that a write waits for somebody else's lock on the log.
PATIENCE = 1.0
#: Pages after which SQLite moves what was written from the -wal file into the log and has the
#: system put it on the disk. A row takes one or two: about once a minute.
_CHECKPOINT = 64

_INSERT = f"INSERT INTO reading VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
_DELETE = "DELETE FROM reading WHERE t >= ? AND t < ?"


class LogWriter:
    """A log that is being written.

    Each row is a transaction of its own in SQLite's write-ahead log, and in the system's hands when
    :meth:`write` returns: a process that is killed then loses nothing of it. A power cut may cost
    what the system had not put on the disk yet, and damages nothing (synchronous = NORMAL,
    https://www.sqlite.org/wal.html).

    Args:
        path: of a file that is not there yet; it is made for its user alone (0600).
        header: of the session.

    Raises:
        SessionError: if the log cannot be made; nothing is left of it then.
    """

    def __init__(self, path: Path, header: Header) -> None:
        self.path, self.rows = path, 0
        """The file, and how many rows it has."""
        self._replaces = header.lecture is not None
        try:
            # The files that SQLite puts beside a log take over its mode.
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except OSError as error:
            raise _explain(path, error.strerror or str(error)) from None
        try:
            # Whichever thread has it, it is one at a time.
            self._log = sqlite3.connect(
                path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            self._set_up(header)
        except sqlite3.Error as error:
            with contextlib.suppress(AttributeError, sqlite3.Error):
                self._log.close()
            remove(path)
            raise _explain(path, str(error)) from None

    def _set_up(self, header: Header) -> None:
        # Whoever opens the log's file knows what it is, also before there is a row.
        self._log.execute("BEGIN")
        self._log.execute(f"PRAGMA application_id = {APPLICATION}")
        self._log.execute(f"PRAGMA user_version = {FORMAT}")
        for table in SCHEMA:
            self._log.execute(table)
        about = (header.id, FORMAT, header.started, None, header.app, header.model, header.lecture)
        self._log.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?)", about)
        self._log.execute("COMMIT")
        self._log.execute("PRAGMA journal_mode = WAL")
        self._log.execute("PRAGMA synchronous = NORMAL")
        self._log.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
        # SQLite holds the file from the first read on, which tells others that it is in use.
        self._log.execute("SELECT id FROM session").fetchone()

    @property
    def size(self) -> int:
        """How many bytes the log takes, with what is not yet moved into it."""
        return size(self.path)

    def write(self, row: Row) -> None:
        """Append a row.

        By a lecture's time a second may come again; it then replaces what there was of it.

        Raises:
            SessionError: if it cannot be written; the log is as before, and the next may be.
        """
        gone = 0
        try:
            self._log.execute("BEGIN")
            if self._replaces:
                second = float(math.floor(row.t))
                gone = self._log.execute(_DELETE, (second, second + 1)).rowcount
            self._log.execute(_INSERT, row.values)
            self._log.execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                self._log.execute("ROLLBACK")
            raise _explain(self.path, str(error)) from None
        self.rows += 1 - gone

    def close(self, ended: float) -> None:
        """Close the log; what stood beside it is in it then.

        Args:
            ended: seconds since 1970.

        Raises:
            SessionError: if its end cannot be noted; all rows are in it nevertheless.
        """
        try:
            self._log.execute("UPDATE session SET ended = ?", (ended,))
        except sqlite3.Error as error:
            raise _explain(self.path, str(error)) from None
        finally:
            with contextlib.suppress(sqlite3.Error):
                self._log.close()


def files(path: Path) -> tuple[Path, Path, Path]:
    """A log's file, and the two that SQLite has beside it while it is written."""
    return path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def size(path: Path) -> int:
    """How many bytes a log takes, with what stands beside it."""
    sizes = 0
    for each in files(path):
        with contextlib.suppress(OSError):
            sizes += each.stat().st_size
    return sizes


def remove(path: Path) -> None:
    """Remove a log's files; those that are not there are no error.

    Raises:
        SessionError: if one cannot be removed.
    """
    for each in files(path):
        try:
            each.unlink(missing_ok=True)
        except OSError as error:
            raise SessionError(
                f"{each} cannot be removed: {error.strerror}", "Remove it yourself"
            ) from None


def _explain(path: Path, reason: str) -> SessionError:
    return SessionError(
        f"The session log {path} cannot be written: {reason}",
        "Make room, or see that the folder is yours",
    )
