"""The three standard streams of a child process, made safe.

What leaves the process goes through file descriptors that only this package knows. The numbers 1
and 2, which native libraries write to, are pointed at nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from typing import Any

from emocam.errors import EmoCamError, ExitCode, WireError
from emocam.wire import MAX_MESSAGE_SIZE, decode_message

#: Seconds after the end of stdin until the process ends even though a native call hangs.
_GRACE = 2.5


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
            False if the reader is gone. A reader that is only slow loses the bytes: a late reading
            is worth nothing, and waiting would make all that follow late as well.
        """
        try:
            os.write(self._out, data)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return True

    def answer(self, value: Any) -> None:
        """Write a whole JSON value and a newline to what was stdout."""
        data = json.dumps(value).encode() + b"\n"
        while data:
            data = data[os.write(self._out, data) :]

    def never_wait(self) -> None:
        """Make :meth:`send` drop bytes instead of waiting for a slow reader."""
        if sys.platform != "win32":
            os.set_blocking(self._out, False)

    def mute(self) -> None:
        """Silence everybody who writes to stderr; only :meth:`state_error` still can."""
        sys.stderr.flush()
        _point_at_nothing(2)

    def seal(self) -> None:
        """Give up stderr for good: from now on nothing but readings can leave."""
        self.mute()
        if self._errors is not None:
            os.close(self._errors)
            self._errors = None

    def state_error(self, error: EmoCamError) -> None:
        """Write one error as a JSON line to what was stderr; nothing once that is sealed."""
        if self._errors is None:
            return
        line = {
            "error": type(error).__name__,
            "cause": error.cause,
            "remedy": error.remedy,
            "exit_code": int(error.exit_code),
        }
        with contextlib.suppress(OSError):
            os.write(self._errors, json.dumps(line).encode() + b"\n")


def _point_at_nothing(number: int) -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, number, inheritable=False)
    os.close(nothing)


class Inlet:
    """The messages on stdin, read by a thread of its own.

    The end of stdin means that control is gone or wants the process to end. Should a native call
    hang then, the thread ends the process.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._messages: list[dict[str, Any]] = []
        self._fault: WireError | None = None
        self._ended = False
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    @property
    def ended(self) -> bool:
        """Whether the process is to end."""
        return self._ended

    def obey_signals(self) -> None:
        """End at SIGTERM; leave SIGINT to control, which shares the terminal."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: self._end())

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
            self._changed.wait_for(self._something, timeout)
            if self._messages:
                return self._messages.pop(0)
            if self._fault is not None:
                raise self._fault
            return None

    def _something(self) -> bool:
        return bool(self._messages) or self._ended or self._fault is not None

    def _end(self) -> None:
        # Also runs as a signal handler of the main thread, where that may hold the lock already;
        # a condition's own lock can be taken again.
        with self._changed:
            self._ended = True
            self._changed.notify()

    def _read(self) -> None:
        rest = b""
        while True:
            try:
                data = os.read(0, MAX_MESSAGE_SIZE)
            except OSError:
                data = b""
            if not data:
                break
            *lines, rest = (rest + data).split(b"\n")
            with self._changed:
                try:
                    self._messages += [decode_message(line) for line in lines]
                    if len(rest) > MAX_MESSAGE_SIZE:
                        raise WireError("A message is over the limit")
                except WireError as error:
                    self._fault = error
                self._changed.notify()
            if self._fault is not None:
                return
        self._end()
        threading.Event().wait(_GRACE)
        os._exit(ExitCode.OK)
