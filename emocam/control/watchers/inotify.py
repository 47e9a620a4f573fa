"""A descriptor that becomes readable when anybody opens or closes a device (inotify(7)).

So a look at all processes is only due when something happened. Who it was it does not say, and of
several openings in a row it may tell only one, so nothing is counted here.
"""

from __future__ import annotations

import ctypes
import os

_OPEN = 0x20
_CLOSE = 0x08 | 0x10  # of a descriptor that could write, and of one that could not


def watch(path: str) -> int | None:
    """The descriptor, which never waits; None where the system gives none (there is a limit)."""
    library = ctypes.CDLL(None, use_errno=True)
    descriptor: int = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    if descriptor < 0:
        return None
    if library.inotify_add_watch(descriptor, os.fsencode(path), _OPEN | _CLOSE) < 0:
        os.close(descriptor)
        return None
    return descriptor
