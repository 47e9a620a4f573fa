"""The control socket's server: few clients, none of whom can hold up the run."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

from emocam.control import limits, protocol
from emocam.control.actions import Operations, find
from emocam.control.status import essence
from emocam.errors import ControlError, EmoCamError, InternalError


class Server:
    """Answers the clients of a run.

    Args:
        run: what they ask for is done to this.
    """

    def __init__(self, run: Operations) -> None:
        self._run = run
        self._tasks: set[asyncio.Task[None]] = set()
        self.clients = 0
        """How many are served now."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one client until it leaves, breaks a rule, or :meth:`close`."""
        if len(self._tasks) >= 2 * limits.MAX_CLIENTS:
            writer.transport.abort()  # so many at once that there is no time for words
            return
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        conversation = Conversation(self._run, reader, writer)
        try:
            if self.clients >= limits.MAX_CLIENTS:
                await conversation.turn_away()
            else:
                await self._serve(conversation)
        except (OSError, TimeoutError):
            pass  # it is gone, or takes nothing
        except asyncio.CancelledError:
            pass  # the run ends; asyncio's own streams would complain of a cancelled task
        finally:
            await conversation.close()
            self._tasks.discard(task)

    async def _serve(self, conversation: Conversation) -> None:
        self.clients += 1
        try:
            await conversation.hold()
        finally:
            self.clients -= 1

    async def close(self) -> None:
        """Let all clients go."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Conversation:
    """What is said with one client.

    Args:
        run: what is asked for is done to this.
        reader: gives requests; its limit is :data:`limits.MAX_REQUEST`.
        writer: takes answers.
    """

    def __init__(
        self, run: Operations, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._run, self._reader, self._writer = run, reader, writer
        self._allowance = limits.Allowance()
        self._sending = asyncio.Lock()
        self._following: asyncio.Task[None] | None = None
        writer.transport.set_write_buffer_limits(high=limits.MAX_ANSWER)

    async def turn_away(self) -> None:
        """Tell the client that there are too many."""
        await self._send(protocol.hello(os.getpid()))
        await self._refuse(
            ControlError(
                f"{limits.MAX_CLIENTS} programs talk to EmoCam already", "Close one and try again"
            )
        )

    async def hold(self) -> None:
        """Answer requests until the client leaves or breaks a rule.

        Raises:
            OSError, TimeoutError: if the client is gone or takes nothing.
        """
        await self._send(protocol.hello(os.getpid()))
        while (line := await self._line()) is not None:
            if not self._allowance.take(time.monotonic()):
                rate = f"{limits.REQUESTS_PER_SECOND:g} requests a second"
                await self._refuse(ControlError(f"More than {rate} came", "Ask less often"))
                return
            await self._answer(line)

    async def close(self) -> None:
        """Let the client go, whether or not it takes what it was sent."""
        if self._following is not None:
            self._following.cancel()
        self._writer.close()
        try:
            await asyncio.wait_for(self._writer.wait_closed(), 1.0)
        except (OSError, TimeoutError, asyncio.CancelledError):
            self._writer.transport.abort()

    async def _line(self) -> bytes | None:
        """The next request; None if none will come."""
        patience = limits.IDLE if self._following is None else None
        try:
            return await asyncio.wait_for(self._reader.readuntil(b"\n"), patience)
        except asyncio.IncompleteReadError:
            return None
        except TimeoutError:
            error = ControlError(f"No request came for {limits.IDLE:g} seconds", "Connect again")
        except asyncio.LimitOverrunError:
            limit = limits.MAX_REQUEST
            error = ControlError(f"The request is over the limit of {limit} bytes", "Send less")
        await self._refuse(error)
        return None

    async def _answer(self, line: bytes) -> None:
        number = None
        try:
            request = protocol.decode_request(line)
            number = request.id
            action = find(request.action)
            result = await action.perform(self._run, **action.fit(request.arguments))
        except EmoCamError as error:
            await self._refuse(error, number)
            return
        except Exception as error:  # a fault of ours must neither end the run nor go unseen
            fault = InternalError(f"EmoCam failed: {type(error).__name__}: {error}", "Report it")
            await self._refuse(fault, number)
            return
        await self._send(protocol.answer(number, result))
        if action.streams and self._following is None:
            self._following = asyncio.create_task(self._follow(result))

    async def _follow(self, status: dict[str, Any]) -> None:
        """Send the status at each change; a client that does not take it is let go."""
        try:
            while True:
                await asyncio.sleep(limits.WATCH_STEP)
                before, status = status, await self._run.status()
                if essence(status) != essence(before):
                    await self._send({"event": "status", "status": status})
        except (OSError, TimeoutError):
            self._writer.transport.abort()

    async def _refuse(self, error: EmoCamError, number: int | str | None = None) -> None:
        await self._send(protocol.refusal(number, error))

    async def _send(self, message: dict[str, Any]) -> None:
        async with self._sending:
            self._writer.write(protocol.encode(message))
            await asyncio.wait_for(self._writer.drain(), limits.STALL)
