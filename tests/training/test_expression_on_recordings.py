"""The shipped model on the sample recordings: right on clear frames, and steady.

The frames and their labels were written down before any model had read them (data/).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from emocam.expression import Expression
from emocam.resources import resource
from emocam.sensing.expression_model import ExpressionModel
from emocam.sensing.faces import FaceFinder, open_finder
from emocam.sensing.faces.crop import crop

CLEAR = json.loads((Path(__file__).parent / "data" / "clear_frames.json").read_text())
Sample = Callable[[str], Path]


@pytest.fixture(scope="module")
def finder() -> Iterator[FaceFinder]:
    found = open_finder("litert", 0.5)
    yield found
    found.close()


@pytest.fixture(scope="module")
def model() -> ExpressionModel:
    return ExpressionModel(resource("models", "expression.tflite"))


def frames(path: Path, wanted: list[int]) -> dict[int, NDArray[np.uint8]]:
    video = cv2.VideoCapture(str(path))
    got = {}
    for number in range(max(wanted) + 1):
        ok, picture = video.read()
        assert ok, f"{path.name} ends before frame {number}"
        if number in wanted:
            got[number] = picture
    video.release()
    return got


def label(
    picture: NDArray[np.uint8], finder: FaceFinder, model: ExpressionModel, middle: float | None
) -> str:
    faces = finder.find(picture)
    if not faces:
        return "no face"
    width = picture.shape[1]
    face = (
        max(faces, key=lambda f: f.box.area)
        if middle is None
        else min(faces, key=lambda f: abs(f.box.centre[0] / width - middle))
    )
    read = model.read(crop(picture, face, model.sidecar.crop_margin, model.size))
    return Expression(int(np.argmax(read))).label


def test_clear_frames_are_read_right_nine_times_in_ten(
    sample: Sample, finder: FaceFinder, model: ExpressionModel
) -> None:
    wrong, count = [], 0
    for row in CLEAR["frames"]:
        for number, picture in frames(sample(row["file"]), row["frames"]).items():
            count += 1
            read = label(picture, finder, model, None)
            if read != row["label"]:
                wrong.append(f"{row['file']} frame {number}: {read}, not {row['label']}")
    for row in CLEAR["pictures"]:
        picture = cv2.imread(str(sample(row["file"])))
        for middle in row["middles"]:
            count += 1
            read = label(picture, finder, model, middle)
            if read != row["label"]:
                wrong.append(f"{row['file']} face at {middle}: {read}, not {row['label']}")
    print(f"{count - len(wrong)} of {count} right; {wrong}")
    assert len(wrong) * 10 <= count, wrong


@pytest.mark.parametrize("span", CLEAR["steady"], ids=lambda s: f"{s['file']}-{s['label']}")
def test_a_steady_face_is_read_without_flicker(
    sample: Sample, finder: FaceFinder, model: ExpressionModel, span: dict[str, str | int]
) -> None:
    wanted = list(range(span["from"], span["to"] + 1, span["step"]))
    pictures = frames(sample(span["file"]), wanted)
    read = [label(picture, finder, model, None) for picture in pictures.values()]
    changes = sum(a != b for a, b in itertools.pairwise(read))
    assert changes == 0, dict(zip(wanted, read, strict=True))
    assert read[0] == span["label"]
