"""One writer of a file at a time, also among processes; nothing is left behind."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from emocam.errors import SettingsError

#: Seconds that a writer waits for another one.
PATIENCE = 5.0
_STEP = 0.02


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only one who changes settings in a folder while the body runs.

    Raises:
        SettingsError: if another program is at it for :data:`PATIENCE` seconds.
        OSError: if the folder cannot be opened.
    """
    descriptor = _open(folder)
    try:
        end = time.monotonic() + PATIENCE
        while not _take(descriptor):
            if time.monotonic() > end:
                raise SettingsError(
                    f"Another program is changing the settings in {folder}", "Try again"
                )
            time.sleep(_STEP)
        yield
    finally:
        os.close(descriptor)  # which gives the lock back


def _open(folder: Path) -> int:
    if sys.platform == "win32":  # a folder has no locks there; this file goes when it is closed
        return os.open(folder / ".emocam.lock", os.O_RDWR | os.O_CREAT | os.O_TEMPORARY)
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _take(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
