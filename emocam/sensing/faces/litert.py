"""BlazeFace run in LiteRT itself: one thread, no graph around it."""

from __future__ import annotations

import cv2
import numpy as np

from emocam.errors import ModelError
from emocam.sensing.faces import Face, blazeface, detector_model
from emocam.sensing.litert import interpreter
from emocam.sensing.sources import Picture


class LiteRTFinder:
    """Implements :class:`emocam.sensing.faces.FaceFinder`.

    Args:
        confidence: least score of a face, 0..1.

    Raises:
        ModelError: if the detector cannot be loaded.
    """

    def __init__(self, confidence: float) -> None:
        self._confidence = confidence
        self._interpreter = interpreter(detector_model(), "the face detector")
        (source,) = self._interpreter.get_input_details()
        outputs = {tuple(out["shape"])[1:]: out for out in self._interpreter.get_output_details()}
        try:
            boxes, scores = outputs[896, 16], outputs[896, 1]
        except KeyError:
            raise ModelError("The face detector is no BlazeFace", "Install EmoCam again") from None
        self._input: int = source["index"]
        self._boxes: int = boxes["index"]
        self._scores: int = scores["index"]
        self._centres = blazeface.anchors()
        self._tensor = np.empty((1, blazeface.SIZE, blazeface.SIZE, 3), np.float32)

    def find(self, picture: Picture) -> list[Face]:
        """The faces in a picture, the surest first."""
        side, left, top = self._fill(picture)
        self._interpreter.set_tensor(self._input, self._tensor)
        self._interpreter.invoke()
        candidates = blazeface.decode(
            self._interpreter.get_tensor(self._boxes)[0],
            self._interpreter.get_tensor(self._scores)[0, :, 0],
            self._centres,
            self._confidence,
        )
        return blazeface.to_faces(blazeface.merge(candidates), side, left, top)

    def _fill(self, picture: Picture) -> tuple[float, float, float]:
        """Letterbox the picture into the input: red-green-blue in -1..1, the border black.

        Sampled bilinearly as MediaPipe does, and not by area: the network was trained so, and finds
        the same faces only so.

        Returns:
            The square of the picture that fills the input: side, left and top in pixels.
        """
        height, width = picture.shape[:2]
        side = max(width, height)
        left, top = (width - side) / 2, (height - side) / 2
        scale = blazeface.SIZE / side
        matrix = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
        small = cv2.warpAffine(picture, matrix, (blazeface.SIZE, blazeface.SIZE))
        colour = cv2.COLOR_GRAY2RGB if small.ndim == 2 else cv2.COLOR_BGR2RGB
        np.multiply(cv2.cvtColor(small, colour), np.float32(1 / 127.5), out=self._tensor[0])
        self._tensor -= 1.0
        return float(side), left, top

    def close(self) -> None:
        """Nothing is held outside of Python."""
