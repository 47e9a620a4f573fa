"""Whether the networks in LiteRT say what MediaPipe's own FaceLandmarker says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import cv2
import numpy as np

from benchmarks.attention.geometry import task
from benchmarks.face_finder import pictures
from emocam.sensing.attention import pose
from emocam.sensing.attention.landmarks import Landmarker
from emocam.sensing.faces import open_finder

#: Recordings with a face.
RECORDINGS = ("WolfgangLanger_Pexels.mp4", "face_noface.mov", "single_face.mp4")
_EYES = (33, 263)
#: What is compared of each face, in the order of a row.
COLUMNS = (
    "landmarks, mean",
    "landmarks, most",
    "depth, mean",
    "yaw",
    "pitch",
    "roll",
    "blendshapes, mean",
    "blendshapes, most",
)


class Reference:
    """MediaPipe's FaceLandmarker."""

    def __init__(self) -> None:
        import mediapipe
        from mediapipe.tasks.python import BaseOptions
        from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions

        self._mediapipe = mediapipe
        self._landmarker = FaceLandmarker.create_from_options(
            FaceLandmarkerOptions(
                base_options=BaseOptions(model_asset_buffer=task()),
                output_face_blendshapes=True,
                output_facial_transformation_matrixes=True,
            )
        )

    def find(self, picture: Any) -> Any:
        """MediaPipe's result for a picture, uint8 blue-green-red."""
        colours = np.ascontiguousarray(picture[:, :, ::-1])
        form = self._mediapipe.ImageFormat.SRGB
        return self._landmarker.detect(self._mediapipe.Image(image_format=form, data=colours))

    def close(self) -> None:
        """Stop MediaPipe's threads."""
        self._landmarker.close()


def compare(seen: Iterable[Any], reference: Reference) -> np.ndarray:
    """How far the two are apart.

    Args:
        seen: pictures, uint8 blue-green-red.
        reference: MediaPipe's.

    Returns:
        float64 [faces, 8]: landmarks and depth in shares of the distance of the eyes' outer
        corners, angles in degrees, blendshapes as they are.
    """
    finder, landmarker = open_finder("litert", 0.5), Landmarker()
    rows = []
    for picture in seen:
        height, width = picture.shape[:2]
        theirs, faces = reference.find(picture), finder.find(picture)
        if not (theirs.face_landmarks and faces):
            continue
        mesh = landmarker.find(picture, faces[0])
        points = np.array(
            [(p.x * width, p.y * height, p.z * width) for p in theirs.face_landmarks[0]]
        )
        apart = np.abs(points - mesh.points)
        flat = np.hypot(apart[:, 0], apart[:, 1])
        eyes = float(np.linalg.norm(points[_EYES[0], :2] - points[_EYES[1], :2]))
        mine, _ = pose.find(mesh.points, width, height)
        matrix = np.array(theirs.facial_transformation_matrixes[0])
        other = pose.Pose(matrix[:3, :3], matrix[:3, 3])
        traits = np.array([each.score for each in theirs.face_blendshapes[0]])
        differences = np.abs(traits - landmarker.traits(mesh))
        rows.append(
            (
                flat.mean() / eyes,
                flat.max() / eyes,
                apart[:, 2].mean() / eyes,
                abs(mine.yaw - other.yaw),
                abs(mine.pitch - other.pitch),
                abs(mine.roll - other.roll),
                differences.mean(),
                differences.max(),
            )
        )
    finder.close()
    return np.array(rows).reshape(-1, len(COLUMNS))


def square(picture: Any) -> Any:
    """A picture with grey below or beside it, so that it is as wide as high."""
    height, width = picture.shape[:2]
    side = max(height, width)
    return cv2.copyMakeBorder(
        picture, 0, side - height, 0, side - width, cv2.BORDER_CONSTANT, value=(90, 90, 90)
    )


def table(every: int) -> list[str]:
    """The table in Markdown; of every so many frames."""
    reference = Reference()
    lines = [
        "| recording | faces | " + " | ".join(COLUMNS) + " |",
        "| --- |" + " ---: |" * (1 + len(COLUMNS)),
    ]
    for name in RECORDINGS:
        for shape in (None, square):
            seen = pictures(name, every)
            rows = compare(map(shape, seen) if shape else seen, reference)
            words = f"{name}, made square" if shape else name
            cells = (
                f"{middle:.4f} ({most:.4f})"
                if column.startswith(("land", "depth", "blend"))
                else f"{middle:.2f}° ({most:.2f}°)"
                for column, middle, most in zip(
                    COLUMNS, np.median(rows, axis=0), rows.max(axis=0), strict=True
                )
            )
            lines.append(f"| {words} | {len(rows)} | " + " | ".join(cells) + " |")
    reference.close()
    return lines
