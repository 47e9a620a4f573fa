"""Several people: each found once, recognised from look to look, and in a row that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.expression import SensorState
from emocam.sensing.faces import Box, Face, FaceFinder
from emocam.sensing.faces.row import FORGET, Row
from emocam.sensing.faces.views import distinct, find_all, squares
from emocam.sensing.observer import Observer, readings
from emocam.settings import Settings
from emocam.wire import MAX_FACES, encode_reading

Sample = Callable[[str], Path]


def face(x: float, side: float = 100.0, score: float = 0.9, y: float = 200.0) -> Face:
    """A face around a point."""
    return Face(Box(x - side / 2, y - side / 2, side, side), score, ((x, y),) * 6)


def row(found: list[tuple[int, Face | None]]) -> list[tuple[int, float | None]]:
    """Number and middle of each."""
    return [(number, seen.box.centre[0] if seen else None) for number, seen in found]


# --- who is who


def test_people_are_numbered_and_put_from_left_to_right() -> None:
    assert row(Row().look([face(500, 90), face(100, 110), face(300)], 0)) == [
        (0, 100), (1, 300), (2, 500),
    ]  # fmt: skip


def test_who_moves_keeps_the_number_and_the_place() -> None:
    people = Row()
    people.look([face(200), face(400)], 0)
    assert row(people.look([face(440), face(160)], 1)) == [(0, 160), (1, 440)]
    # Both lean the same way, each nearer to where the other was.
    assert row(people.look([face(230), face(510)], 2)) == [(0, 230), (1, 510)]


def test_who_leaves_for_a_moment_keeps_the_place() -> None:
    people = Row()
    people.look([face(200), face(400)], 0)
    assert row(people.look([face(400)], 1)) == [(0, None), (1, 400)]
    assert row(people.look([face(400)], FORGET)) == [(0, None), (1, 400)]
    assert row(people.look([face(400), face(200)], FORGET + 0.1)) == [(0, 200), (1, 400)]


def test_who_leaves_for_long_is_forgotten() -> None:
    people = Row()
    people.look([face(200), face(400)], 0)
    people.look([face(400)], 1)
    assert row(people.look([face(400)], FORGET + 0.1)) == [(1, 400)]
    # The newcomer gets another number, on the side where they sit.
    assert row(people.look([face(400), face(100)], FORGET + 1)) == [(2, 100), (1, 400)]


def test_who_is_missed_once_is_not_forgotten_however_seldom_the_looks_are() -> None:
    people = Row()
    people.look([face(200), face(400)], 0)
    assert row(people.look([face(400)], 60)) == [(0, None), (1, 400)]
    assert row(people.look([face(400), face(200)], 120)) == [(0, 200), (1, 400)]


def test_who_jumps_is_not_shown_twice() -> None:
    people = Row()
    people.look([face(100), face(300)], 0)
    assert row(people.look([face(300), face(550)], 1)) == [(1, 300), (0, 550)]


def test_with_nobody_there_the_row_is_empty_and_not_forgotten() -> None:
    people = Row()
    people.look([face(100), face(300)], 0)
    assert people.look([], 1) == []
    assert row(people.look([face(300)], 2)) == [(0, None), (1, 300)]


def test_a_fifth_person_waits_for_a_place() -> None:
    people = Row()
    four = [face(100), face(300), face(500), face(700)]
    people.look(four, 0)
    assert len(people.look([*four, face(900, 140)], 1)) == MAX_FACES
    assert row(people.look([*four[1:], face(900, 140)], 2))[-1] == (0, 900)


def test_people_in_the_background_do_not_count() -> None:
    people = Row()
    assert row(people.look([face(100, 150), face(400, 45)], 0)) == [(0, 100)]
    assert row(people.look([face(100, 150), face(400, 60)], 1)) == [(0, 100), (1, 400)]
    assert row(people.look([face(100, 150), face(400, 40)], 2)) == [(0, 100), (1, 400)]
    assert row(people.look([face(100, 150), face(400, 30)], 3)) == [(0, 100), (1, None)]


def test_an_unsure_newcomer_must_stay_for_three_looks() -> None:
    people = Row()
    people.look([face(100)], 0)
    flicker = face(400, score=0.6)
    assert len(people.look([face(100), flicker], 1)) == 1
    assert len(people.look([face(100)], 2)) == 1
    lengths = [len(people.look([face(100), flicker], now)) for now in range(3, 7)]
    assert lengths == [1, 1, 2, 2]


def test_who_is_known_may_become_unsure() -> None:
    people = Row()
    people.look([face(100), face(300)], 0)
    assert row(people.look([face(100), face(310, score=0.5)], 1)) == [(0, 100), (1, 310)]


def test_a_doubtful_face_is_nobody_new_but_somebody_known() -> None:
    people = Row()
    doubtful = face(400, score=0.7)
    for now in range(5):
        assert row(people.look([face(100)], now, [doubtful])) == [(0, 100)]
    people.look([face(100), face(390)], 5)
    for now in range(6, 20):
        assert row(people.look([face(100)], now, [doubtful])) == [(0, 100), (1, 400)]


def test_a_film_that_starts_again_forgets_nobody() -> None:
    people = Row()
    people.look([face(100), face(300)], 1000)
    people.look([face(300)], 1001)
    assert row(people.look([face(300)], 0)) == [(0, None), (1, 300)]


FACES = st.lists(
    st.builds(face, st.floats(0, 640), st.floats(5, 300), st.floats(0.5, 1), st.floats(0, 480)),
    max_size=7,
)


@given(st.lists(st.tuples(FACES, FACES, st.floats(0, 6)), max_size=12))
def test_for_all_looks(looks: list[tuple[list[Face], list[Face], float]]) -> None:
    people, now = Row(), 0.0
    for faces, doubtful, gap in looks:
        now += gap
        found = people.look(faces, now, doubtful)
        numbers = [number for number, _ in found]
        seen = [one for _, one in found if one is not None]
        assert len(set(numbers)) == len(numbers) <= MAX_FACES
        assert set(numbers) <= set(range(MAX_FACES))
        assert all(one in faces + doubtful for one in seen)
        assert len({id(one) for one in seen}) == len(seen)
        assert bool(found) == bool(seen)  # places alone are nobody
        if any(one.score >= 0.75 for one in faces):
            assert found


@given(
    st.integers(1, MAX_FACES),
    st.lists(st.lists(st.floats(-40, 40), min_size=4, max_size=4), max_size=20),
    st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=20, max_size=20),
    st.permutations(range(4)),
)
def test_people_who_sway_and_turn_away_never_change_places(
    count: int, sways: list[list[float]], there: list[list[bool]], shuffled: list[int]
) -> None:
    """A face's width apart and more, however the detector lists them and whom it misses."""
    middles = [100 + 250 * place for place in range(count)]
    people = Row()
    people.look([face(x) for x in middles], 0)
    for now, (sway, seen) in enumerate(zip(sways, there, strict=False), 1):
        faces = {place: face(middles[place] + sway[place]) for place in range(count) if seen[place]}
        found = people.look([faces[place] for place in shuffled if place in faces], now * 0.4)
        if faces:
            assert found == [(place, faces.get(place)) for place in range(count)]
        else:
            assert found == []


