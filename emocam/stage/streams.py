"""The standard streams of the stage: messages in, status out, and nothing else on stdout."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

from emocam.errors import EmoCamError, WireError
from emocam.wire import MAX_MESSAGE_SIZE, decode_message, encode_message

#: Seconds after the end of stdin until the process ends even though something hangs; control waits
#: a little longer for a file to be finished.
GRACE = 6.0


class Outlet:
    """Where the process speaks. Creating it takes stdout away from native libraries."""

    def __init__(self) -> None:
        sys.stdout.flush()
        self._out = os.dup(1)
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1, inheritable=False)
        os.close(nothing)

    def status(self, state: str, **values: Any) -> None:
        """Send a status message; a reader that is gone shows at the end of stdin."""
        self._write(encode_message({"type": "status", "state": state, **values}))

    def answer(self, value: Mapping[str, Any]) -> None:
        """Send the answer to a query: one JSON object."""
        self._write(json.dumps(value).encode() + b"\n")

    def state_error(self, error: EmoCamError) -> None:
        """Say on stderr why the process ends."""
        self._tell("error", error, exit_code=int(error.exit_code))

    def warn(self, error: EmoCamError) -> None:
        """Say on stderr what is wrong while the process goes on."""
        self._tell("warning", error)

    def _tell(self, key: str, error: EmoCamError, **more: Any) -> None:
        line = {key: type(error).__name__, "cause": error.cause, "remedy": error.remedy, **more}
        with contextlib.suppress(OSError):
            os.write(2, json.dumps(line).encode() + b"\n")

    def _write(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            while data:
                data = data[os.write(self._out, data) :]


class Inlet:
    """The messages on stdin, read by a thread of its own.

    Args:
        source: descriptor to read from.
        grace: seconds from the end of the stream until the process is ended by force; None for
            never, as for a question, whose asker closes the stream before there is an answer.
    """

    def __init__(self, source: int = 0, grace: float | None = GRACE) -> None:
        self._source = source
        self._grace = grace
        self._ended = threading.Event()
        self._arrived = threading.Condition()
        self._messages: list[dict[str, Any]] = []
        self._faults: list[WireError] = []

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    def obey_signals(self) -> None:
        """End at SIGTERM; leave SIGINT to control, which shares the terminal."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: self._ended.set())

    @property
    def ended(self) -> bool:
        """Whether the process is to end."""
        return self._ended.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep, but not beyond the end of the stream; returns whether it ended."""
        return self._ended.wait(seconds)

    def first(self) -> dict[str, Any] | None:
        """Wait for a message; None if the stream ends before there is one.

        Raises:
            WireError: if it is no message.
        """
        with self._arrived:
            while not (self._messages or self._faults or self.ended):
                self._arrived.wait(0.5)
            if self._faults:
                raise self._faults.pop(0)
            return self._messages.pop(0) if self._messages else None

    def take(self) -> tuple[list[dict[str, Any]], list[WireError]]:
        """All messages and faults since the last call, in order; never waits."""
        if not self._messages and not self._faults:
            return [], []
        with self._arrived:
            messages, self._messages = self._messages, []
            faults, self._faults = self._faults, []
        return messages, faults

    def _read(self) -> None:
        # Raw reads: a thread that sleeps in sys.stdin would hold its lock when Python ends.
        buffer = b""
        with contextlib.suppress(OSError):
            while data := os.read(self._source, MAX_MESSAGE_SIZE):
                *lines, buffer = (buffer + data).split(b"\n")
                for line in lines:
                    self._add(line)
                if len(buffer) > MAX_MESSAGE_SIZE:
                    self._add(buffer)  # refused as too long
                    break
        self._ended.set()
        with self._arrived:
            self._arrived.notify_all()
        if self._grace is not None:
            time.sleep(self._grace)
            os._exit(0)

    def _add(self, line: bytes) -> None:
        with self._arrived:
            try:
                self._messages.append(decode_message(line))
            except WireError as error:
                self._faults.append(error)
            self._arrived.notify_all()
