"""The folder of a user's logs: names, finding, deleting."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import stat
import time
from pathlib import Path

from platformdirs import user_data_path

from emocam.errors import SessionError
from emocam.sessions.layout import ID
from emocam.sessions.writer import files, remove

_SUFFIX = ".sqlite"
_BLOCK = bytes(1 << 16)


def folder() -> Path:
    """Where the logs lie; it need not be there.

    Raises:
        SessionError: if the user has no such place.
    """
    try:
        return user_data_path("emocam", appauthor=False) / "sessions"
    except (OSError, RuntimeError) as error:
        raise SessionError(
            f"There is no folder for your data: {error}", "Set HOME to a folder of yours"
        ) from None


def new(now: float) -> tuple[str, Path]:
    """The name of a log that starts now, and its place in a folder that is its user's alone.

    Args:
        now: seconds since 1970.

    Raises:
        SessionError: if there can be no such folder.
    """
    home = folder()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and stat.S_IMODE(home.stat().st_mode) & 0o077:
            home.chmod(0o700)
    except OSError as error:
        raise SessionError(
            f"The folder {home} cannot be made: {error.strerror}", "Make room, or mend its rights"
        ) from None
    # By the clock on the wall, for people; the end keeps apart what starts within a second.
    name = f"{time.strftime('%Y%m%d-%H%M%S', time.localtime(now))}-{secrets.token_hex(2)}"
    return name, home / f"{name}{_SUFFIX}"


def logs() -> list[Path]:
    """All logs, the oldest first.

    Raises:
        SessionError: if the folder cannot be read.
    """
    home = folder()
    try:
        found = [each for each in home.iterdir() if each.suffix == _SUFFIX]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SessionError(f"{home} cannot be read: {error.strerror}") from None
    return sorted(each for each in found if ID.fullmatch(each.stem))


def find(name: str | None) -> Path:
    """The log of a name, of the beginning of one, or the last one.

    Args:
        name: as :func:`logs` has it; None for the last.

    Raises:
        SessionError: if there is none, or more than one with that beginning.
    """
    known = logs()
    if not known:
        raise SessionError("There is no session log", "Start one with: emocam session start")
    if name is None:
        return known[-1]
    fitting = [each for each in known if name and each.stem.startswith(name)]
    exact = [each for each in fitting if each.stem == name]
    if len(fitting) != 1 and not exact:
        cause = "No session log has" if not fitting else f"{len(fitting)} session logs have"
        raise SessionError(f'{cause} the name "{name[:64]}"', "See emocam session list")
    return (exact or fitting)[0]


def answers(path: Path) -> Path:
    """The file beside a log with the answers that were given from it."""
    return path.with_suffix(".answers.json")


def delete(path: Path) -> None:
    """Delete a log: its bytes are overwritten before its files are removed.

    What a disk, a copy or a backup keeps of bytes that were overwritten is out of our hands.

    Raises:
        SessionError: if it is being written, or cannot be deleted.
    """
    if _in_use(path):
        raise SessionError(
            f"The session {path.stem} is being recorded", "End it with: emocam session stop"
        )
    for each in (*files(path), answers(path)):
        try:
            _overwrite(each)
        except OSError as error:
            raise SessionError(
                f"{each} cannot be deleted: {error.strerror}", "See that it is yours"
            ) from None
    remove(path)
    answers(path).unlink(missing_ok=True)


def _in_use(path: Path) -> bool:
    """Whether a run has the log open: SQLite then gives nobody the log alone."""
    with contextlib.suppress(sqlite3.Error):
        log = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0.2)
        with contextlib.closing(log):
            log.execute("PRAGMA locking_mode = EXCLUSIVE")
            try:
                log.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except sqlite3.OperationalError as error:
                return "locked" in str(error)
    return False


def _overwrite(path: Path) -> None:
    if path.is_symlink():  # what it leads to is no log's
        return
    with contextlib.suppress(FileNotFoundError), path.open("r+b") as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(_BLOCK[:left])
        file.flush()
        os.fsync(file.fileno())
