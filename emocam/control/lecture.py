"""The recorded lecture that the user watches beside their avatar: what the run knows of it."""

from __future__ import annotations

import math
from typing import Any

from emocam.errors import ControlError
from emocam.sessions.lecture import LATEST, LectureClock

#: What a lecture may do.
STATES = ("playing", "paused", "over")
_LONGEST = 200


class Lecture:
    """At most one lecture at a time, as its player tells of it; forgotten when that is silent."""

    def __init__(self) -> None:
        self._name = ""
        self._clock = LectureClock()

    def tell(self, name: str, position: str, state: str, now: float) -> None:
        """Take what a player says.

        Args:
            name: of the lecture, as logs are to have it.
            position: seconds from its beginning, as a number in letters.
            state: one of :data:`STATES`.
            now: seconds on a clock that does not run backwards.

        Raises:
            ControlError: if it makes no sense, or another lecture is being watched.
        """
        if not (0 < len(name) <= _LONGEST and name.isprintable()):
            raise ControlError("The lecture has no name that can be kept", "Give a short one")
        try:
            at = float(position)
        except ValueError:
            at = math.nan
        if not 0 <= at <= LATEST:
            raise ControlError(f'"{position[:40]}" is no place in a lecture', "Give seconds")
        other = self.name(now)
        if other is not None and other != name:
            if state == "over":
                return
            raise ControlError(f'The lecture "{other}" is being watched', "Close that one first")
        self._name = "" if state == "over" else name
        self._clock.tell(at, state == "playing", now)

    def name(self, now: float) -> str | None:
        """Of the lecture that is being watched; None if there is none."""
        return self._name if self._name and self._clock.heard(now) else None

    def at(self, now: float) -> float | None:
        """The time of the lecture in seconds; None while none plays."""
        return self._clock.at(now) if self._name else None

    def status(self, now: float) -> dict[str, Any] | None:
        """For the status: ``name`` and ``playing``; None without a lecture."""
        name = self.name(now)
        return None if name is None else {"name": name, "playing": self.at(now) is not None}
