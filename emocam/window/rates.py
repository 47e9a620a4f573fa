"""How often a model errs, by expression, from what its sidecar says. Pure but for that file."""

from __future__ import annotations

from dataclasses import dataclass

from emocam.errors import EmoCamError
from emocam.sidecar import load_sidecar, model_file


@dataclass(frozen=True, slots=True)
class Rate:
    """Of one expression.

    Attributes:
        faces: how many faces with it were tried.
        missed: of 100 of these, how many were read as another.
        wrong: of 100 faces that were read as it, how many had another; None where none was.
    """

    faces: int
    missed: float
    wrong: float | None


def rates(path: str = "") -> dict[str, Rate]:
    """The rates by the expression's label; empty where the model's sidecar says nothing.

    Args:
        path: as ``model.path``.
    """
    try:
        accuracy = load_sidecar(model_file(path)).accuracy
    except EmoCamError:
        return {}
    return {
        label: Rate(
            each.rows,
            100 * (1 - each.recall),
            None if each.precision is None else 100 * (1 - each.precision),
        )
        for label, each in accuracy.items()
    }
