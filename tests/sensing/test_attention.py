"""Landmarks, pose and attention: on real recordings, beside MediaPipe's own, and by geometry."""

from __future__ import annotations

import importlib.util
import math
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.attention import geometry
from emocam.attention import Attention, Screen
from emocam.errors import ModelError
from emocam.resources import resource
from emocam.sensing.attention import landmarks as landmarks_module
from emocam.sensing.attention import pose
from emocam.sensing.attention.canonical import BASIS
from emocam.sensing.attention.judge import judge
from emocam.sensing.attention.landmarks import Landmarker
from emocam.sensing.attention.names import BLENDSHAPES, COUNT, SUBSET
from emocam.sensing.attention.reader import AttentionReader
from emocam.sensing.faces import FaceFinder
from emocam.sensing.faces.follow import Follower
from emocam.sensing.observer import Observer
from emocam.settings import Settings

Sample = Callable[[str], Path]


def frames(path: Path, wanted: Callable[[int], bool]) -> Iterator[tuple[int, Any]]:
    video = cv2.VideoCapture(str(path))
    number = 0
    while video.grab():
        if wanted(number):
            yield number, video.retrieve()[1]
        number += 1
    video.release()
    assert number > 20


@pytest.fixture(scope="module")
def landmarker() -> Landmarker:
    return Landmarker()


# --- the networks


@pytest.mark.skipif(importlib.util.find_spec("mediapipe") is None, reason="needs mediapipe")
def test_litert_says_what_mediapipe_says(sample: Sample) -> None:
    from benchmarks.attention.agreement import Reference, compare, square

    reference = Reference()
    try:
        seen = [
            square(picture)
            for name in ("WolfgangLanger_Pexels.mp4", "face_noface.mov")
            for _, picture in frames(sample(name), lambda number: number % 24 == 0 and number < 400)
        ]
        rows = compare(seen, reference)
    finally:
        reference.close()
    assert len(rows) >= 19
    mean, most, depth, yaw, pitch, roll, _, traits = rows.max(axis=0)
    assert max(mean, depth) < 0.002
    assert most < 0.01
    assert max(yaw, pitch, roll) < 0.5
    assert traits < 0.05


def test_grey_pictures_have_landmarks_too(
    finder: FaceFinder, landmarker: Landmarker, sample: Sample
) -> None:
    for _, picture in frames(sample("single_face.mp4"), lambda number: number == 20):
        (face,) = finder.find(picture)
        coloured = landmarker.find(picture, face)
        grey = landmarker.find(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), face)
        assert coloured.points.shape == (COUNT, 3)
        assert np.abs(coloured.points - grey.points)[:, :2].max() < face.box.side / 20
        assert coloured.presence > 0.9 < grey.presence
        traits = landmarker.traits(coloured)
        assert traits.shape == (len(BLENDSHAPES),)
        assert traits.min() >= 0
        assert traits.max() <= 1


def test_a_damaged_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "face_landmarks.tflite"
    path.write_bytes(resource("models", "face_landmarks.tflite").read_bytes()[:-1])
    monkeypatch.setattr(landmarks_module, "resource", lambda *_: path)
    with pytest.raises(ModelError, match="damaged"):
        Landmarker()


def test_the_tables_are_mediapipes() -> None:
    points, triangles = geometry.canonical()
    assert points.shape == (COUNT - 10, 3)
    assert triangles.max() == COUNT - 11
    table = np.array(BASIS)
    assert {int(row[0]): pytest.approx(row[1], abs=1e-8) for row in table} == geometry.weights()
    assert np.abs(points[table[:, 0].astype(int)] - table[:, 2:]).max() < 1e-6
    assert len(set(SUBSET)) == 146
    assert len(set(BLENDSHAPES)) == 52


# --- geometry

_DISTANCE = 50.0


def seen_from_a_camera(rotation: np.ndarray, position: np.ndarray, width: int, height: int) -> Any:
    """The canonical face as a perfect landmarker would see it: float64 [478, 3], in pixels."""
    points, _ = geometry.canonical()
    irises = np.repeat([(points[a] + points[b]) / 2 for a, b in ((33, 133), (263, 362))], 5, axis=0)
    space = np.concatenate([points, irises]) @ rotation.T + position
    focus = height / 2 / math.tan(math.radians(pose.FIELD_OF_VIEW) / 2)
    depth = -space[:, 2]
    scale = focus / -position[2]
    return np.column_stack(
        [
            width / 2 + focus * space[:, 0] / depth,
            height / 2 - focus * space[:, 1] / depth,
            (depth + position[2]) * scale,
        ]
    )


