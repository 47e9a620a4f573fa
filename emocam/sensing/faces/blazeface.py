"""The arithmetic around BlazeFace: from a picture to its input, from its output to boxes.

The network is Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs",
2019 (arXiv:1907.05047). All numbers are the options that MediaPipe publishes for its graph
``face_detection_short_range``. Pure: arrays in, arrays out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emocam.sensing.faces import Box, Face

Floats = NDArray[np.float32]

#: Side of the square input in pixels.
SIZE = 128
#: One grid of anchors a layer: each cell of a grid of this stride has two anchors.
_STRIDES = (8, 16, 16, 16)
_ANCHORS_A_CELL = 2
#: Values an anchor: centre x, centre y, width, height, then six points.
_VALUES = 16
#: Boxes that overlap by more are one face.
_SAME_FACE = 0.3


def anchors() -> Floats:
    """Centres of the 896 anchors, float32 [896, 2], x and y in 0..1 of the input.

    The anchors have a fixed size of the whole input, so only their centres count.
    """
    rows = []
    for stride in _STRIDES:
        cells = SIZE // stride
        line = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        x, y = np.meshgrid(line, line)
        grid = np.stack([x.ravel(), y.ravel()], axis=1)
        rows.append(np.repeat(grid, _ANCHORS_A_CELL, axis=0))
    # MediaPipe runs through all layers of one stride before it leaves a cell.
    fine, *coarse = rows
    cells = coarse[0].shape[0] // _ANCHORS_A_CELL
    merged = np.stack([layer.reshape(cells, _ANCHORS_A_CELL, 2) for layer in coarse], axis=1)
    return np.concatenate([fine, merged.reshape(-1, 2)])


def decode(regressors: Floats, logits: Floats, centres: Floats, least: float) -> Floats:
    """The candidates whose score is high enough.

    Args:
        regressors: float32 [896, 16], offsets in pixels of the input.
        logits: float32 [896], scores before the logistic function.
        centres: what :func:`anchors` gives.
        least: the least score, 0..1.

    Returns:
        float32 [n, 17]: score, then left, top, right, bottom and six points x, y, in 0..1 of the
        input; the highest score first.
    """
    scores = 1 / (1 + np.exp(-np.clip(logits, -100, 100).astype(np.float64)))
    chosen = np.flatnonzero(scores >= least)
    chosen = chosen[np.argsort(-scores[chosen], kind="stable")]
    raw = regressors[chosen] / np.float32(SIZE)
    found = np.empty((len(chosen), 1 + _VALUES), np.float32)
    found[:, 0] = scores[chosen]
    middle = raw[:, 0:2] + centres[chosen]
    half = raw[:, 2:4] / 2
    found[:, 1:3] = middle - half
    found[:, 3:5] = middle + half
    found[:, 5:] = raw[:, 4:] + np.tile(centres[chosen], 6)
    return found


def merge(candidates: Floats) -> Floats:
    """Weighted non-maximum suppression, as in section 4 of the paper.

    Candidates that overlap the surest one become one face whose values are their mean, weighted by
    score; the face keeps the highest score.

    Args:
        candidates: what :func:`decode` gives.

    Returns:
        float32 [faces, 17] in the same form, the surest first.
    """
    faces = []
    rest = candidates
    while len(rest):
        same = _overlaps(rest[0], rest) > _SAME_FACE
        same[0] = True  # a box without area overlaps nothing, not even itself
        group = rest[same]
        face = np.average(group, axis=0, weights=group[:, 0])
        face[0] = group[0, 0]
        faces.append(face)
        rest = rest[~same]
    return np.array(faces, np.float32).reshape(-1, 1 + _VALUES)


def _overlaps(one: Floats, many: Floats) -> Floats:
    """Intersection over union of one candidate with each of many, float32 [n]."""
    low = np.maximum(many[:, 1:3], one[1:3])
    high = np.minimum(many[:, 3:5], one[3:5])
    common = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(np.clip(many[:, 3:5] - many[:, 1:3], 0, None), axis=1)
    area = np.prod(np.clip(one[3:5] - one[1:3], 0, None))
    union = areas + area - common
    shares = np.zeros_like(common)
    np.divide(common, union, out=shares, where=union > 0)
    return np.asarray(shares, np.float32)


def to_faces(merged: Floats, side: float, left: float, top: float) -> list[Face]:
    """From 0..1 of the input to pixels of the picture.

    Args:
        merged: what :func:`merge` gives.
        side: side in pixels of the square of the picture that fills the input.
        left, top: of that square in the picture, pixels; negative where the input has a border.
    """
    faces = []
    for row in merged:
        x0, y0, x1, y1 = (float(value) * side for value in row[1:5])
        if x1 <= x0 or y1 <= y0:
            continue
        points = row[5:].reshape(-1, 2).astype(float) * side + (left, top)
        faces.append(
            Face(
                Box(x0 + left, y0 + top, x1 - x0, y1 - y0),
                float(row[0]),
                tuple((float(x), float(y)) for x, y in points),
            )
        )
    return faces
