"""The expression model: its contract, and the real one on real faces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from emocam.errors import ModelError
from emocam.expression import Expression
from emocam.sensing import faces
from emocam.sensing.expression_model import ExpressionModel
from emocam.sensing.faces import FaceFinder
from emocam.sensing.faces.crop import crop
from emocam.sidecar import model_file

Sample = Callable[[str], Path]


@pytest.fixture(scope="module")
def model() -> ExpressionModel:
    return ExpressionModel(model_file(""))


def read(model: ExpressionModel, finder: FaceFinder, path: Path, second: float) -> Expression:
    """What is read in a recording at a time; the mean of five frames."""
    video = cv2.VideoCapture(str(path))
    video.set(cv2.CAP_PROP_POS_MSEC, second * 1000)
    shares = []
    for _ in range(5):
        good, picture = video.read()
        assert good
        (face,) = finder.find(picture)
        shares.append(model.read(crop(picture, face, model.sidecar.crop_margin, model.size)))
    video.release()
    return Expression(int(np.mean(shares, axis=0).argmax()))


def test_sad_at_the_start_and_happy_at_the_end(
    model: ExpressionModel, finder: FaceFinder, sample: Sample
) -> None:
    path = sample("WolfgangLanger_Pexels.mp4")
    assert read(model, finder, path, 2.0) is Expression.SADNESS
    assert read(model, finder, path, 18.0) is Expression.HAPPINESS


def test_neutral_at_first_and_then_happy(
    model: ExpressionModel, finder: FaceFinder, sample: Sample
) -> None:
    path = sample("single_face.mp4")
    assert read(model, finder, path, 0.0) is Expression.NEUTRAL
    assert read(model, finder, path, 2.0) is Expression.HAPPINESS


def test_whatever_it_sees_it_gives_probabilities(model: ExpressionModel) -> None:
    random = np.random.default_rng(1)
    for face in random.integers(0, 256, (20, model.size, model.size), np.uint8):
        shares = model.read(face)
        assert len(shares) == 8
        assert sum(shares) == pytest.approx(1)
        assert min(shares) > 0


def test_the_temperature_sharpens_and_keeps_the_order(
    own_model: Path, model: ExpressionModel
) -> None:
    face = np.tile(np.linspace(0, 255, model.size, dtype=np.uint8), (model.size, 1))
    sidecar = json.loads(own_model.with_suffix(".json").read_text())
    read = {}
    for temperature in (0.5, 1.0, 3.0):
        text = json.dumps({**sidecar, "temperature": temperature})
        own_model.with_suffix(".json").write_text(text)
        read[temperature] = np.array(ExpressionModel(own_model).read(face))
    assert read[0.5].max() > read[1.0].max() > read[3.0].max()
    assert read[0.5].argmax() == read[3.0].argmax()
    # softmax(log p / T) is p to the power of 1/T, scaled to the sum 1.
    powers = read[1.0] ** 2
    assert read[0.5] == pytest.approx(powers / powers.sum())


def replace(own_model: Path, data: bytes, **sidecar: object) -> None:
    """Put another file in the place of the model, with a sidecar that promises exactly that."""
    own_model.write_bytes(data)
    path = own_model.with_suffix(".json")
    values = {**json.loads(path.read_text()), "sha256": hashlib.sha256(data).hexdigest()}
    path.write_text(json.dumps({**values, **sidecar}))


def test_another_size_than_the_sidecar_says(own_model: Path) -> None:
    size = json.loads(own_model.with_suffix(".json").read_text())["input_size"]
    replace(own_model, own_model.read_bytes(), input_size=size + 16)
    with pytest.raises(ModelError, match="its sidecar says"):
        ExpressionModel(own_model)


def test_a_model_of_another_kind(own_model: Path) -> None:
    replace(own_model, faces.detector_model())
    with pytest.raises(ModelError, match="wants"):
        ExpressionModel(own_model)


@pytest.mark.parametrize("data", [b"", b"x", b"no model at all" * 100, bytes(4096)])
def test_what_is_no_model_at_all(own_model: Path, data: bytes) -> None:
    replace(own_model, data)
    with pytest.raises(ModelError):
        ExpressionModel(own_model)


def test_a_truncated_model_is_not_even_given_to_the_parser(own_model: Path) -> None:
    own_model.write_bytes(own_model.read_bytes()[:100_000])
    with pytest.raises(ModelError, match="damaged"):
        ExpressionModel(own_model)


def with_scale(data: bytes, old: float, new: float) -> bytes:
    """The model with another scale in all of its quantisations that have the old one."""
    before, after = np.float32(old).tobytes(), np.float32(new).tobytes()
    assert before in data
    return data.replace(before, after)


def test_outputs_that_are_no_probabilities_are_refused(own_model: Path) -> None:
    """With eight times the scale the eight numbers sum to eight, as logits do not sum to one."""
    replace(own_model, with_scale(own_model.read_bytes(), 1 / 256, 1 / 32))
    with pytest.raises(ModelError) as caught:
        ExpressionModel(own_model)
    assert "no probabilities" in caught.value.cause or "LiteRT refuses" in caught.value.cause
