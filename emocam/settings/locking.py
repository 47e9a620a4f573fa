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
PATIENCE = 15.0
_STEP = 0.01


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only one who changes settings in a folder while the body runs.

    Raises:
        SettingsError: if another program is at it for :data:`PATIENCE` seconds.
        OSError: if the folder cannot be opened.
    """
    end = time.monotonic() + PATIENCE
    while (descriptor := _take(folder)) is None:
        if time.monotonic() > end:
            raise SettingsError(
                f"Another program is changing the settings in {folder}", "Try again"
            )
        time.sleep(_STEP)
    try:
        yield
    finally:
        os.close(descriptor)  # which gives the lock back


def _take(folder: Path) -> int | None:
    """A descriptor that holds the lock; None while another has it."""
    if sys.platform == "win32":  # a folder has no locks there; this file goes when it is closed
        import msvcrt

        path = folder / ".emocam.lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TEMPORARY)
        except PermissionError:
            if os.access(folder, os.W_OK):
                return None  # the one before is just going
            raise
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            os.close(descriptor)
            return None
        return descriptor
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        return descriptor  # a file system without locks is no reason to refuse
    return descriptor