def turned(yaw: float, pitch: float) -> np.ndarray:
    """A rotation that turns a head's front by so many degrees to the right, and up."""
    y, p = math.radians(yaw), math.radians(pitch)
    about_y = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(p), math.sin(p)], [0, -math.sin(p), math.cos(p)]])
    return about_y @ about_x


@given(st.floats(-45, 45), st.floats(-30, 30), st.floats(-10, 10), st.floats(-10, 10))
def test_the_pose_of_a_perfect_face_is_found(yaw: float, pitch: float, x: float, y: float) -> None:
    position = np.array([x, y, -_DISTANCE])
    found, own = pose.find(seen_from_a_camera(turned(yaw, pitch), position, 640, 480), 640, 480)
    # The landmarks' depth is that of a camera far away, so a near one is met with a few degrees.
    assert found.yaw == pytest.approx(yaw, abs=6)
    assert found.pitch == pytest.approx(pitch, abs=6)
    assert np.linalg.norm(found.position - position) < 8
    assert np.allclose(found.rotation @ found.rotation.T, np.eye(3))
    assert own.shape == (COUNT, 3)


@pytest.mark.parametrize("x", [-12.0, 0.0, 12.0])
def test_who_faces_the_camera_looks_at_it_wherever_they_sit(x: float) -> None:
    position = np.array([x, 0, -_DISTANCE])
    rotation = turned(math.degrees(math.atan2(-x, _DISTANCE)), 0)
    yaw, _ = pose.sight(*pose.find(seen_from_a_camera(rotation, position, 640, 480), 640, 480))
    assert abs(yaw) < 4


def test_the_iris_moves_the_line_of_sight() -> None:
    points = seen_from_a_camera(turned(0, 0), np.array([0.0, 0.0, -_DISTANCE]), 640, 480)
    straight = pose.sight(*pose.find(points, 640, 480))
    points[[468, 473], 0] += 4  # pixels, of eyes some 24 wide
    right = pose.sight(*pose.find(points, 640, 480))
    points[[468, 473], 1] -= 3
    up = pose.sight(*pose.find(points, 640, 480))
    assert right[0] > straight[0] + 10
    assert up[1] > right[1] + 8


# --- attention on the recordings, with labels that were made before


def test_attention_on_labelled_frames(finder: FaceFinder, sample: Sample) -> None:
    from benchmarks.attention.labels import labels

    reader, screen, found = AttentionReader(Screen()), Screen(), Counter()
    for name, marked in labels().items():
        follower = Follower()
        for number, picture in frames(sample(name), marked.__contains__):
            face = follower.choose(finder.find(picture))
            said = "away" if face is None else judge(reader.sight(picture, face), screen, None)
            found[marked[number], said] += 1
    right = sum(count for (label, said), count in found.items() if label == said)
    counted = sum(count for (label, _), count in found.items() if label != "unsure")
    assert counted > 90
    assert right / counted > 0.9, found


def attends(sample: Sample, settings: Settings) -> list[Attention | None]:
    """What an observer says of a film that is looked at twice a second."""
    observer, said = Observer(settings), []
    for number, picture in frames(
        sample("WolfgangLanger_Pexels.mp4"), lambda number: number % 12 == 0 and number < 240
    ):
        (person,) = observer.observe(picture, number / 24).people
        said.append(person.attention)
    observer.close()
    return said


def test_an_observer_reads_attention_only_where_it_is_turned_on(sample: Sample) -> None:
    assert set(attends(sample, Settings())) == {None}
    said = attends(sample, Settings().replace("attention.enabled", True))
    # She weeps with her eyes shut, then looks up; nothing is said before two looks agree.
    assert said[0] is None
    assert set(said[4:11]) == {Attention.CLOSED}
    assert said[-1] is Attention.ELSEWHERE


def test_a_calibration_moves_the_screen(sample: Sample) -> None:
    settings = Settings().replace("attention.enabled", True)
    above = settings.replace("attention.calibration", "-45 45 5 40 0.15")
    assert attends(sample, above)[-1] is Attention.SCREEN


def test_each_of_two_people_is_read(sample: Sample) -> None:
    (_, man), *_ = frames(sample("single_face.mp4"), lambda number: number == 0)
    (_, woman), *_ = frames(sample("WolfgangLanger_Pexels.mp4"), lambda number: number == 160)
    both = np.hstack([man[:, 160:480], woman[:, 260:]])
    settings = Settings().replace("attention.enabled", True).replace("face.people", "each")
    observer = Observer(settings)
    for second in range(3):
        people = observer.observe(both, float(second)).people
    observer.close()
    assert len({person.place for person in people}) == 2
    assert people[1].attention is Attention.ELSEWHERE  # she looks up, past the camera
    assert people[0].attention is not None
