"""Which of the programs that hold EmoCam open really read it. Pure: the time is passed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: Seconds for which a program counts as reading after it was last seen to wait for a frame. Such a
#: program waits most of the time, but not at each moment at which we look.
HELD = 3.0


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has the device open for reading.

    Attributes:
        pid: its number.
        started: when it started, in ticks since the boot; with the number it names a process.
        name: of the program.
        maps: whether a buffer of the device is mapped into its memory, as streaming needs.
        waits: whether one of its threads waited for a frame when it was looked at, as read(2) does.
    """

    pid: int
    started: int
    name: str
    maps: bool
    waits: bool


class Judge:
    """Tells readers from programs that only hold the device open.

    A program that lists cameras opens each, asks what it is and closes it; some keep it open. None
    of them maps a buffer. Whoever streams does, from before the first frame to the end. Who takes
    frames by read(2) maps nothing, but sleeps in the driver until the next one.
    """

    def __init__(self) -> None:
        self._waited: dict[tuple[int, int], float] = {}

    def readers(self, holders: Iterable[Holder], now: float) -> list[Holder]:
        """Those who read.

        Args:
            holders: every process that has the device open now.
            now: seconds; not before that of the last call.
        """
        known, self._waited = self._waited, {}
        found = {}
        for holder in holders:
            key = (holder.pid, holder.started)
            waited = now if holder.waits else known.get(key)
            if waited is not None and now - waited <= HELD:
                self._waited[key] = waited
            if holder.maps or key in self._waited:
                found[key] = holder
        return list(found.values())
