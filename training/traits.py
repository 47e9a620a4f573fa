"""Whether facial traits help: ``python -m training.traits --data fer2013.npz``.

A small ensemble of the product's net and MediaPipe's blendshapes (smile, brow, jaw and the rest):
multinomial logistic regression on the net's log-probabilities and the 52 weights, against the same
regression on the net alone. What is learnt on rows is judged on others.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from emocam.sensing import native
from emocam.sensing.attention.landmarks import Landmarker
from emocam.sensing.expression_model import ExpressionModel
from emocam.sensing.faces import Box, Face, open_finder
from emocam.sidecar import model_file
from training.data import Faces
from training.labels import majority
from training.metrics import expected_calibration_error, negative_curve
from training.readers import read

#: A 48-pixel face is drawn so large, on a margin of this share of its side, to be found at all.
_LARGE, _MARGIN = 192, 0.25
#: Where no face is found in a picture that is nothing but a face: its usual box, in shares.
_USUAL = 0.8
#: A face with less presence has no traits that mean anything.
PRESENT = 0.5
_FOLDS = 5
#: Share of true negatives that is kept where wrong ones are counted.
_KEPT = 0.67


@dataclass(frozen=True)
class Table:
    """What was read of rows.

    Attributes:
        net: float64 [n, 8], log-probabilities of the net.
        traits: float64 [n, 52], blendshapes.
        presence: float64 [n], of the landmarks.
        labels: int64 [n], FER+ majority.
        votes: uint8 [n, 10].
    """

    net: NDArray[np.float64]
    traits: NDArray[np.float64]
    presence: NDArray[np.float64]
    labels: NDArray[np.int64]
    votes: NDArray[np.uint8]

    def only(self, rows: NDArray[np.bool_]) -> Table:
        """Some of the rows."""
        return Table(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def measure(faces: Faces) -> Table:
    """Read net and traits of the rows whose FER+ majority counts."""
    native.settle()
    labels, counted = majority(faces.votes)
    model, finder = ExpressionModel(model_file("")), open_finder("litert", 0.3)
    landmarker = Landmarker()
    net, traits, presence = [], [], []
    for image in faces.images[counted]:
        net.append(np.log(model.read(image)))
        edge = round(_LARGE * _MARGIN)
        large = cv2.resize(image, (_LARGE, _LARGE), interpolation=cv2.INTER_CUBIC)
        framed = cv2.copyMakeBorder(large, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
        found = finder.find(framed)
        mesh = landmarker.find(framed, found[0] if found else _usual(edge))
        traits.append(landmarker.traits(mesh))
        presence.append(mesh.presence)
    finder.close()
    return Table(
        np.array(net),
        np.array(traits),
        np.array(presence),
        labels[counted],
        faces.votes[counted],
    )


def _usual(edge: int) -> Face:
    """The face of a picture that is nothing but a face, eyes level."""
    side = _LARGE * _USUAL
    left = edge + (_LARGE - side) / 2
    middle = edge + _LARGE / 2
    eyes = ((middle - 1, middle), (middle + 1, middle))
    return Face(Box(left, left, side, side), 0.0, (*eyes, *[(middle, middle)] * 4))


def fit(
    inputs: NDArray[np.float64], labels: NDArray[np.int64], decay: float, steps: int = 300
) -> NDArray[np.float64]:
    """Weights float64 [features + 1, 8] of a multinomial logistic regression with L2 decay.

    Newton's method on the bound of Böhning, "Multinomial logistic regression algorithm", 1992.
    """
    rows, classes = np.column_stack([inputs, np.ones(len(inputs))]), 8
    target = np.eye(classes)[labels]
    bound = rows.T @ rows / 2 / len(rows) + decay * np.eye(rows.shape[1])
    solve = np.linalg.inv(bound)
    weights = np.zeros((rows.shape[1], classes))
    for _ in range(steps):
        gradient = rows.T @ (target - predict(inputs, weights)) / len(rows) - decay * weights
        weights += solve @ gradient
    return weights


def predict(inputs: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities float64 [n, 8]."""
    scores = np.column_stack([inputs, np.ones(len(inputs))]) @ weights
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True))


def across(table: Table, inputs: NDArray[np.float64], decay: float) -> NDArray[np.float64]:
    """Each row's probabilities by a regression that was learnt on the other folds."""
    fold = np.random.default_rng(0).permutation(len(inputs)) % _FOLDS
    found = np.empty((len(inputs), 8))
    for each in range(_FOLDS):
        learn = fold != each
        found[~learn] = predict(inputs[~learn], fit(inputs[learn], table.labels[learn], decay))
    return found


def _line(name: str, table: Table, found: NDArray[np.float64]) -> str:
    right = found.argmax(1) == table.labels
    error = np.sqrt(right.mean() * (1 - right.mean()) / len(right))
    likelihood = -np.log(found[np.arange(len(found)), table.labels].clip(1e-9)).mean()
    calibration = expected_calibration_error(found, table.labels)
    *_, wrong = negative_curve(found, table.votes).at_least(_KEPT)
    return (
        f"| {name} | {len(right)} | {right.mean():.1%} ± {error:.1%} | {likelihood:.3f} | "
        f"{calibration:.3f} | {wrong:.2%} |"
    )


def main() -> None:
    """Read, learn, and print the table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m training.traits", description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--train", type=int, default=6000, help="rows of train to learn from")
    parser.add_argument("--cache", type=Path, help="where what was read is kept")
    options = parser.parse_args()
    tables = _tables(options)
    valid, train = tables["valid"], tables["train"]
    print(f"traits are there for {np.mean(valid.presence >= PRESENT):.1%} of the valid rows\n")
    print(
        "| | rows | FER+ accuracy | log-loss | calibration error | "
        f"wrong negatives where {_KEPT:.0%} of true ones are kept |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    print(_line("the net as it is", valid, np.exp(valid.net)))
    for name, part in (
        ("all rows", valid),
        ("rows with traits", valid.only(valid.presence >= PRESENT)),
    ):
        for what, inputs in _inputs(part).items():
            print(
                _line(f"{what}, {_FOLDS} folds of valid, {name}", part, across(part, inputs, 1e-3))
            )
    for what, inputs in _inputs(train).items():
        found = predict(_inputs(valid)[what], fit(inputs, train.labels, 1e-3))
        print(_line(f"{what}, learnt on train", valid, found))


def _inputs(table: Table) -> dict[str, NDArray[np.float64]]:
    return {
        "net alone": table.net,
        "traits alone": table.traits,
        "net and traits": np.column_stack([table.net, table.traits]),
    }


def _tables(options: argparse.Namespace) -> dict[str, Table]:
    if options.cache and options.cache.exists():
        held = np.load(options.cache)
        return {
            split: Table(*(held[f"{split}_{name}"] for name in Table.__dataclass_fields__))
            for split in ("train", "valid")
        }
    faces = read(options.data)
    rows = np.flatnonzero(faces.split == "train")
    chosen = np.zeros(len(faces), bool)
    chosen[np.random.default_rng(0).permutation(rows)[: options.train]] = True
    tables = {"train": measure(faces.take(chosen)), "valid": measure(faces.part("valid"))}
    if options.cache:
        columns = {
            f"{split}_{name}": getattr(table, name)
            for split, table in tables.items()
            for name in Table.__dataclass_fields__
        }
        np.savez(options.cache, **columns)
    return tables


if __name__ == "__main__":
    main()
