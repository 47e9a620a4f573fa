"""Who reads EmoCam on Linux, as far as the stage can know it: what v4l2loopback tells."""

from __future__ import annotations

from contextlib import suppress

from emocam.stage.watchers.base import Watched, Watchers
from emocam.stage.watchers.usage import ClientUsage

#: Seconds after which the driver is asked to state the count anew.
AGAIN = 1.0

#: The driver tells nothing; control looks who holds the device open.
HOLDERS = Watched("holders", 0)


class LinuxWatchers(Watchers):
    """Asks the driver of a v4l2loopback device who reads it.

    Args:
        descriptor: one that this process has open on it and keeps open; -1 if it is not known.
    """

    def __init__(self, descriptor: int) -> None:
        self._usage: ClientUsage | None = None
        if descriptor >= 0:
            with suppress(OSError):
                self._usage = ClientUsage(descriptor)
        self._count: int | None = None
        self._again = 0.0

    def look(self, now: float) -> Watched | None:
        """Who reads; see :meth:`.Watchers.look`."""
        if self._usage is None:
            return HOLDERS
        with suppress(OSError):  # gone; the stage will notice
            self._follow(self._usage, now)
        return None if self._count is None else Watched("event", self._count)

    def close(self) -> None:
        """Stop looking; see :meth:`.Watchers.close`."""
        self._usage = None

    def _follow(self, usage: ClientUsage, now: float) -> None:
        if counts := usage.read():
            self._count = counts[-1]
        if now >= self._again:
            self._again = now + AGAIN
            usage.ask()
