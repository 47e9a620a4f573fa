"""Landlock: a process gives up files, and TCP with them.

Source: the kernel's userspace-api/landlock.html and include/uapi/linux/landlock.h. glibc has no
functions for the three system calls; their numbers are the same on all processors.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_GET_VERSION = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

WRITE_FILE = 1 << 1
READ_FILE = 1 << 2
#: To remove and to make entries of every kind: bits 4 to 12.
_CHANGE_FOLDER = sum(1 << bit for bit in range(4, 13))
#: To move files between folders (version 2) and to shorten them (version 3).
_REFER, _TRUNCATE = 1 << 13, 1 << 14

_BIND_TCP, _CONNECT_TCP = 1 << 0, 1 << 1
_SCOPE_ABSTRACT_UNIX_SOCKET, _SCOPE_SIGNAL = 1 << 0, 1 << 1


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def version() -> int:
    """The kernel's version of Landlock; 0 where it has none or it is turned off."""
    try:
        return _call(_CREATE_RULESET, None, 0, _GET_VERSION)
    except OSError:
        return 0


def changes(kernel: int) -> int:
    """The rights to write and to change folders that a version of Landlock knows."""
    return (
        WRITE_FILE
        | _CHANGE_FOLDER
        | (_REFER if kernel >= 2 else 0)
        | (_TRUNCATE if kernel >= 3 else 0)
    )


class Ruleset:
    """What is given up, and the exceptions from it; :meth:`restrict` makes it hold.

    Args:
        kernel: what :func:`version` says, at least 1.
        display: whether abstract sockets stay in reach: libxcb asks for the display's first, and
            takes a refusal for an answer.

    Raises:
        OSError: if the kernel refuses.
    """

    def __init__(self, kernel: int, display: bool = False) -> None:
        ruleset = _Ruleset(
            changes(kernel) | READ_FILE,
            _BIND_TCP | _CONNECT_TCP if kernel >= 4 else 0,
            _scope(display) if kernel >= 6 else 0,
        )
        size = 24 if kernel >= 6 else 16 if kernel >= 4 else 8
        self._descriptor = _call(_CREATE_RULESET, ctypes.byref(ruleset), size, 0)

    def allow_reading(self, paths: Iterable[Path]) -> None:
        """Files at or below these paths may be read; what cannot be looked at is left out."""
        for path in paths:
            try:
                self._allow(path, READ_FILE)
            except OSError:
                continue

    def allow_device(self, path: Path) -> None:
        """A device may be opened both ways.

        Raises:
            OSError: if there is none.
        """
        self._allow(path, READ_FILE | WRITE_FILE)

    def restrict(self) -> None:
        """Confine this thread and whatever it starts.

        Raises:
            OSError: if the kernel refuses.
        """
        forgo_privileges()
        _call(_RESTRICT_SELF, self._descriptor, 0)

    def close(self) -> None:
        """Let go of the rules; what holds goes on holding."""
        os.close(self._descriptor)

    def _allow(self, path: Path, rights: int) -> None:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            rule = _PathBeneath(rights, descriptor)
            _call(_ADD_RULE, self._descriptor, _PATH_BENEATH, ctypes.byref(rule), 0)
        finally:
            os.close(descriptor)


def _scope(display: bool) -> int:
    return _SCOPE_SIGNAL if display else _SCOPE_SIGNAL | _SCOPE_ABSTRACT_UNIX_SOCKET


def forgo_privileges() -> None:
    """No program started from here can gain rights by its file mode; what follows needs that.

    Raises:
        OSError: if the kernel refuses.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = int(libc.syscall(ctypes.c_long(number), *wide))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
