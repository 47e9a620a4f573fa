"""No place at all: a run beside a recorded lecture, whose avatar its user alone sees."""

from __future__ import annotations

from emocam.stage.colour import Bytes
from emocam.stage.sinks.base import Sink
from emocam.stage.watchers.base import Watched

#: Nobody can read what is published nowhere, so nobody does.
_NOBODY = Watched("event", 0)


class Nowhere(Sink):
    """Takes frames and does nothing with them."""

    def __init__(self) -> None:
        self._open = False

    @property
    def device(self) -> str | None:
        """A name that is no path."""
        return "none" if self._open else None

    def open(self) -> None:
        """Get ready."""
        self._open = True

    def send(self, frame: Bytes, slot: int) -> None:
        """Let it be."""

    def watched(self, now: float) -> Watched | None:
        """Nobody."""
        return _NOBODY

    def close(self) -> None:
        """Nothing is to be released."""
        self._open = False
