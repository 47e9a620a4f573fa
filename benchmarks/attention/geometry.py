"""MediaPipe's canonical face with all its points, and a FaceLandmarker made of EmoCam's own files.

``face_geometry.binarypb`` is ``geometry_pipeline_metadata_landmarks.binarypb`` of MediaPipe's
face_landmarker.task, unchanged (Apache-2.0; see models/NOTICE-face_landmarks.txt).
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emocam.resources import resource

FILE = Path(__file__).with_name("face_geometry.binarypb")
#: Numbers of fields in face_geometry's messages.
_MESH, _BASIS = 1, 2
_VERTICES, _TRIANGLES = 3, 4


def task() -> bytes:
    """A face_landmarker.task, which is a zip, of the models that EmoCam ships."""
    parts = {
        "face_detector.tflite": resource("models", "face_detector.tflite"),
        "face_landmarks_detector.tflite": resource("models", "face_landmarks.tflite"),
        "face_blendshapes.tflite": resource("models", "face_blendshapes.tflite"),
        "geometry_pipeline_metadata_landmarks.binarypb": FILE,
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name, path in parts.items():
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes())
    return held.getvalue()


def canonical() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points float64 [468, 3] in cm, and triangles int64 [n, 3] of their numbers."""
    mesh = next(value for number, value in _fields(FILE.read_bytes()) if number == _MESH)
    assert isinstance(mesh, bytes)
    fields = list(_fields(mesh))
    vertices = [value for number, value in fields if number == _VERTICES]
    corners = [value for number, value in fields if number == _TRIANGLES]
    # A vertex has a place in space and one in a texture.
    return np.array(vertices, float).reshape(-1, 5)[:, :3], np.array(corners).reshape(-1, 3)


def weights() -> dict[int, float]:
    """What each landmark weighs in finding the pose; those that are not named weigh nothing."""
    found = {}
    for number, value in _fields(FILE.read_bytes()):
        if number == _BASIS and isinstance(value, bytes):
            about = dict(_fields(value))
            found[int(about[1])] = float(about[2])  # type: ignore[arg-type]
    return found


def _fields(data: bytes) -> Iterator[tuple[int, int | float | bytes]]:
    """Number and value of each field of a message (protobuf.dev, "Encoding")."""
    place = 0

    def varint() -> int:
        nonlocal place
        value = shift = 0
        while True:
            byte = data[place]
            place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while place < len(data):
        key = varint()
        number, kind = key >> 3, key & 7
        if kind == 0:
            yield number, varint()
        elif kind == 2:
            size = varint()
            place += size
            yield number, data[place - size : place]
        else:
            assert kind == 5
            place += 4
            yield number, struct.unpack("<f", data[place - 4 : place])[0]
