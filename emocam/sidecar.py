"""The sidecar of an expression model: what a ``.tflite`` file cannot say about itself.

A model ``NAME.tflite`` has the sidecar ``NAME.json`` beside it. models/README.md describes the keys
for people who bring their own model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emocam.errors import EmoCamError, ModelError
from emocam.expression import FER2013_LABELS, Expression
from emocam.resources import resource, user_path

#: The version of the sidecar's format that is understood here.
SCHEMA = 1
#: Far above any expression model that can run once a second beside a meeting.
MAX_MODEL_SIZE = 64 << 20
MAX_SIDECAR_SIZE = 64 << 10

_REMEDY = "Write the sidecar as models/README.md says, or leave model.path empty"


@dataclass(frozen=True, slots=True)
class ClassAccuracy:
    """How well one expression is read, where that was measured.

    Attributes:
        rows: faces of this expression that were tested, at least 1.
        recall: share of them that were read so, 0..1.
        precision: share of what was read so and was so, 0..1; None if nothing was read so.
    """

    rows: int
    recall: float
    precision: float | None


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What is known about one expression model.

    Attributes:
        name, version, licence: for people.
        input_size: S of the input ``[1, S, S, 1]``, 16..512 pixels.
        sha256: of the ``.tflite`` file, 64 lower-case hexadecimal digits.
        temperature: T > 0; the eight probabilities are read as softmax(log p / T).
        negative_threshold: 0..1; a negative expression is clear where the five negative
            probabilities together are above it.
        crop_margin: side of the square crop as a multiple of the larger side of the face box,
            0.5..4.
        accuracy: of each expression that was tested, by its label; empty where nothing is said.
        accuracy_data: what it was tested on; empty where nothing is said.
    """

    name: str
    version: str
    licence: str
    input_size: int
    sha256: str
    temperature: float
    negative_threshold: float
    crop_margin: float
    accuracy: Mapping[str, ClassAccuracy] = field(default_factory=dict)
    accuracy_data: str = ""


def model_file(path: str) -> Path:
    """The model that the setting ``model.path`` means: the built-in one where it is empty.

    Raises:
        ModelError: if the built-in model is missing, or the setting names no file.
    """
    if path:
        model = user_path(path, ModelError)
        if not model.name or model.is_dir():
            raise ModelError(f"{path} is no model file", "Set model.path to a .tflite file")
        return model
    try:
        return resource("models", "expression.tflite")
    except EmoCamError as error:
        raise ModelError(error.cause, error.remedy) from None


def load_sidecar(model: Path) -> Sidecar:
    """The sidecar of a model, every key checked.

    Args:
        model: path of the ``.tflite`` file; the sidecar has the same name with ``.json``.

    Raises:
        ModelError: if it is missing, unreadable, or says something that cannot be.
    """
    path = model.with_suffix(".json")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SIDECAR_SIZE + 1)
    except OSError as error:
        raise ModelError(
            f"The sidecar {path} of the expression model cannot be read: {error.strerror}", _REMEDY
        ) from None
    if len(data) > MAX_SIDECAR_SIZE:
        raise ModelError(f"The sidecar {path} is over {MAX_SIDECAR_SIZE >> 10} KiB", _REMEDY)
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        raise ModelError(f"The sidecar {path} is not JSON", _REMEDY) from None
    if not isinstance(values, dict):
        raise ModelError(f"The sidecar {path} is not a JSON object", _REMEDY)
    try:
        return parse_sidecar(values)
    except ModelError as error:
        raise ModelError(f"The sidecar {path}: {error.cause}", error.remedy) from None


