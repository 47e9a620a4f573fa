"""The three standard streams of a child process, made safe. Both rooms' processes use them.

What leaves a process goes through file descriptors that only this module knows. The numbers 1 and
2, which native libraries write to, can be pointed at nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any

from emocam.errors import EmoCamError, ExitCode, WireError
from emocam.pipe_ready import pipe_ready
from emocam.wire import MAX_MESSAGE_SIZE, decode_message, encode_message

#: Seconds after which a wait looks whether a signal has ended the process.
_NAP = 0.25
#: Seconds of a wait that nothing but a message or the end of the stream is to end.
_PATIENCE = 3600.0


class Outlet:
    """What may leave the process.

    Creating it takes stdout away from everybody else.
    """

    def __init__(self) -> None:
        sys.stdout.flush()
        self._out = os.dup(1)
        self._errors: int | None = os.dup(2)
        _point_at_nothing(1)

    def send(self, data: bytes) -> bool:
        """Write bytes to what was stdout.

        Returns:
            False if the reader is gone. After :meth:`never_wait` a reader that is only slow loses
            the bytes: a late reading is worth nothing, and waiting would make all that follow late.
        """
        try:
            while data:
                data = data[os.write(self._out, data) :]
        except BlockingIOError:
            return True
        except OSError:
            return False
        return True

    def status(self, state: str, **values: Any) -> None:
        """Send a status message; a reader that is gone shows at the end of stdin."""
        self.send(encode_message({"type": "status", "state": state, **values}))

    def answer(self, value: Any) -> None:
        """Send the answer to a question: one JSON value and a newline."""
        self.send(json.dumps(value).encode() + b"\n")

    def never_wait(self) -> None:
        """Make :meth:`send` drop bytes instead of waiting for a slow reader."""
        if sys.platform != "win32":
            os.set_blocking(self._out, False)

    def mute(self) -> None:
        """Silence everybody who writes to stderr; only this object still can."""
        sys.stderr.flush()
        _point_at_nothing(2)

    def seal(self) -> None:
        """Give up stderr for good: from now on nothing can leave but by :meth:`send`."""
        self.mute()
        if self._errors is not None:
            os.close(self._errors)
            self._errors = None

    def state_error(self, error: EmoCamError) -> None:
        """Say on what was stderr why the process ends; nothing once that is sealed."""
        self._tell("error", error, exit_code=int(error.exit_code))

    def protection(self, about: Mapping[str, Any]) -> None:
        """Say on what was stderr which protection is in force; nothing once that is sealed."""
        self._write_error({"protection": about})

    def warn(self, error: EmoCamError) -> None:
        """Say on what was stderr what is wrong while the process goes on."""
        self._tell("warning", error)

    def _tell(self, key: str, error: EmoCamError, **more: Any) -> None:
        name = type(error).__name__
        self._write_error({key: name, "cause": error.cause, "remedy": error.remedy, **more})

    def _write_error(self, line: Mapping[str, Any]) -> None:
        if self._errors is None:
            return
        with contextlib.suppress(OSError):
            os.write(self._errors, json.dumps(line).encode() + b"\n")


def _point_at_nothing(number: int) -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, number, inheritable=False)
    os.close(nothing)


class Inlet:
    """The messages on stdin, read by a thread of its own.

    The end of stdin means that control is gone or wants the process to end.

    Args:
        grace: seconds from the end of the stream until the process is ended by force, should
            something hang; None for never, as for a question, whose asker closes the stream before
            there is an answer.
        source: descriptor to read from.
    """

    def __init__(self, grace: float | None, source: int = 0) -> None:
        self._grace = grace
        self._source = source
        # Its lock can be taken again by the same thread: a signal handler runs in the main thread,
        # which may hold it.
        self._changed = threading.Condition(threading.RLock())
        self._messages: list[dict[str, Any]] = []
        self._faults: list[WireError] = []
        self._rest = b""
        self._ended = False

    def first(self) -> dict[str, Any] | None:
        """The first message, read in this thread: before :meth:`start` there is no other one.

        What a process gives up by :mod:`emocam.confinement` depends on its configuration, and
        threads that run already would keep their rights.

        Returns:
            A message, or None if the process is to end.

        Raises:
            WireError: if stdin holds something that is no message.
        """
        while not (self._messages or self._faults or self._ended):
            self.listen(_NAP)
        return self.receive(0)

    def listen(self, seconds: float) -> None:
        """Wait for more messages in this thread, before :meth:`start`.

        Args:
            seconds: to wait at most.
        """
        if not pipe_ready(self._source, seconds):
            return
        try:
            self._feed(os.read(self._source, MAX_MESSAGE_SIZE))
        except OSError:
            self._end()

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    def obey_signals(self) -> None:
        """End at SIGTERM; leave SIGINT to control, which shares the terminal."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: self._end())

    @property
    def ended(self) -> bool:
        """Whether the process is to end."""
        return self._ended

    def receive(self, timeout: float | None) -> dict[str, Any] | None:
        """The next message, waiting for it.

        Args:
            timeout: seconds to wait at most; None waits for ever.

        Returns:
            A message; None if none came in time or the process is to end.

        Raises:
            WireError: if stdin holds something that is no message.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._messages or self._faults or self._ended, timeout)
            if self._messages:
                return self._messages.pop(0)
            if self._faults:
                raise self._faults.pop(0)
            return None

    def take(self) -> tuple[list[dict[str, Any]], list[WireError]]:
        """All messages and faults since the last call, in order; never waits."""
        if not self._messages and not self._faults:
            return [], []
        with self._changed:
            messages, self._messages = self._messages, []
            faults, self._faults = self._faults, []
        return messages, faults

    def wait(self, seconds: float) -> bool:
        """Sleep, but not beyond the end of the stream; returns whether it ended."""
        with self._changed:
            return self._changed.wait_for(lambda: self._ended, seconds)

    def end(self) -> None:
        """End the process from inside, as the end of the stream does."""
        self._end()

    def _end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _read(self) -> None:
        # Raw reads: a thread that sleeps in sys.stdin would hold its lock when Python ends.
        try:
            while not pipe_ready(self._source, _PATIENCE) or self._feed(
                os.read(self._source, MAX_MESSAGE_SIZE)
            ):
                pass
        except (OSError, MemoryError):
            pass  # a process that hears nothing any more must not outlive control either
        try:
            self._end()
            if self._grace is not None:
                threading.Event().wait(self._grace)
        finally:
            if self._grace is not None:
                os._exit(ExitCode.OK)

    def _feed(self, data: bytes) -> bool:
        """Take bytes of the stream; False at its end, or at a line that is longer than any."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._add(line)
        if len(self._rest) > MAX_MESSAGE_SIZE:
            self._add(self._rest)  # refused as too long
            data = b""
        if not data:
            self._end()
        return bool(data)

    def _add(self, line: bytes) -> None:
        with self._changed:
            try:
                self._messages.append(decode_message(line))
            except WireError as error:
                self._faults.append(error)
            self._changed.notify_all()
