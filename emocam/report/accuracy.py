"""How often the expression model errs, from its sidecar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emocam.sidecar import ClassAccuracy, load_sidecar, model_file
from emocam.words import _


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """What a model's sidecar says of its errors.

    Attributes:
        caption: a sentence on what the rates are of.
        classes: by the expression's name; empty where the sidecar says nothing.
    """

    caption: str
    classes: Mapping[str, ClassAccuracy]

    def words(self, name: str) -> tuple[str, str, str]:
        """Share of such faces that are missed, share of wrong ones, how many were tested."""
        if (found := self.classes.get(name)) is None:
            return "?", "?", "?"
        wrong = "\u2013" if found.precision is None else _rate(1 - found.precision)
        return _rate(1 - found.recall), wrong, str(found.rows)


def error_rates(model: str = "") -> ErrorRates:
    """The error rates of the model that ``model.path`` names; of the built-in one if empty.

    Raises:
        ModelError: if the model has no sidecar that can be read.
    """
    sidecar = load_sidecar(model_file(model))
    if not sidecar.accuracy:
        words = _(
            "How often the model {name} {version} errs is not known: its sidecar does not say."
        )
    else:
        words = _(
            "How often the model {name} {version} errs, on single pictures ({data}). Not "
            "recognised: of the faces that people gave this name. Wrong: of the faces that the "
            "model gave it."
        )
    caption = words.format(name=sidecar.name, version=sidecar.version, data=sidecar.accuracy_data)
    return ErrorRates(caption, sidecar.accuracy)


def _rate(share: float) -> str:
    return f"{100 * share:.0f}\u00a0%"