def parse_sidecar(values: Mapping[str, Any]) -> Sidecar:
    """The sidecar in a JSON object; keys that are not known are for later versions and ignored.

    Raises:
        ModelError: if a key is missing or its value cannot be.
    """
    schema = _take(values, "schema")
    if type(schema) is not int or schema != SCHEMA:
        raise ModelError(f"schema is {schema!r:.40}, this EmoCam reads {SCHEMA}", _REMEDY)
    _labels(values, "labels", [expression.label for expression in Expression])
    _labels(values, "fer2013_labels", list(FER2013_LABELS))
    size = _take(values, "input_size")
    if type(size) is not int or not 16 <= size <= 512:
        raise ModelError("input_size must be a whole number from 16 to 512", _REMEDY)
    digest = _text(values, "sha256").lower()
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ModelError("sha256 must have 64 hexadecimal digits", _REMEDY)
    return Sidecar(
        name=_text(values, "name"),
        version=_text(values, "version"),
        licence=_text(values, "licence"),
        input_size=size,
        sha256=digest,
        temperature=_number(values, "temperature", 0.05, 20),
        negative_threshold=_number(values, "negative_threshold", 0, 1),
        crop_margin=_number(values, "crop_margin", 0.5, 4),
        accuracy=accuracy(values, [expression.label for expression in Expression]),
        accuracy_data=_text(values, "accuracy_data") if "accuracy" in values else "",
    )


def accuracy(values: Mapping[str, Any], labels: Sequence[str]) -> dict[str, ClassAccuracy]:
    """What is said of the errors, by label; models without it are as good as others.

    Args:
        values: the JSON object.
        labels: that may stand in it; others are ignored.

    Raises:
        ModelError: if that cannot be.
    """
    given = values.get("accuracy", {})
    if not isinstance(given, dict):
        raise ModelError("accuracy must be an object", _REMEDY)
    found = {}
    for label in labels:
        if (each := given.get(label)) is None:
            continue
        try:
            found[label] = _class_accuracy(each)
        except ModelError as error:
            raise ModelError(f"accuracy of {label}: {error.cause}", error.remedy) from None
    return found


def _class_accuracy(values: Any) -> ClassAccuracy:
    if not isinstance(values, dict):
        raise ModelError("it must be an object", _REMEDY)
    rows = _take(values, "rows")
    if type(rows) is not int or rows < 1:
        raise ModelError("rows must be a whole number above 0", _REMEDY)
    precision = None if values.get("precision") is None else _number(values, "precision", 0, 1)
    return ClassAccuracy(rows, _number(values, "recall", 0, 1), precision)


def read_model(path: Path, sha256: str) -> bytes:
    """The bytes of a model file that matches its checksum.

    The bytes are returned, and not only checked, so that what runs is what was checked. A damaged
    file must not get as far as the native parser, which may end the process.

    Args:
        path: the ``.tflite`` file.
        sha256: 64 lower-case hexadecimal digits.

    Raises:
        ModelError: if the file is missing, unreadable, too large, or another file than promised.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_MODEL_SIZE + 1)
    except OSError as error:
        raise ModelError(
            f"The model {path} cannot be read: {error.strerror}",
            "Install EmoCam again, or set model.path to a model that is there",
        ) from None
    if len(data) > MAX_MODEL_SIZE:
        raise ModelError(
            f"The model {path} is over {MAX_MODEL_SIZE >> 20} MiB", "Use a smaller one"
        )
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ModelError(
            f"The model {path} is damaged or not the one that was checked: its sha256 is {found}, "
            f"expected {sha256}",
            "Install EmoCam again; for a model of your own, write its sha256 into its sidecar",
        )
    return data


def _take(values: Mapping[str, Any], key: str) -> Any:
    if key not in values:
        raise ModelError(f'the key "{key}" is missing', _REMEDY)
    return values[key]


def _text(values: Mapping[str, Any], key: str) -> str:
    value = _take(values, key)
    if not isinstance(value, str) or not 0 < len(value) <= 1000:
        raise ModelError(f"{key} must be text", _REMEDY)
    return value


def _number(values: Mapping[str, Any], key: str, low: float, high: float) -> float:
    value = _take(values, key)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not low <= value <= high  # not a number compares as false
    ):
        raise ModelError(f"{key} must be a number from {low:g} to {high:g}", _REMEDY)
    return float(value)


def _labels(values: Mapping[str, Any], key: str, expected: list[str]) -> None:
    if _take(values, key) != expected:
        raise ModelError(f"{key} must be {', '.join(expected)}, in this order", _REMEDY)
