"""How often readings are wrong: expressions by the model's sidecar, attention by its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from emocam.errors import EmoCamError, ModelError
from emocam.resources import resource
from emocam.sessions.layout import ATTENTION
from emocam.sidecar import ClassAccuracy, accuracy, load_sidecar, model_file
from emocam.words import _

#: Beside the models; ``python -m benchmarks.attention classes --write`` writes it.
SIDECAR = "attention.json"


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """What a sidecar says of errors.

    Attributes:
        caption: a sentence on what the rates are of.
        classes: by the expression's name, or by where somebody looks; empty where the sidecar says
            nothing.
    """

    caption: str
    classes: Mapping[str, ClassAccuracy]

    def words(self, name: str) -> tuple[str, str, str]:
        """Share of such faces that are missed, share of wrong ones, how many were tested."""
        if (found := self.classes.get(name)) is None:
            return "?", "?", "?"
        wrong = "\u2013" if found.precision is None else _rate(1 - found.precision)
        return _rate(1 - found.recall), wrong, str(found.rows)


@dataclass(frozen=True, slots=True)
class Errors:
    """Those of both readings."""

    expression: ErrorRates
    attention: ErrorRates


def errors(model: str = "") -> Errors:
    """The error rates of the model that ``model.path`` names, of the built-in one if empty, and
    those of attention.

    Raises:
        ModelError: if the model has no sidecar that can be read.
    """
    return Errors(_of_expressions(model), _of_attention())


def _of_expressions(model: str) -> ErrorRates:
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


def _of_attention() -> ErrorRates:
    try:
        values = json.loads(resource("models", SIDECAR).read_bytes())
        data, classes = str(values["accuracy_data"])[:1000], accuracy(values, ATTENTION)
    except (EmoCamError, OSError, ValueError, TypeError, KeyError, RecursionError):
        raise ModelError(f"{SIDECAR} is missing or damaged", "Install EmoCam again") from None
    words = _(
        "How often it is misread where somebody looks ({data}). Not recognised: of the looks that "
        "a person labelled so. Wrong: of the looks that were read so. So few people say little "
        "about others."
    )
    return ErrorRates(words.format(data=data), classes)


def _rate(share: float) -> str:
    return f"{100 * share:.0f}\u00a0%"
