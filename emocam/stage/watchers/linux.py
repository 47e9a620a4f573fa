"""Who reads EmoCam on Linux: v4l2loopback tells, or else /proc shows who holds the device open."""

from __future__ import annotations

from contextlib import suppress

from emocam.stage.watchers.base import UNKNOWABLE, Watched, Watchers, tidy
from emocam.stage.watchers.scanner import Scanner
from emocam.stage.watchers.usage import ClientUsage

#: Seconds after which the driver is asked to state the count anew.
AGAIN = 1.0


class LinuxWatchers(Watchers):
    """Looks who reads a v4l2loopback device.

    Args:
        path: of the device.
        descriptor: one that this process has open on it and keeps open; -1 if it is not known.
    """

    def __init__(self, path: str, descriptor: int) -> None:
        self._usage: ClientUsage | None = None
        self._scanner: Scanner | None = None
        if descriptor >= 0:
            with suppress(OSError):
                self._usage = ClientUsage(descriptor)
        with suppress(OSError):  # no such device any more; the stage will notice
            self._scanner = Scanner(path, always=self._usage is None)
        self._count: int | None = None
        self._request = 0
        self._asked = False
        self._again = 0.0

    def look(self, now: float) -> Watched | None:
        """Who reads; see :meth:`.Watchers.look`."""
        if self._usage is not None:
            with suppress(OSError):  # gone; the stage will notice
                self._follow(self._usage, now)
            return None if self._count is None else Watched("event", self._count, self._names())
        if self._scanner is None:
            return UNKNOWABLE
        if self._scanner.found is None:
            return None
        readers = self._scanner.found[1]
        return Watched("holders", len(readers), tidy(reader.name for reader in readers))

    def close(self) -> None:
        """Stop looking; see :meth:`.Watchers.close`."""
        scanner, self._scanner = self._scanner, None
        self._usage = None
        if scanner is not None:
            scanner.close()

    def _follow(self, usage: ClientUsage, now: float) -> None:
        counts = usage.read()
        if counts:
            # One of them may be the answer to a question, which tells nothing of a change.
            changed = counts[-1] != self._count or len(counts) > 1 or not self._asked
            self._count = counts[-1]
            self._asked = False
            if changed and self._count and self._scanner is not None:
                self._request = self._scanner.ask()
        if now >= self._again:
            self._again = now + AGAIN
            usage.ask()
            self._asked = True

    def _names(self) -> tuple[str, ...]:
        found = self._scanner.found if self._scanner is not None else None
        if not self._count or found is None or found[0] < self._request:
            return ()
        return tidy(reader.name for reader in found[1])