# --- finding them


@given(st.integers(0, 4000), st.integers(0, 4000), st.sampled_from([1.0, 2 / 3]))
def test_squares_cover_the_picture(width: int, height: int, share: float) -> None:
    found = squares(width, height, share)
    side = round(min(width, height) * share)
    if not found:
        assert side == 0 or max(width, height) < 1.2 * side
        return
    assert len(found) <= 25
    assert {each for _, _, each in found} == {side}
    for index, length in enumerate((width, height)):
        starts = sorted({square[index] for square in found})
        assert starts[0] == 0
        assert length - 1 <= starts[-1] + side <= length
        if length <= 3 * side and side >= 10:  # no face of half a square is cut in all of them
            assert all(later - earlier <= side / 2 + 1.5 for earlier, later in pairwise(starts))


def test_the_views_of_a_webcam() -> None:
    assert squares(640, 480) == [(0, 0, 480), (160, 0, 480)]
    assert squares(1280, 720) == [(0, 0, 720), (280, 0, 720), (560, 0, 720)]
    assert len(squares(640, 480, 2 / 3)) == 6
    assert len(squares(1280, 720, 2 / 3)) == 10


@given(FACES)
def test_a_face_counts_once(faces: list[Face]) -> None:
    found = distinct(faces)
    assert len(found) <= len(faces)
    assert bool(found) == bool(faces)
    assert distinct(found) == found
    assert distinct(faces * 2) == found


def test_all_five_are_found_once_and_surely(finder: FaceFinder, sample: Sample) -> None:
    """Labelled by eye: five people; from left to right at these middles of the width."""
    picture = cv2.imread(str(sample("multi_face.jpg")))
    found = sorted(find_all(finder, picture)[0], key=lambda one: one.box.x)
    middles = [one.box.centre[0] / picture.shape[1] for one in found]
    assert middles == pytest.approx([0.26, 0.37, 0.49, 0.58, 0.74], abs=0.025)
    assert min(one.score for one in found) > 0.75


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("single_face.mp4", 1),
        ("WolfgangLanger_Pexels.mp4", 1),
        ("face_noface.mov", 1),
        ("noface_face.mov", 1),
        ("no_face.mp4", 0),  # clouds and lettering, which pass for a face now and then
    ],
)
def test_nobody_is_seen_who_is_not_there(
    name: str, most: int, finder: FaceFinder, sample: Sample
) -> None:
    """More views are more chances to err, so the row must be as careful as for one person."""
    people, counts = Row(), []
    video, number = cv2.VideoCapture(str(sample(name))), 0
    while video.grab():
        if number % 8 == 0:
            faces, doubtful = find_all(finder, video.retrieve()[1])
            found = people.look(faces, number / 25, doubtful)
            counts.append(len(found))
        number += 1
    video.release()
    assert max(counts) == most


def test_a_moved_face_is_where_the_eyes_are(finder: FaceFinder, sample: Sample) -> None:
    picture = cv2.imread(str(sample("multi_face.jpg")))
    for one in find_all(finder, picture)[0]:
        for x, y in one.keypoints[:4]:
            assert one.box.x <= x <= one.box.x + one.box.width
            assert one.box.y - 10 <= y <= one.box.y + one.box.height


# --- what is said of them


@pytest.fixture(params=["nearest", "each", "group"])
def observer(request: pytest.FixtureRequest) -> Iterator[tuple[str, Observer]]:
    found = Observer(Settings().replace("face.people", request.param))
    yield request.param, found
    found.close()


def test_a_look_at_five_people(observer: tuple[str, Observer], sample: Sample) -> None:
    mode, eye = observer
    picture = cv2.imread(str(sample("multi_face.jpg")))
    for now in range(3):  # the nearest alone is looked at in the whole picture, and unsure there
        seen = eye.observe(picture, float(now))
    assert [person.expression for person in seen.people] == [1] * (1 if mode == "nearest" else 4)
    look = readings(seen.state, seen.people, 7, 1000)
    assert [each.faces for each in look] == [len(look)] * len(look)
    for each in look:
        encode_reading(each)
    for now in range(2):
        dark = eye.observe(np.zeros((480, 640, 3), np.uint8), 3.0 + now)
    assert (dark.state, dark.people) == (SensorState.COVERED, ())
