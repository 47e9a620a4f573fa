"""Where the faces are: MediaPipe's short-range BlazeFace, run in one of two ways.

``litert`` (the default) runs the model itself; ``mediapipe`` runs it through MediaPipe Tasks.
docs/face-finder.md compares them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from emocam.errors import EmoCamError, ModelError
from emocam.resources import resource
from emocam.sensing.sources import Picture
from emocam.sidecar import read_model

#: The detector of mediapipe 0.10.21's wheel.
DETECTOR_SHA256 = "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8"

#: Places in :attr:`Face.keypoints`; left and right are the picture's, not the person's.
LEFT_EYE, RIGHT_EYE, NOSE, MOUTH, LEFT_EAR, RIGHT_EAR = range(6)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """An upright box in pixels; it may reach over the edge of the picture."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Area in square pixels."""
        return self.width * self.height

    @property
    def side(self) -> float:
        """The larger side in pixels."""
        return max(self.width, self.height)

    @property
    def centre(self) -> Point:
        """The middle, x and y in pixels."""
        return self.x + self.width / 2, self.y + self.height / 2

    def overlap(self, other: Box) -> float:
        """Intersection over union with another box, 0..1."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        if width <= 0 or height <= 0:
            return 0.0
        common = width * height
        return common / (self.area + other.area - common)


@dataclass(frozen=True, slots=True)
class Face:
    """One face.

    Attributes:
        box: around brow, chin and cheeks, in pixels of the picture.
        score: how sure the detector is, 0..1.
        keypoints: six points x, y in pixels: both eyes, tip of the nose, mouth, both ears.
    """

    box: Box
    score: float
    keypoints: tuple[Point, ...]


class FaceFinder(Protocol):
    """Finds faces in single pictures."""

    def find(self, picture: Picture) -> list[Face]:
        """The faces in a picture, the surest first.

        Args:
            picture: uint8, blue-green-red [height, width, 3] or grey [height, width].
        """

    def close(self) -> None:
        """Give back what the finder holds."""


def detector_model() -> bytes:
    """The face detector's bytes, checked.

    Raises:
        ModelError: if the file is missing or damaged.
    """
    try:
        path = resource("models", "face_detector.tflite")
    except EmoCamError as error:
        raise ModelError(error.cause, error.remedy) from None
    return read_model(path, DETECTOR_SHA256)


def open_finder(name: str, confidence: float) -> FaceFinder:
    """The finder that the setting ``face.finder`` names.

    Args:
        name: "litert" or "mediapipe".
        confidence: least score of a face, 0..1.

    Raises:
        ModelError: if the model or the library is missing or cannot be used.
    """
    if name == "mediapipe":
        from emocam.sensing.faces.mediapipe_tasks import MediaPipeFinder

        return MediaPipeFinder(confidence)
    from emocam.sensing.faces.litert import LiteRTFinder

    return LiteRTFinder(confidence)
