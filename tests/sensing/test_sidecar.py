"""The sidecar of a model: all it must say, and what happens when it does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.errors import ModelError
from emocam.expression import Expression
from emocam.resources import resource
from emocam.sidecar import load_sidecar, model_file, parse_sidecar, read_model


def good() -> dict[str, Any]:
    return json.loads(resource("models", "expression.json").read_text(encoding="utf-8"))


def test_the_built_in_model_fits_its_sidecar() -> None:
    path = model_file("")
    sidecar = load_sidecar(path)
    assert len(read_model(path, sidecar.sha256)) == path.stat().st_size


def test_the_error_rates_are_those_of_the_card() -> None:
    card = resource("models", "MODEL_CARD.md").read_text(encoding="utf-8")
    sidecar = load_sidecar(model_file(""))
    assert list(sidecar.accuracy) == [each.label for each in Expression]
    for label, found in sidecar.accuracy.items():
        precision = 100 * (found.precision or 0)
        row = f"| {label} | {found.rows} | {precision:.1f} | {100 * found.recall:.1f} |"
        assert row in card


def test_a_model_without_error_rates_is_as_good() -> None:
    values = good()
    del values["accuracy"], values["accuracy_data"]
    assert parse_sidecar(values).accuracy == {}


def test_a_path_of_ones_own_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert model_file("~/my.tflite") == Path("/home/somebody/my.tflite")


@pytest.mark.parametrize("key", sorted(good().keys() - {"accuracy"}))
def test_each_key_is_needed(key: str) -> None:
    values = good()
    del values[key]
    with pytest.raises(ModelError, match=f'"{key}" is missing'):
        parse_sidecar(values)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("accuracy", []),
        ("accuracy", {"fear": {"rows": 0, "recall": 1}}),
        ("accuracy", {"fear": {"rows": 9, "recall": 2}}),
        ("accuracy", {"fear": {"rows": 9}}),
        ("accuracy", {"fear": 1}),
        ("schema", 2),
        ("schema", True),
        ("input_size", 48.0),
        ("input_size", 8),
        ("input_size", True),
        ("labels", ["happiness", "neutral"]),
        ("labels", "neutral"),
        ("fer2013_labels", []),
        ("sha256", "00"),
        ("sha256", "g" * 64),
        ("temperature", 0),
        ("temperature", float("nan")),
        ("temperature", 10**400),
        ("temperature", "1"),
        ("negative_threshold", 1.5),
        ("negative_threshold", True),
        ("crop_margin", -1),
        ("crop_margin", float("inf")),
        ("name", ""),
        ("licence", None),
    ],
)
def test_each_value_is_checked(key: str, value: object) -> None:
    with pytest.raises(ModelError) as caught:
        parse_sidecar({**good(), key: value})
    assert key in caught.value.cause
    assert caught.value.remedy


def test_keys_of_later_versions_are_ignored() -> None:
    assert parse_sidecar({**good(), "colour": "blue"}) == parse_sidecar(good())


@given(st.dictionaries(st.sampled_from(sorted(good())), st.from_type(object) | st.floats()))
def test_no_value_gets_past_with_another_error(changes: dict[str, Any]) -> None:
    try:
        sidecar = parse_sidecar({**good(), **changes})
    except ModelError:
        return
    assert 16 <= sidecar.input_size <= 512
    assert sidecar.temperature > 0


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "[" * 100_000, "\xff"])
def test_what_is_no_json_object_is_refused(text: str, own_model: Path) -> None:
    own_model.with_suffix(".json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ModelError, match=r"expression\.json"):
        load_sidecar(own_model)


def test_a_sidecar_that_is_not_there(own_model: Path) -> None:
    own_model.with_suffix(".json").unlink()
    with pytest.raises(ModelError, match="No such file"):
        load_sidecar(own_model)


def test_a_sidecar_as_large_as_a_film_is_not_read(own_model: Path) -> None:
    own_model.with_suffix(".json").write_bytes(b" " * 100_000)
    with pytest.raises(ModelError, match="64 KiB"):
        load_sidecar(own_model)


def test_another_file_than_promised(own_model: Path) -> None:
    own_model.write_bytes(own_model.read_bytes()[:-1])
    with pytest.raises(ModelError, match="damaged") as caught:
        read_model(own_model, load_sidecar(own_model).sha256)
    assert "sha256" in caught.value.remedy


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file"):
        read_model(tmp_path / "none.tflite", "0" * 64)


def test_a_model_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.tflite"
    with path.open("wb") as file:
        file.truncate((64 << 20) + 1)
    with pytest.raises(ModelError, match="64 MiB"):
        read_model(path, "0" * 64)
