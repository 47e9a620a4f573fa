"""The two networks of MediaPipe's FaceLandmarker, run in LiteRT: 478 landmarks, 52 blendshapes.

The landmarks are those of Grishchenko et al., "Attention Mesh: High-fidelity Face Mesh Prediction
in Real-time", 2020 (arXiv:2006.10962), with the irises; how the face is cut out, and which
landmarks the second network takes, are the options that MediaPipe publishes for its graph.
docs/attention.md compares the results with MediaPipe's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from emocam.errors import EmoCamError, ModelError
from emocam.resources import resource
from emocam.sensing.attention.names import BLENDSHAPES, COUNT, SUBSET
from emocam.sensing.faces import Face
from emocam.sensing.faces.crop import eye_angle
from emocam.sensing.litert import interpreter
from emocam.sensing.sources import Picture
from emocam.sidecar import read_model

#: Of MediaPipe's face_landmarker.task; see models/README.md.
LANDMARKS_SHA256 = "c7d54204ce0448474c7f3fa9af494787c0965cbdd6f20fc72867e43046bd43d5"
BLENDSHAPES_SHA256 = "4f36dded049db18d76048567439b2a7f58f1daabc00d78bfe8f3ad396a2d2082"

Floats = NDArray[np.float64]

#: Side of the square input in pixels, and of the square cut out, in sides of the face box.
_SIZE, _MARGIN = 256, 1.5


@dataclass(frozen=True, slots=True)
class Mesh:
    """The landmarks of one face.

    Attributes:
        points: float64 [478, 3] in pixels of the picture: x to the right, y down, z of the same
            unit, smaller where nearer; z has no origin.
        presence: how sure the network is that there is a face, 0..1.
    """

    points: Floats
    presence: float


class Landmarker:
    """Landmarks and blendshapes of faces that were found.

    Raises:
        ModelError: if a model cannot be loaded.
    """

    def __init__(self) -> None:
        self._mesh = _Network("face_landmarks.tflite", LANDMARKS_SHA256, (1, _SIZE, _SIZE, 3))
        self._traits = _Network("face_blendshapes.tflite", BLENDSHAPES_SHA256, (1, len(SUBSET), 2))
        self._points, self._presence = self._mesh.outputs((1, 1, 1, 3 * COUNT), (1, 1, 1, 1))
        (self._weights,) = self._traits.outputs((len(BLENDSHAPES),))

    def find(self, picture: Picture, face: Face) -> Mesh:
        """The landmarks of a face.

        Args:
            picture: uint8, blue-green-red [height, width, 3] or grey [height, width].
            face: a face in it.
        """
        matrix, scale = _square(face)
        # As MediaPipe samples: bilinearly, and beyond the edge the nearest pixel.
        cut = cv2.warpAffine(
            picture, matrix, (_SIZE, _SIZE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        colour = cv2.COLOR_GRAY2RGB if cut.ndim == 2 else cv2.COLOR_BGR2RGB
        self._mesh.run(cv2.cvtColor(cut, colour).astype(np.float32) / np.float32(255))
        raw = self._mesh.result(self._points).reshape(COUNT, 3)
        back = cv2.invertAffineTransform(matrix)
        points = np.column_stack([raw[:, :2] @ back[:, :2].T + back[:, 2], raw[:, 2] / scale])
        logit = float(self._mesh.result(self._presence).ravel()[0])
        return Mesh(points, 1 / (1 + math.exp(-min(max(logit, -50.0), 50.0))))

    def traits(self, mesh: Mesh) -> Floats:
        """The blendshapes of a face, float64 [52] in 0..1 in the order of :data:`BLENDSHAPES`."""
        self._traits.run(mesh.points[SUBSET, :2].astype(np.float32))
        return self._traits.result(self._weights)


def _square(face: Face) -> tuple[Floats, float]:
    """The matrix from the picture to the input, float64 [2, 3], and its scale."""
    scale = _SIZE / (_MARGIN * face.box.side)
    angle = eye_angle(face)
    cosine, sine = math.cos(angle) * scale, math.sin(angle) * scale
    x, y = face.box.centre
    half = _SIZE / 2
    matrix = np.array(
        [
            [cosine, sine, half - cosine * x - sine * y],
            [-sine, cosine, half + sine * x - cosine * y],
        ]
    )
    return matrix, scale


class _Network:
    """One of the networks: one input, float32."""

    def __init__(self, name: str, sha256: str, shape: tuple[int, ...]) -> None:
        try:
            path = resource("models", name)
        except EmoCamError as error:
            raise ModelError(error.cause, error.remedy) from None
        self._interpreter = interpreter(read_model(path, sha256), f"the model {name}")
        (self._input,) = self._interpreter.get_input_details()
        self._name = name
        if tuple(self._input["shape"]) != shape:
            raise self._misfit()

    def outputs(self, *shapes: tuple[int, ...]) -> tuple[int, ...]:
        """The numbers of the outputs with these shapes."""
        by_shape = {tuple(out["shape"]): out for out in self._interpreter.get_output_details()}
        if not by_shape.keys() >= set(shapes):
            raise self._misfit()
        return tuple(int(by_shape[shape]["index"]) for shape in shapes)

    def run(self, values: NDArray[np.float32]) -> None:
        self._interpreter.set_tensor(self._input["index"], values[None])
        self._interpreter.invoke()

    def result(self, output: int) -> Floats:
        return np.asarray(self._interpreter.get_tensor(output), np.float64)

    def _misfit(self) -> ModelError:
        return ModelError(f"The model {self._name} is not the one it was", "Install EmoCam again")
