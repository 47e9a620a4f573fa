"""How much is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

#: Takes a line about the progress.
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    Attributes:
        repeats: runs of each program with a still avatar; starts are three times as many.
        seconds: length of a measurement of processor time.
        warm_up: seconds before it, after the first expression; in the first quarter of a minute the
            stage draws its pictures ahead.
        rounds: clips of changing faces.
        changes: changes of face in each of them.
        expressions: between which the face changes.
        rival: whether the rival runs as well.
    """

    repeats: int = 3
    seconds: float = 20.0
    warm_up: float = 18.0
    rounds: int = 2
    changes: int = 60
    expressions: tuple[str, ...] = ("happiness", "neutral", "surprise")
    rival: bool = True


#: Enough to see that the harness works, and nothing else.
QUICK = Plan(1, 1.0, 0.5, 1, 2, ("happiness", "neutral"), rival=False)
