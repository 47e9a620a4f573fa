"""Finding faces, choosing one, cutting it out; on real recordings and on made-up places."""

from __future__ import annotations

import importlib.util
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.errors import ModelError
from emocam.sensing import faces as faces_module
from emocam.sensing.faces import Box, Face, FaceFinder, blazeface, open_finder
from emocam.sensing.faces.crop import crop, eye_angle
from emocam.sensing.faces.follow import Follower

Sample = Callable[[str], Path]
RECORDINGS = ["WolfgangLanger_Pexels.mp4", "face_noface.mov", "single_face.mp4"]


def frames(path: Path, every: int = 1) -> Iterator[np.ndarray]:
    video = cv2.VideoCapture(str(path))
    count = 0
    while video.grab():
        if count % every == 0:
            yield video.retrieve()[1]
        count += 1
    video.release()
    assert count > 20


def face(x: float, y: float, side: float, score: float = 0.9, turn: float = 0.0) -> Face:
    """A face at a centre, its eyes on a line of this slope."""
    dx, dy = side * 0.2 * math.cos(turn), side * 0.2 * math.sin(turn)
    points = [(x - dx, y - dy), (x + dx, y + dy)] + [(x, y)] * 4
    return Face(Box(x - side / 2, y - side / 2, side, side), score, tuple(points))


# --- the finder on recordings


def test_the_one_face_is_found_in_every_frame(finder: FaceFinder, sample: Sample) -> None:
    for name in ("WolfgangLanger_Pexels.mp4", "single_face.mp4"):
        for picture in frames(sample(name), 4):
            found = finder.find(picture)
            assert len(found) == 1
            left, right, nose, mouth, *_ = found[0].keypoints
            assert left[0] < nose[0] + 20 < right[0] + 40
            assert max(left[1], right[1]) < mouth[1]


def test_grey_pictures_are_as_good(finder: FaceFinder, sample: Sample) -> None:
    for picture in frames(sample("single_face.mp4"), 20):
        (coloured,) = finder.find(picture)
        (grey,) = finder.find(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))
        assert coloured.box.overlap(grey.box) > 0.85


def test_several_faces(finder: FaceFinder, sample: Sample) -> None:
    picture = cv2.imread(str(sample("multi_face.jpg")))
    found = finder.find(picture)
    assert len(found) >= 3
    assert found == sorted(found, key=lambda each: -each.score)


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (3000, 7), (128, 128), (2160, 3840)])
def test_pictures_of_any_size(finder: FaceFinder, size: tuple[int, int]) -> None:
    assert finder.find(np.zeros((*size, 3), np.uint8)) == []


@pytest.mark.parametrize("scale", [0.5, 2.0, 3.0])
def test_a_face_is_where_it_is_at_any_scale(
    finder: FaceFinder, sample: Sample, scale: float
) -> None:
    picture = cv2.imread(str(sample("single_face.jpg")))
    (before,) = finder.find(picture)
    (after,) = finder.find(cv2.resize(picture, None, fx=scale, fy=scale))
    b = after.box
    back = Box(b.x / scale, b.y / scale, b.width / scale, b.height / scale)
    assert before.box.overlap(back) > 0.85


@pytest.mark.parametrize("name", RECORDINGS)
def test_both_finders_find_the_same(finder: FaceFinder, sample: Sample, name: str) -> None:
    """The arithmetic here is MediaPipe's: measured by benchmarks/face_finder.py."""
    if importlib.util.find_spec("mediapipe") is None:
        leave_out = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        leave_out("needs the package mediapipe")
    other = open_finder("mediapipe", 0.5)
    try:
        overlaps, distances, total = [], [], 0
        for picture in frames(sample(name), 3):
            mine = [each for each in finder.find(picture) if each.score > 0.6]
            theirs = [each for each in other.find(picture) if each.score > 0.6]
            total += max(len(mine), len(theirs))
            for one, two in zip(mine, theirs, strict=False):
                overlaps.append(one.box.overlap(two.box))
                apart = np.abs(np.subtract(one.keypoints, two.keypoints)).max()
                distances.append(apart / two.box.side)
        assert len(overlaps) >= 0.98 * total
        assert np.quantile(overlaps, 0.02) > 0.9
        assert np.quantile(distances, 0.98) < 0.03
    finally:
        other.close()


