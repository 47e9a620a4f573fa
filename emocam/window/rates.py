"""How often the built-in model errs, by expression, from the model's own data file. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass

from emocam.errors import EmoCamError
from emocam.resources import resource


@dataclass(frozen=True, slots=True)
class Rate:
    """Of one expression.

    Attributes:
        faces: how many faces with it were tried.
        missed: of 100 of these, how many were read as another.
        wrong: of 100 faces that were read as it, how many had another.
    """

    faces: int
    missed: float
    wrong: float


def rates() -> dict[str, Rate]:
    """The rates by the expression's label; empty where there is no such file, or no good one."""
    try:
        found = json.loads(resource("models", "rates.json").read_text(encoding="utf-8"))
        return {
            str(label): Rate(int(one["faces"]), 100 - one["recall"], 100 - one["precision"])
            for label, one in found["classes"].items()
        }
    except (EmoCamError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
