"""Starting another process of EmoCam's own: with this very Python, and nothing else's modules."""

from __future__ import annotations

import sys


def python(executable: str | None = None) -> list[str]:
    """The first words of its command line; ``-m`` and a module follow.

    The working folder is in no path (``-P``). The Debian package starts EmoCam with ``-I``, and so
    are its children: variables that were meant for another Python mean nothing to them either.

    Args:
        executable: another program of the same Python.
    """
    return [executable or sys.executable, "-I" if sys.flags.isolated else "-P"]
