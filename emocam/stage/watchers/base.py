"""What can be known of the programs that read EmoCam."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Watched:
    """Who reads EmoCam now.

    Attributes:
        how: ``event``: the driver tells; ``holders``: it does not, but control can look who holds
            the device open; ``none``: it cannot be known here.
        count: how many programs read; 0 with ``holders``, None with ``none``. Their names are
            control's to find out.
    """

    how: Literal["event", "holders", "none"]
    count: int | None = None

    def to_status(self) -> dict[str, Any]:
        """The values of the status "watched"."""
        return {"how": self.how, "count": self.count, "names": []}


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
