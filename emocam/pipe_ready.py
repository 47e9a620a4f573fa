"""Waiting until a pipe has something to read, without a read that hangs in it.

On Windows a thread that reads a pipe holds its handle, and whoever asks about the handle meanwhile
waits for the read: each library with a C runtime of its own does so on stdin when it is loaded. A
process that reads stdin in one thread and imports NumPy in another one would stand still until the
next message. So the pipe is only looked at there, again and again (``PeekNamedPipe``).
"""

from __future__ import annotations

import select
import sys
import time

#: Seconds between two looks on Windows: little against a picture's way, nothing for a processor.
_LOOK = 0.02


def pipe_ready(descriptor: int, seconds: float) -> bool:
    """Wait for something to read, or for the end of the stream.

    Args:
        descriptor: of a pipe; anything else counts as ready on Windows.
        seconds: how long to wait at most.

    Returns:
        Whether a read would return at once.
    """
    if sys.platform == "win32":
        import _winapi  # CPython's own, which multiprocessing rests on
        import msvcrt

        handle = msvcrt.get_osfhandle(descriptor)
        end = time.monotonic() + seconds
        while True:
            try:
                if _winapi.PeekNamedPipe(handle)[0]:
                    return True
            except OSError:
                return True  # the other end is closed, or it is no pipe
            if time.monotonic() >= end:
                return False
            time.sleep(_LOOK)
    return bool(select.select([descriptor], [], [], seconds)[0])
