"""BlazeFace run through MediaPipe Tasks, for those who have the ``mediapipe`` extra installed."""

from __future__ import annotations

import importlib.metadata
from typing import Any

import cv2
import numpy as np

from emocam.errors import ModelError
from emocam.sensing.faces import Box, Face, detector_model
from emocam.sensing.sources import Picture

#: From this version on mediapipe sends usage metrics over the network.
_FIRST_WITH_METRICS = (0, 10, 34)
_REMEDY = "Install it with: pip install 'emocam[mediapipe]', or set face.finder to litert"


class MediaPipeFinder:
    """Implements :class:`emocam.sensing.faces.FaceFinder`.

    Args:
        confidence: least score of a face, 0..1.

    Raises:
        ModelError: if mediapipe is missing, talks to the network, or refuses the model.
    """

    def __init__(self, confidence: float) -> None:
        self._detector: Any = None
        model = detector_model()
        _check_version()
        try:
            import mediapipe
            from mediapipe.tasks.python import BaseOptions
            from mediapipe.tasks.python.vision import FaceDetector, FaceDetectorOptions
        except (ImportError, OSError) as error:
            raise ModelError(f"mediapipe cannot be loaded: {error}", _REMEDY) from None
        options = FaceDetectorOptions(
            base_options=BaseOptions(model_asset_buffer=model),
            min_detection_confidence=confidence,
        )
        try:
            self._detector = FaceDetector.create_from_options(options)
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(f"mediapipe refuses the face detector: {error}", _REMEDY) from None
        self._mediapipe = mediapipe

    def find(self, picture: Picture) -> list[Face]:
        """The faces in a picture, the surest first."""
        colour = cv2.COLOR_GRAY2RGB if picture.ndim == 2 else cv2.COLOR_BGR2RGB
        image = self._mediapipe.Image(
            image_format=self._mediapipe.ImageFormat.SRGB,
            data=np.ascontiguousarray(cv2.cvtColor(picture, colour)),
        )
        height, width = picture.shape[:2]
        faces = []
        for found in self._detector.detect(image).detections:
            box = found.bounding_box
            faces.append(
                Face(
                    Box(box.origin_x, box.origin_y, box.width, box.height),
                    float(found.categories[0].score),
                    tuple((point.x * width, point.y * height) for point in found.keypoints),
                )
            )
        return sorted(faces, key=lambda face: -face.score)

    def close(self) -> None:
        """Stop MediaPipe's threads; left to the interpreter's end, they raise there."""
        if self._detector is not None:
            self._detector.close()
            self._detector = None


def _check_version() -> None:
    try:
        version = importlib.metadata.version("mediapipe")
    except importlib.metadata.PackageNotFoundError:
        raise ModelError("The mediapipe package is not installed", _REMEDY) from None
    numbers = tuple(int(part) for part in version.split(".")[:3] if part.isdecimal())
    if numbers >= _FIRST_WITH_METRICS:
        raise ModelError(
            f"mediapipe {version} is too new: from 0.10.35 on it reports its use to its maker",
            _REMEDY,
        )