def test_mediapipe_that_is_missing_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata

    def nothing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", nothing)
    with pytest.raises(ModelError, match="not installed") as caught:
        open_finder("mediapipe", 0.5)
    assert "emocam[mediapipe]" in caught.value.remedy


@pytest.mark.parametrize("version", ["0.10.34", "0.10.35", "0.11", "1.0.0rc1"])
def test_mediapipe_that_talks_to_its_maker_is_refused(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.metadata

    monkeypatch.setattr(importlib.metadata, "version", lambda name: version)
    with pytest.raises(ModelError, match="reports its use"):
        open_finder("mediapipe", 0.5)


def test_a_damaged_detector_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "face_detector.tflite"
    path.write_bytes(faces_module.detector_model()[:1000])
    monkeypatch.setattr(faces_module, "resource", lambda *parts: path)
    with pytest.raises(ModelError, match="damaged"):
        open_finder("litert", 0.5)


# --- the arithmetic


def test_there_are_896_anchors_in_mediapipes_order() -> None:
    anchors = blazeface.anchors()
    assert anchors.shape == (896, 2)
    assert anchors[0] == pytest.approx([0.03125, 0.03125])  # two a cell of the fine grid
    assert anchors[1] == pytest.approx([0.03125, 0.03125])
    assert anchors[2] == pytest.approx([0.09375, 0.03125])
    assert anchors[511] == pytest.approx([0.96875, 0.96875])
    for index in range(512, 518):  # six a cell of the coarse one
        assert anchors[index] == pytest.approx([0.0625, 0.0625])
    assert anchors[518] == pytest.approx([0.1875, 0.0625])


def test_a_single_candidate_is_decoded() -> None:
    anchors = blazeface.anchors()
    regressors = np.zeros((896, 16), np.float32)
    logits = np.full(896, -100, np.float32)
    logits[700] = 0.0
    regressors[700, :4] = (6.4, -6.4, 32, 64)
    (row,) = blazeface.decode(regressors, logits, anchors, 0.5)
    x, y = anchors[700]
    assert row[0] == pytest.approx(0.5)
    expected = [x + 0.05 - 0.125, y - 0.05 - 0.25, x + 0.05 + 0.125, y - 0.05 + 0.25]
    assert row[1:5] == pytest.approx(expected, abs=1e-6)
    assert row[5:] == pytest.approx(np.tile([x, y], 6))


CANDIDATES = st.lists(st.tuples(*[st.floats(0.01, 0.99)] * 3, st.floats(0.02, 0.5)), max_size=30)


@given(CANDIDATES)
def test_merged_faces_do_not_overlap_much_and_none_is_lost(
    places: list[tuple[float, float, float, float]],
) -> None:
    rows = [[s, x, y, x + side, y + side, *[x] * 12] for s, x, y, side in places]
    rows.sort(key=lambda row: -row[0])
    merged = blazeface.merge(np.array(rows, np.float32).reshape(-1, 17))
    assert (len(merged) == 0) == (len(rows) == 0)
    assert len(merged) <= len(rows)
    if rows:
        assert merged[0, 0] == np.float32(rows[0][0])
        assert list(merged[:, 0]) == sorted(merged[:, 0], reverse=True)
        assert merged[:, 1:].min() >= np.array(rows)[:, 1:].min() - 1e-5
        assert merged[:, 1:].max() <= np.array(rows)[:, 1:].max() + 1e-5


def test_two_candidates_of_one_face_are_averaged_by_score() -> None:
    rows = [[0.9, 0.1, 0.1, 0.5, 0.5] + [0.0] * 12, [0.3, 0.2, 0.1, 0.6, 0.5] + [1.0] * 12]
    (row,) = blazeface.merge(np.array(rows, np.float32))
    assert row[0] == pytest.approx(0.9)
    assert row[1:5] == pytest.approx([0.125, 0.1, 0.525, 0.5])
    assert row[5:] == pytest.approx(0.25)


def test_boxes_overlap_as_they_should() -> None:
    assert Box(0, 0, 2, 2).overlap(Box(0, 0, 2, 2)) == 1
    assert Box(0, 0, 2, 2).overlap(Box(1, 0, 2, 2)) == pytest.approx(1 / 3)
    assert Box(0, 0, 2, 2).overlap(Box(2, 2, 2, 2)) == 0


# --- whose face


def test_the_largest_face_is_followed() -> None:
    assert Follower().choose([face(100, 100, 50), face(300, 100, 80)]) == face(300, 100, 80)


def test_a_slightly_larger_newcomer_does_not_steal() -> None:
    follower = Follower()
    follower.choose([face(100, 100, 80)])
    mine, newcomer = face(110, 104, 80), face(400, 100, 95)
    assert follower.choose([newcomer, mine]) == mine
    assert follower.choose([newcomer]) == newcomer  # I left
    assert follower.choose([newcomer, mine]) == newcomer


def test_somebody_much_nearer_takes_over() -> None:
    follower = Follower()
    follower.choose([face(100, 100, 80)])
    assert follower.choose([face(100, 100, 80), face(400, 200, 160)]) == face(400, 200, 160)


def test_an_unsure_newcomer_must_stay_for_three_looks() -> None:
    follower = Follower()
    unsure = face(200, 200, 60, score=0.6)
    assert follower.choose([unsure]) is None
    assert follower.choose([]) is None  # it was only a flicker
    assert [follower.choose([unsure]) for _ in range(4)] == [None, None, unsure, unsure]


def test_unsure_faces_here_and_there_are_nobody() -> None:
    follower = Follower()
    for place in range(20):
        assert follower.choose([face(100 + 150 * (place % 3), 100, 60, score=0.7)]) is None


def test_a_face_that_is_followed_may_become_unsure() -> None:
    follower = Follower()
    follower.choose([face(200, 200, 60)])
    assert follower.choose([face(220, 200, 60, score=0.52)]) is not None
    assert follower.choose([face(500, 200, 60, score=0.52)]) is None  # that is not the same


FACES = st.lists(
    st.builds(face, st.floats(0, 640), st.floats(0, 480), st.floats(5, 400), st.floats(0.5, 1)),
    max_size=5,
)


@given(st.lists(FACES, max_size=12))
def test_who_is_chosen_was_there(looks: list[list[Face]]) -> None:
    follower = Follower()
    for faces in looks:
        chosen = follower.choose(faces)
        assert chosen is None or chosen in faces
        if any(each.score >= 0.75 for each in faces):
            assert chosen is not None


# --- the crop


@pytest.mark.parametrize("degrees", [-60, -30, -10, 0, 10, 30, 60])
def test_the_eyes_become_level(degrees: float) -> None:
    """Two bright eyes on a tilted line end on one row, at the same distance from the middle."""
    turn = math.radians(degrees)
    tilted = face(320, 240, 200, turn=turn)
    picture = np.zeros((480, 640, 3), np.uint8)
    for x, y in tilted.keypoints[:2]:
        cv2.circle(picture, (round(x), round(y)), 8, (255, 255, 255), -1)
    assert eye_angle(tilted) == pytest.approx(turn)
    cut = crop(picture, tilted, 1.0, 100)
    rows, columns = np.nonzero(cut > 100)
    assert np.ptp(rows) <= 9
    assert abs(rows.mean() - 49.5) < 1
    assert columns.min() == pytest.approx(30 - 4, abs=2)
    assert columns.max() == pytest.approx(70 + 4, abs=2)


def test_the_left_eye_stays_left() -> None:
    picture = np.zeros((480, 640), np.uint8)
    tilted = face(320, 240, 200, turn=math.radians(25))
    x, y = tilted.keypoints[0]
    cv2.circle(picture, (round(x), round(y)), 8, 255, -1)
    assert np.nonzero(crop(picture, tilted, 1.0, 100) > 100)[1].mean() < 40


@given(
    st.floats(-100, 740), st.floats(-100, 580), st.floats(0.5, 2000), st.floats(-3.1, 3.1),
    st.floats(0.5, 4), st.integers(16, 128),
)  # fmt: skip
def test_a_crop_always_has_its_size(
    x: float, y: float, side: float, turn: float, margin: float, size: int
) -> None:
    picture = np.full((480, 640, 3), 77, np.uint8)
    cut = crop(picture, face(x, y, side, turn=turn), margin, size)
    assert cut.shape == (size, size)
    assert cut.dtype == np.uint8
    assert set(np.unique(cut)) == {77}  # nothing is made up beyond the edge


def test_a_large_face_is_averaged_and_not_picked() -> None:
    chequered = (np.indices((480, 640)).sum(0) % 2 * 255).astype(np.uint8)
    cut = crop(chequered, face(320, 240, 384), 1.0, 48)
    assert abs(cut.astype(int) - 128).max() <= 2
