"""Doing what must not be possible, to see that it is not. Run in a process made for that."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from emocam.confinement import Protection

_REFUSED = (errno.EPERM, errno.EACCES)
#: A device that everybody may open.
_ALWAYS_THERE = (Path("/dev/ptmx"),)
_AF_INET, _AF_UNIX, _SOCK_STREAM = 2, 1, 1


def all_of_them(devices: Iterable[Path]) -> list[Protection]:
    """Each attempt, in force when the system refused it."""
    return [
        Protection(name, refused, f"{words}: {'refused' if refused else 'possible'}")
        for name, words, refused in _attempts(devices)
    ]


def _attempts(devices: Iterable[Path]) -> Iterator[tuple[str, str, bool]]:
    yield "internet", "To open an internet socket", _refuses(lambda: _socket(_AF_INET))
    yield "local sockets", "To open a local socket", _refuses(lambda: _socket(_AF_UNIX))
    yield "programs", "To start a program", _refuses(_start_a_program)
    yield "processes", "To become two processes", _refuses(_fork)
    yield "other processes", "To signal another process", _refuses_all(_signals())
    yield "new files", "To make a file", _refuses(_make_a_file)
    yield "other files", "To write to a file that is there", _refuses(write_to_a_file)
    for device in (*_ALWAYS_THERE, *devices):
        if device.exists():
            yield "other devices", f"To open {device}", _refuses(partial(_open, device))


def _refuses(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except OSError as error:
        return error.errno in _REFUSED
    return False


def _refuses_all(attempts: Iterable[Callable[[], None]]) -> bool:
    return all(_refuses(attempt) for attempt in attempts)


def _socket(family: int) -> None:
    # By the C library: EmoCam's own code has no way to a socket.
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.socket(family, _SOCK_STREAM, 0)
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), "refused")
    os.close(descriptor)


def _start_a_program() -> None:
    # An empty name cannot be started even where starting is allowed: then it is ENOENT.
    libc = ctypes.CDLL(None, use_errno=True)
    libc.execve(b"", (ctypes.c_char_p * 1)(None), (ctypes.c_char_p * 1)(None))
    raise OSError(ctypes.get_errno(), "not started")


def _fork() -> None:
    # By the C library too: Python's own warns of threads.
    libc = ctypes.CDLL(None, use_errno=True)
    number = libc.fork()
    if number == 0:
        os._exit(0)
    if number < 0:
        raise OSError(ctypes.get_errno(), "refused")
    os.waitpid(number, 0)


def _signals() -> Iterator[Callable[[], None]]:
    """Ways to send the parent signal 0, which does nothing to it."""
    yield lambda: os.kill(os.getppid(), 0)
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "tgkill"):  # glibc 2.30

        def to_a_thread() -> None:
            if libc.tgkill(os.getppid(), os.getppid(), 0):
                raise OSError(ctypes.get_errno(), "refused")

        yield to_a_thread


def _make_a_file() -> None:
    path = Path("/", "tmp", f"emocam-attempt-{os.getpid()}")
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    path.unlink()


def _open(device: Path) -> None:
    os.close(os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY))


def write_to_a_file() -> None:
    """Open a file for writing that is always there.

    Raises:
        OSError: if it is refused.
    """
    # Opened and closed again: nothing is changed. A file of one's own that is always there.
    os.close(os.open("/proc/self/comm", os.O_WRONLY))
