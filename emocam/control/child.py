"""One child process with its three pipes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
from collections.abc import Callable, Mapping
from typing import Any

from emocam import errors
from emocam.another import python
from emocam.confinement import Protection
from emocam.errors import EmoCamError, ExitCode, ProcessError
from emocam.wire import MAX_MESSAGE_SIZE, encode_message

#: Only the end of what a child says on stderr is kept, in bytes.
_TAIL = 4096
#: How lines on stderr begin that do not say why a child died; the last is of its own warnings.
_CHATTER = ("INFO:", "WARNING:", "W0000", '{"warning": ', '{"protection": ')
#: A child that lets so many bytes pile up before it is not reading any more.
_MAX_UNREAD = 4 * MAX_MESSAGE_SIZE


def command(module: str, *arguments: str) -> list[str]:
    """The command line of a child: this very Python, without the working folder in its path."""
    return [*python(), "-m", module, *arguments]


class Child:
    """A running child.

    The child reads messages on stdin and speaks on stdout; the end of its stdin tells it to end, so
    a child never outlives the control process, however that dies.

    Args:
        process: as started.
        warn: takes what the child warns of while it goes on.
    """

    def __init__(self, process: asyncio.subprocess.Process, warn: Callable[[str], None]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._stdin = process.stdin
        self.stdout = process.stdout
        self._tail = b""
        self._warn = warn
        self.protections: dict[str, Protection] = {}
        """What it says of its own protections, tried by itself before anything was looked at."""
        self._stderr = asyncio.create_task(self._read_stderr(process.stderr))

    @classmethod
    async def start(cls, module: str, warn: Callable[[str], None] = lambda _: None) -> Child:
        """Start ``python -m module``.

        Raises:
            ProcessError: if the system refuses.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *command(module),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                limit=MAX_MESSAGE_SIZE,
            )
        except OSError as error:
            raise ProcessError(
                f"{module} cannot be started: {error.strerror}",
                "Close other programs, or install EmoCam again",
            ) from None
        return cls(process, warn)

    @property
    def pid(self) -> int:
        """The process number."""
        return self._process.pid

    def send(self, message: Mapping[str, Any]) -> None:
        """Hand over a message without waiting; one to a child that has died is dropped."""
        if self._stdin.is_closing() or self._process.returncode is not None:
            return
        if self._stdin.transport.get_write_buffer_size() > _MAX_UNREAD:
            self.kill()  # it hangs; the supervisor starts another
            return
        with contextlib.suppress(OSError):
            self._stdin.write(encode_message(message))

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def wait(self) -> int:
        """Wait for its end; returns the exit code, negative for a signal."""
        code = await self._process.wait()
        # A grandchild could keep the pipe open; what it says is of no interest.
        await asyncio.wait([self._stderr], timeout=1.0)
        return code

    async def stop(self, grace: float) -> int:
        """Ask it to end, and make it.

        Args:
            grace: seconds it may take to end by itself.

        Returns:
            The exit code.
        """
        with contextlib.suppress(OSError):
            self._stdin.close()
        for seconds, then in ((grace, self._process.terminate), (1.0, self._process.kill)):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), seconds)
                break
            with contextlib.suppress(ProcessLookupError):
                then()
        code = await self.wait()
        self._stderr.cancel()
        return code

    def error(self) -> EmoCamError | None:
        """The error that it stated on stderr before it left, if it did."""
        for line in reversed(self._tail.splitlines()):
            with contextlib.suppress(ValueError, KeyError, TypeError):
                stated = json.loads(line)
                found = _stated(stated, "error")
                found.exit_code = ExitCode(stated["exit_code"])
                return found
        return None

    def state_protection(self, stated: object) -> None:
        """Take what the child says of one of its protections; nonsense is dropped."""
        match stated:
            case {
                "name": ("files" | "calls") as name,
                "in_force": bool(holds),
                "words": str(words),
            }:
                self.protections[name] = Protection(name, holds, _plain(words[:200]))

    def last_words(self) -> str:
        """The last line on stderr, for a message about a crash; may be empty."""
        lines = self._tail.decode(errors="replace").strip().splitlines()
        # Libraries chatter there too; that is no reason for anything.
        telling = [line for line in lines if not line.startswith(_CHATTER)]
        return telling[-1][:200] if telling else ""

    async def _read_stderr(self, stream: asyncio.StreamReader) -> None:
        while data := await stream.read(_TAIL):
            # The last piece may be half a line, whose other half is still to come.
            start = self._tail.rpartition(b"\n")[2]
            for line in (start + data).splitlines(keepends=True):
                if line.endswith(b"\n"):
                    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
                        stated = json.loads(line)
                        self.state_protection(stated.get("protection"))
                        self._warn(str(_stated(stated, "warning")))
            self._tail = (self._tail + data)[-_TAIL:]


def _plain(words: str) -> str:
    """Words without what would steer a terminal."""
    return "".join(letter for letter in words if letter.isprintable())


def _stated(stated: Mapping[str, Any], key: str) -> EmoCamError:
    """The error in a line such as ``{"error": "ModelError", "cause": …, "remedy": …}``.

    Raises:
        KeyError, TypeError: if it is none.
    """
    kind = getattr(errors, str(stated[key]), None)
    if not (isinstance(kind, type) and issubclass(kind, EmoCamError)):
        kind = EmoCamError
    return kind(str(stated["cause"]), str(stated["remedy"]))
