"""What can be known of the programs that read EmoCam."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

#: The most names that are told, and the most letters of each; control takes no more.
MAX_NAMES, MAX_NAME = 16, 64


@dataclass(frozen=True, slots=True)
class Watched:
    """Who reads EmoCam now.

    Attributes:
        how: ``event``: the driver tells; ``holders``: who holds the device open, as far as an
            ordinary user may see; ``none``: it cannot be known here.
        count: how many programs read; None with ``none``.
        names: of those programs that can be seen, sorted; may be fewer than ``count``.
    """

    how: Literal["event", "holders", "none"]
    count: int | None = None
    names: tuple[str, ...] = ()

    def to_status(self) -> dict[str, Any]:
        """The values of the status "watched"."""
        return {"how": self.how, "count": self.count, "names": list(self.names)}


UNKNOWABLE = Watched("none")


class Watchers(ABC):
    """Looks who reads one open virtual camera."""

    @abstractmethod
    def look(self, now: float) -> Watched | None:
        """Who reads; None while that is not known yet. Cheap: it is called for each frame.

        Args:
            now: seconds on a clock that does not run backwards.
        """

    @abstractmethod
    def close(self) -> None:
        """Stop looking. Raises nothing."""


def tidy(names: Iterable[str]) -> tuple[str, ...]:
    """Names as they may be told: sorted, each once, printable, within the limits."""
    printable = ("".join(c if c.isprintable() else "?" for c in name.strip()) for name in names)
    return tuple(sorted({name[:MAX_NAME].strip() for name in printable} - {""})[:MAX_NAMES])
