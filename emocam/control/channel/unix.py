"""The channel on Linux and macOS: a Unix socket in a folder of the user's own, and a lock.

The lock (``flock``) says who runs: the kernel drops it when its holder dies, however that happens.
Who has the lock may replace the socket, so one that a killed run left behind is no obstacle.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import struct
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from emocam.control.channel import Channel, Serve, Streams, running
from emocam.control.limits import MAX_ANSWER, MAX_REQUEST
from emocam.errors import ControlError, NotRunningError

if sys.platform != "win32":
    import fcntl

#: <sys/socket.h> of Linux (the generic one: x86 and Arm): SOL_SOCKET, SO_PEERCRED.
_SO_PEERCRED = (1, 17)
#: <sys/un.h> of macOS: SOL_LOCAL, LOCAL_PEERCRED; the answer is a struct xucred of <sys/ucred.h>.
_LOCAL_PEERCRED = (0, 1)
_XUCRED_SIZE = 76


class UnixChannel(Channel):
    """Implements :class:`emocam.control.channel.Channel`."""

    def __init__(self, name: str, folder: Path | None = None) -> None:
        super().__init__(name)
        self._folder = folder or find_folder()
        self._socket = self._folder / f"{name}.sock"
        self._lock_path = self._folder / f"{name}.lock"
        self._lock: int | None = None
        self._server: asyncio.Server | None = None

    def address(self) -> str:
        """The path of the socket."""
        return str(self._socket)

    def claim(self, what: str = "") -> None:
        """As for :class:`Channel`."""
        _make_folder(self._folder)
        try:
            self._lock = self._take_lock()
        except BlockingIOError:
            raise running(self.name, *self._holder()) from None
        except OSError as error:
            raise _no_place(self._folder, error) from None
        with contextlib.suppress(OSError):  # it only makes a message better
            self._lock_path.write_text(f"{os.getpid()} {what}\n", encoding="ascii")

    def _take_lock(self) -> int:
        while True:
            # For reading: no process of EmoCam keeps a file open for writing unasked.
            lock = os.open(self._lock_path, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # The run before may have removed the file just before it let go of it.
                with contextlib.suppress(FileNotFoundError):
                    if os.fstat(lock).st_ino == self._lock_path.stat().st_ino:
                        return lock
            except OSError:
                os.close(lock)
                raise
            os.close(lock)

    def _holder(self) -> tuple[int | None, str]:
        """The process that has the lock, and its command if that does not listen."""
        with contextlib.suppress(OSError, ValueError):
            pid, _, what = self._lock_path.read_text(encoding="ascii")[:40].partition(" ")
            return int(pid), what.strip()
        return None, ""

    async def listen(self, serve: Serve) -> None:
        """As for :class:`Channel`."""
        assert self._lock is not None

        async def admit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if peer_uid(writer.get_extra_info("socket")) == os.geteuid():
                await serve(reader, writer)
            else:
                writer.transport.abort()

        try:
            self._socket.unlink(missing_ok=True)  # of a run that was killed: the lock is ours
            self._server = await asyncio.start_unix_server(
                admit, path=str(self._socket), limit=MAX_REQUEST
            )
            self._socket.chmod(0o600)
        except OSError as error:
            raise _no_place(self._folder, error) from None

    def close(self) -> None:
        """As for :class:`Channel`."""
        if self._server is not None:
            self._server.close()
            self._server = None
            with contextlib.suppress(OSError):
                self._socket.unlink(missing_ok=True)

    def release(self) -> None:
        """As for :class:`Channel`."""
        self.close()
        if self._lock is not None:
            with contextlib.suppress(OSError):
                self._lock_path.unlink(missing_ok=True)  # while it is still locked
            os.close(self._lock)
            self._lock = None

    async def connect(self) -> Streams:
        """As for :class:`Channel`."""
        try:
            reader, writer = await asyncio.open_unix_connection(self._socket, limit=MAX_ANSWER)
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
            raise NotRunningError("No EmoCam runs", "Start it with: emocam run") from None
        except OSError as error:
            if error.errno is None:  # Python's own word: the path is longer than an address may be
                raise _no_place(self._folder, error) from None
            raise ControlError(
                f"EmoCam cannot be reached at {self._socket}: {error.strerror}",
                "Ask as the user who started it",
            ) from None
        if peer_uid(writer.get_extra_info("socket")) != os.geteuid():
            writer.transport.abort()
            raise ControlError(
                f"{self._socket} belongs to a program of another user",
                "Remove it, or set XDG_RUNTIME_DIR",
            )
        return reader, writer


def names() -> list[str]:
    """The names that runs of this user may have now, sorted."""
    try:
        return sorted(path.stem for path in find_folder().glob("*.sock"))
    except OSError:
        return []


def find_folder() -> Path:
    """The folder for sockets and locks; whether or not it is there already.

    The user's own run-time folder where there is one (``$XDG_RUNTIME_DIR``, else the one that
    systemd makes, so that a program without the variable finds it too), else a folder of the
    user's own among the temporary ones, which on macOS are the user's own as well.
    """
    for parent in _run_time_folders():
        with contextlib.suppress(OSError):
            if parent.is_absolute() and parent.stat().st_uid == os.geteuid():
                return parent / "emocam"
    return Path(tempfile.gettempdir()) / f"emocam-{os.geteuid()}"


def _run_time_folders() -> Iterator[Path]:
    if named := os.environ.get("XDG_RUNTIME_DIR"):
        yield Path(named)
    yield Path(f"/run/user/{os.geteuid()}")


def _make_folder(folder: Path) -> None:
    """See that the folder is there, is the user's own, and is open to nobody else.

    Raises:
        ControlError: if it is not.
    """
    try:
        with contextlib.suppress(FileExistsError):
            folder.mkdir(0o700)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise ControlError(
                f"{folder} is no folder of your own, so the control socket cannot lie there",
                "Remove it, or set XDG_RUNTIME_DIR to a folder of your own",
            )
        if found.st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise _no_place(folder, error) from None


def _no_place(folder: Path, error: OSError) -> ControlError:
    return ControlError(
        f"There is no control socket, as {folder} cannot be used: {error.strerror or error}",
        "Set XDG_RUNTIME_DIR to a folder of your own with a short path",
    )


def peer_uid(sock: Any) -> int | None:
    """The number of the user at the other end of a Unix socket; None if the system does not say.

    Args:
        sock: what asyncio gives as ``socket``.
    """
    system: str = sys.platform
    try:
        if system == "linux":
            return parse_ucred(sock.getsockopt(*_SO_PEERCRED, 12))
        return parse_xucred(sock.getsockopt(*_LOCAL_PEERCRED, _XUCRED_SIZE))
    except OSError:
        return None


def parse_ucred(data: bytes) -> int | None:
    """The user in Linux's ``struct ucred``: pid, uid, gid, 32 bits each (unix(7))."""
    return struct.unpack("=iII", data)[1] if len(data) == 12 else None


def parse_xucred(data: bytes) -> int | None:
    """The user in macOS's ``struct xucred``: version (0), uid, then groups."""
    if len(data) < 8:
        return None
    version, uid = struct.unpack_from("=II", data)
    return int(uid) if version == 0 else None
