"""Who watches EmoCam, and whether the camera is wanted for it. Pure: the time is passed in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emocam.errors import WireError
from emocam.settings.schema import Camera, CameraWhen

#: A stage that publishes and for so many seconds says nothing of watchers does not know them.
PATIENCE = 10.0
#: The most names of watchers that are kept, and the letters of each.
MAX_NAMES, MAX_NAME = 16, 64

_HOW = ("event", "holders", "none")


@dataclass(frozen=True, slots=True)
class Watchers:
    """What the stage knows of the programs that read EmoCam.

    Attributes:
        how: ``event`` (the driver tells), ``holders`` (who holds the device open, as far as that
            can be seen) or ``none`` (it cannot be known here).
        count: how many programs read; None where that cannot be known.
        names: of the programs that could be seen, sorted; may be fewer than ``count``.
    """

    how: str
    count: int | None
    names: tuple[str, ...] = ()

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Watchers:
        """The watchers in a ``watched`` status.

        Raises:
            WireError: if it is none.
        """
        how, count, names = (message.get(key) for key in ("how", "count", "names"))
        whole = isinstance(count, int) and not isinstance(count, bool) and count >= 0
        if (
            how not in _HOW
            or not (count is None if how == "none" else whole)
            or not isinstance(names, list)
            or len(names) > MAX_NAMES
            or not all(isinstance(name, str) and 0 < len(name) <= MAX_NAME for name in names)
        ):
            raise WireError(f"A message does not tell of watchers: {dict(message)!r:.200}")
        return cls(how, count, tuple(printable(name) for name in names))

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"how": self.how, "count": self.count, "names": list(self.names)}


def printable(name: str) -> str:
    """A name that somebody else chose, without what would do something to a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


class Watching:
    """Decides whether the camera is wanted.

    Args:
        settings: ``camera.when`` and ``camera.linger``.
    """

    def __init__(self, settings: Camera) -> None:
        self.settings = settings
        self.watchers: Watchers | None = None
        """What is known; None until the stage has told."""
        self._published: float | None = None  # since when it could have told
        self._left = -math.inf  # when the last watcher was last known to be there
        self._user = -math.inf  # the same of a user who watches a lecture beside the avatar

    def publishing(self, now: float) -> None:
        """The stage publishes; what it knows of watchers it will tell."""
        if self._published is None:
            self._published = now

    def told(self, watchers: Watchers, now: float) -> None:
        """The stage tells who watches.

        Args:
            watchers: those of now.
            now: seconds on a clock that does not run backwards.
        """
        self._note(now)
        self.watchers = watchers

    def user(self, now: float) -> None:
        """The user watches beside a lecture that plays, whoever else does; said again and again."""
        self._user = now

    def off(self, now: float) -> None:
        """EmoCam is no camera now, so nobody watches."""
        self._note(now)
        self.watchers = self._published = None

    def wanted(self, now: float) -> bool:
        """Whether the camera is wanted: somebody watches, has just left, or cannot be seen."""
        return (
            self.settings.when == CameraWhen.ALWAYS
            or self._are_there(now)
            or now - self._left < self.settings.linger
            or now - self._user <= self.settings.linger
        )

    def _note(self, now: float) -> None:
        """Before what is known changes: they were there until now."""
        if self.watchers is not None and self._are_there(now):  # not if it was only assumed
            self._left = now

    def _are_there(self, now: float) -> bool:
        if self.watchers is None:
            # The stage gets a moment to tell, rather than the camera opened for a blink.
            return self._published is not None and now - self._published >= PATIENCE
        return self.watchers.how == "none" or bool(self.watchers.count)
