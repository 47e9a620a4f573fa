"""A process that outlives the one that starts it, and what it says before it ends."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import IO

#: What EmoCam's programs put before an error.
MARK = "emocam: "
#: How many bytes of what it said are read, from the end.
_LAST = 4096


def start(words: list[str], ended: Callable[[int, str], None]) -> None:
    """Start it.

    Args:
        words: its command.
        ended: is told its exit code, as of :class:`subprocess.Popen`, and the end of what it said
            on stderr; in a thread of its own.

    Raises:
        OSError: if it cannot be started.
    """
    nothing = subprocess.DEVNULL
    # A file and no pipe: what it says must not fail once this process has gone.
    said = tempfile.TemporaryFile()  # noqa: SIM115 - the thread closes it
    try:
        process = subprocess.Popen(
            words,
            stdin=nothing,
            stdout=nothing,
            stderr=said,
            start_new_session=sys.platform != "win32",
        )
    except BaseException:
        said.close()
        raise
    # Somebody must ask for its exit code, or it stays in the list of processes.
    work = (process, said, ended)
    threading.Thread(target=_wait, args=work, name="apart", daemon=True).start()


def _wait(
    process: subprocess.Popen[bytes], said: IO[bytes], ended: Callable[[int, str], None]
) -> None:
    code = process.wait()
    with said:
        said.seek(max(0, said.seek(0, 2) - _LAST))
        words = said.read().decode(errors="replace").strip()
    ended(code, words)
