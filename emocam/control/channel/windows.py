"""The channel on Windows: a named pipe that only the user's own programs of this machine may open.

Written to Microsoft's documentation (CreateNamedPipeW, "Named Pipe Security and Access Rights",
"Security Descriptor String Format") and to CPython's ``asyncio.windows_events``, whose own pipe
server is taken over but for the making of the pipe: that one sets no security descriptor, and with
the system's default everybody may read. Not run by the project's tests, which have no Windows
machine; the pure parts are tested.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import Any

from emocam.control.channel import Channel, Serve, Streams, running
from emocam.control.limits import MAX_ANSWER, MAX_REQUEST
from emocam.errors import ControlError, NotRunningError, RunningError

PIPES = "\\\\.\\pipe\\"
#: winbase.h
PIPE_ACCESS_DUPLEX = 0x3
FILE_FLAG_OVERLAPPED = 0x40000000
FILE_FLAG_FIRST_PIPE_INSTANCE = 0x80000
PIPE_TYPE_BYTE = PIPE_READMODE_BYTE = PIPE_WAIT = 0x0
PIPE_REJECT_REMOTE_CLIENTS = 0x8
PIPE_UNLIMITED_INSTANCES = 255
ERROR_ACCESS_DENIED = 5
ERROR_PIPE_BUSY = 231
#: Seconds until the next try where the system has no pipe left.
_PAUSE = 1.0


def pipe_prefix(sid: str) -> str:
    """What the names of a user's pipes begin with, so that two users do not meet."""
    return f"emocam-{sid}-"


def security_descriptor(sid: str) -> str:
    """Owned by the user, full access for the user, none for anybody else, nothing inherited."""
    return f"O:{sid}D:P(A;;GA;;;{sid})"


def open_mode(*, first: bool) -> int:
    """The open mode of a pipe: both ways, overlapped; the first one must be the first of all."""
    return (
        PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | (FILE_FLAG_FIRST_PIPE_INSTANCE if first else 0)
    )


PIPE_MODE = PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS


class PipeChannel(Channel):
    """Implements :class:`emocam.control.channel.Channel`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._sid = _calls().user_sid()
        self._path = PIPES + pipe_prefix(self._sid) + name
        self._next: int | None = None  # a pipe that waits for the next client
        self._accepting: asyncio.Task[None] | None = None

    def address(self) -> str:
        """The name of the pipe."""
        return self._path

    def claim(self, what: str = "") -> None:
        """As for :class:`Channel`: who makes the first pipe of a name has it."""
        try:
            self._next = self._make(first=True)
        except OSError as error:
            if getattr(error, "winerror", None) == ERROR_ACCESS_DENIED:
                raise running(self.name, None) from None
            raise ControlError(
                f"There is no control pipe: {error.strerror}", "Restart the computer"
            ) from None

    def _make(self, *, first: bool) -> int:
        handle: int = _calls().create_pipe(
            self._path,
            open_mode(first=first),
            PIPE_MODE,
            PIPE_UNLIMITED_INSTANCES,
            MAX_ANSWER,
            security_descriptor(self._sid),
        )
        return handle

    async def listen(self, serve: Serve) -> None:
        """As for :class:`Channel`."""
        self._accepting = asyncio.create_task(self._accept(serve))

    async def _accept(self, serve: Serve) -> None:
        """Client after client, as ``ProactorEventLoop.start_serving_pipe`` does it."""
        if sys.platform == "win32":
            from asyncio.windows_utils import PipeHandle

            loop: Any = asyncio.get_running_loop()
            while True:
                pipe = PipeHandle(self._next)
                self._next = None  # the object above closes it
                try:
                    await loop._proactor.accept_pipe(pipe)
                except OSError:  # the client left at once
                    self._next = await self._another()  # first, so that the name stays ours
                    pipe.close()
                    continue
                except asyncio.CancelledError:
                    pipe.close()
                    raise
                reader = asyncio.StreamReader(MAX_REQUEST, loop=loop)
                protocol = asyncio.StreamReaderProtocol(reader, serve, loop=loop)
                loop._make_duplex_pipe_transport(pipe, protocol, extra={"addr": self._path})
                self._next = await self._another()  # the one that is served keeps the name

    async def _another(self) -> int:
        """A pipe for the next client, as soon as the system has one."""
        while True:
            try:
                return self._make(first=False)
            except OSError:
                await asyncio.sleep(_PAUSE)

    def close(self) -> None:
        """As for :class:`Channel`."""
        if self._accepting is not None:
            self._accepting.cancel()
            self._accepting = None

    def release(self) -> None:
        """As for :class:`Channel`; the system removes a pipe with its last handle."""
        self.close()
        if self._next is not None:
            with contextlib.suppress(OSError):
                _calls().close_handle(self._next)
            self._next = None

    async def connect(self) -> Streams:
        """As for :class:`Channel`. A pipe that somebody else made under our name is refused."""
        loop: Any = asyncio.get_running_loop()
        reader = asyncio.StreamReader(MAX_ANSWER, loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        try:
            transport, _ = await loop.create_pipe_connection(lambda: protocol, self._path)
        except FileNotFoundError:
            raise NotRunningError("No EmoCam runs", "Start it with: emocam run") from None
        except OSError as error:
            raise ControlError(
                f"EmoCam cannot be reached at {self._path}: {error.strerror}",
                "Ask as the user who started it",
            ) from None
        pipe = transport.get_extra_info("pipe")
        if _calls().owner_sid(pipe.fileno()) != self._sid:
            transport.abort()
            raise RunningError(
                f"The pipe {self._path} belongs to another user's program", "Ask who made it"
            )
        return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


def names() -> list[str]:
    """The names that runs of this user may have now, sorted."""
    prefix = pipe_prefix(_calls().user_sid())
    with contextlib.suppress(OSError):
        found = os.listdir(PIPES)  # noqa: PTH208 (no folder that pathlib would know)
        return sorted(each.removeprefix(prefix) for each in found if each.startswith(prefix))
    return []


def _calls() -> Any:
    from emocam.control.channel import windows_calls

    return windows_calls
