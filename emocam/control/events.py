"""The events file: one JSON line for each reading."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import stat
from pathlib import Path
from typing import Any

from emocam.errors import EventsError
from emocam.expression import Expression, Picture
from emocam.wire import Reading


def event(reading: Reading, time: float, shown: Picture, attends: bool = False) -> dict[str, Any]:
    """The event of a reading.

    Args:
        reading: as it came.
        time: seconds since the first frame of the source.
        shown: what is published after this reading.
        attends: whether attention is read.

    Returns:
        ``time``, ``state``, ``expression`` (as read, None without a face), ``shown`` and
        ``probabilities`` (by name, 0..1; empty without a face); where attention is read also
        ``attention`` (None while it is not known).
    """
    expression = reading.expression
    names = [each.label for each in Expression]
    shares = [round(share, 4) for share in reading.shares]
    record = {
        "time": round(time, 3),
        "state": reading.state.label,
        "expression": expression.label if expression is not None else None,
        "shown": shown.value,
        "probabilities": dict(zip(names, shares, strict=True)) if shares else {},
    }
    return {**record, "attention": reading.attention} if attends else record


def event_of_silence(time: float, shown: Picture) -> dict[str, Any]:
    """The event of a change while there are no readings: sensing is silent or not running.

    Args:
        time: seconds since the first frame of the source.
        shown: what is published from now on.
    """
    return {
        "time": round(time, 3),
        "state": "silent",
        "expression": None,
        "shown": shown.value,
        "probabilities": {},
    }


class EventsFile:
    """Appends events to a file and lets nothing that goes wrong there disturb the run.

    Args:
        path: the file. What stood in it is replaced by the first event, so a run that never comes
            to read anything loses nothing.

    Raises:
        EventsError: if it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.error: EventsError | None = None
        self._size = 0
        try:
            # Unbuffered: each event is whole in the file as soon as it is written. A pipe whose
            # reader stands still must not hold up the run.
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NONBLOCK", 0)
            self._file = io.FileIO(os.open(path, flags, 0o666), "ab")
        except OSError as error:
            raise self._explain(error) from None
        if not self._holds_events():
            self._file.close()
            raise EventsError(
                f"{path} holds something else than events and is left alone",
                "Choose another file with --events",
            )

    def write(self, record: dict[str, Any]) -> None:
        """Append an event; after the first failure nothing more is written.

        Raises:
            EventsError: at the first failure only. The lines before it stay whole.
        """
        if self.error is not None:
            return
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        try:
            if self._size == 0:
                self._cut()
            written = self._file.write(line)
            if written is None:
                raise OSError(errno.EAGAIN, "its reader does not keep up")
            if written != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self._size += len(line)
        except OSError as error:
            self.error = self._explain(error)
            with contextlib.suppress(OSError):
                self._cut()  # half a line would spoil the file
            raise self.error from None

    def _holds_events(self) -> bool:
        """Whether what stands in the file may be replaced: nothing, or the events of a run."""
        if not self._is_file() or os.fstat(self._file.fileno()).st_size == 0:
            return True
        try:
            with self._path.open("rb") as file:
                return file.read(1) == b"{"
        except OSError:
            return False

    def _is_file(self) -> bool:
        return stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)

    def _cut(self) -> None:
        """Cut off what stands behind the last whole event; a pipe or a device has no end to cut."""
        if self._is_file():
            self._file.truncate(self._size)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _explain(self, error: OSError) -> EventsError:
        return EventsError(
            f"The events file {self._path} cannot be written: {error.strerror}",
            "Make room or choose another place with --events",
        )
