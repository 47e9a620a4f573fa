"""The other end of the control socket: for ``emocam ctl``, the window and whoever else asks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

from emocam.control import protocol
from emocam.control.channel import Channel, channel, names
from emocam.errors import ControlError, NotRunningError

#: Seconds until EmoCam must have said hello, and answered.
HELLO = 5.0
#: A setting may be tried by a process of its own first.
ANSWER = 150.0


class Client:
    """A connection to a run; use :func:`connected`.

    Args:
        reader: from the channel.
        writer: from the channel.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._number = 0
        self.hello: dict[str, Any] = {}

    async def greet(self) -> None:
        """Take the hello.

        Raises:
            ControlError: if what is there is no EmoCam that we understand.
        """
        self.hello = await self._line(HELLO)
        if self.hello.get("hello") != "emocam":
            raise ControlError("What answers is no EmoCam", "End the program that does")
        if self.hello.get("protocol") != protocol.VERSION:
            version = self.hello.get("version")
            raise ControlError(f"EmoCam {version} runs, which speaks otherwise", "Start it again")

    async def ask(self, action: str, arguments: Mapping[str, str]) -> dict[str, Any]:
        """Have an action done.

        Returns:
            Its result.

        Raises:
            EmoCamError: what the run has against it.
            ControlError: if no answer comes.
        """
        self._number += 1
        request = {"action": action, "arguments": arguments, "id": self._number}
        with contextlib.suppress(OSError):  # it may have said why before it left
            self._writer.write(protocol.encode(request))
            await self._writer.drain()
        while "ok" not in (answer := await self._line(ANSWER)):
            pass  # an event that came first
        if not answer["ok"]:
            raise protocol.stated(answer.get("error"))
        result = answer.get("result")
        return result if isinstance(result, dict) else {}

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """The status at each change, after the action ``watch``, until EmoCam ends."""
        while True:
            try:
                event = await self._line(None)
            except NotRunningError:
                return
            if isinstance(status := event.get("status"), dict):
                yield status

    def leave(self) -> None:
        """End the connection, and :meth:`events` with it."""
        self._writer.close()

    async def ended(self, seconds: float) -> bool:
        """Wait for the end of the run; returns whether it came."""
        with contextlib.suppress(TimeoutError, OSError):
            await asyncio.wait_for(self._reader.read(), seconds)
            return True
        return False

    async def _line(self, seconds: float | None) -> dict[str, Any]:
        try:
            line = await asyncio.wait_for(self._reader.readline(), seconds)
        except TimeoutError:
            raise ControlError("EmoCam runs and does not answer", "End it and start it") from None
        except (OSError, ValueError):
            line = b""
        if not line.endswith(b"\n"):
            raise NotRunningError("EmoCam has ended", "Start it with: emocam run")
        return protocol.decode_answer(line)


@contextlib.asynccontextmanager
async def connected(where: Channel) -> AsyncIterator[Client]:
    """Talk to a run.

    Raises:
        NotRunningError: if there is none.
        ControlError: if there is something else.
    """
    reader, writer = await where.connect()
    client = Client(reader, writer)
    try:
        await client.greet()
        yield client
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def find(name: str, *, only: bool) -> Channel:
    """The channel of the run that is meant.

    Args:
        name: of the run.
        only: whether no other will do. Otherwise, where that one does not run and exactly one
            other does, it is that one: a run into a preview file is nobody else's.

    Raises:
        NotRunningError: if none can be meant.
    """
    if only or await answers(name):
        return channel(name)
    others = [other for other in names() if other != name and await answers(other)]
    if len(others) > 1:
        if all(other.startswith("file-") for other in others):
            raise NotRunningError(
                f"No EmoCam publishes a virtual camera, and {len(others)} write files",
                "Name the file with --output",
            )
        raise NotRunningError(
            f"{len(others)} EmoCams run, and none of them as {name}",
            "Name one with --set output.label=LABEL, or its file with --output",
        )
    return channel(others[0] if others else name)


async def answers(name: str) -> bool:
    """Whether something listens under this name."""
    try:
        _, writer = await channel(name).connect()
    except (NotRunningError, ControlError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
