"""Scenes become frames: exact at rest, never late, and no brighter or darker on the way."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage_process import settings_with

from emocam.errors import PackError
from emocam.expression import Picture
from emocam.scene import Figure, Scene
from emocam.stage.artwork import Animation
from emocam.stage.bounded import Bounded
from emocam.stage.canvas import FULL, Canvas, mix
from emocam.stage.colour import Bytes, i420_size, rgb_to_i420
from emocam.stage.ensemble import BOXES
from emocam.stage.performance import Performance
from emocam.stage.render import render_scene
from emocam.stage.seats import Area
from emocam.stage.subject import prepare, weight
from emocam.stage.worker import Worker

STILL = {"avatar__motion": "reduced"}
#: What one to three avatars show.
ROWS = st.lists(st.sampled_from(list(Picture)), min_size=1, max_size=3)


def flat(picture: Picture, **values: object) -> Bytes:
    return rgb_to_i420(render_scene(picture, settings_with(**values))).ravel()


def two(one: Picture, other: Picture) -> Scene:
    return Scene((Figure(one), Figure(other)))


@given(st.integers(0, 99), st.integers(100, 199), st.integers(0, FULL))
def test_a_mix_is_between_its_ends(one: int, other: int, weight: int) -> None:
    start, end = (
        np.random.default_rng(seed).integers(0, 256, 96, np.uint8) for seed in (one, other)
    )
    exact = start + (end.astype(float) - start) * weight / FULL
    assert np.abs(mix(start, end, weight) - exact).max() <= 0.5
    assert (mix(start, end, 0) == start).all()
    assert (mix(start, end, FULL) == end).all()


def test_an_area_is_exchanged_and_nothing_else() -> None:
    canvas = Canvas(np.full((16, 24, 4), 60, np.uint8))
    around = canvas.frame.copy()
    canvas.put(Area(8, 4, 8, 8), np.full(i420_size(8, 8), 200, np.uint8))
    changed = canvas.frame != around
    assert changed.sum() == i420_size(8, 8)
    assert changed[: 24 * 16].reshape(16, 24)[4:12, 8:16].all()


@pytest.mark.parametrize("threaded", [False, True])
@pytest.mark.parametrize("motion", ["full", "reduced"])
def test_reduced_motion_ends_exactly_on_the_picture(threaded: bool, motion: str) -> None:
    settings = settings_with(avatar__motion=motion)
    performance = Performance(settings, threaded=threaded)
    now = 1.0
    for picture in (Picture.HAPPINESS, Picture.FEAR, Picture.AWAY, Picture.HEART):
        performance.show(Scene.of(picture, 0.5))
        for _ in range(60):
            now += 1 / 15
            frame = performance.frame(now)
            time.sleep(0.002 if threaded else 0)
        assert performance.scene.picture is picture
        difference = np.abs(frame.astype(int) - flat(picture)).mean()
        assert difference < 12
        if motion == "reduced":
            assert difference == 0
    performance.close()


@pytest.mark.parametrize("picture", list(Picture))
def test_what_moves_has_the_same_colours(picture: Picture) -> None:
    """Drawn in Y, Cb and Cr: at the top of a breath within 4 levels of what is drawn in RGB."""
    background = {"avatar__background": "#c04020-#2040c0", "avatar__motion": "full"}
    performance = Performance(settings_with(**background), Scene.of(picture))
    difference = np.abs(performance.frame(0.0).astype(int) - flat(picture, **background))
    assert difference.max() <= 4
    assert difference.mean() < 0.4


def test_it_begins_with_what_it_is_told_and_cuts() -> None:
    performance = Performance(settings_with(**STILL), Scene.of(Picture.SADNESS))
    assert (performance.frame(0.0) == flat(Picture.SADNESS)).all()
    performance.show(Scene.of(Picture.ANGER))
    performance.frame(1.0)
    performance.cut(Scene.of(Picture.AWAY), 1.1)
    assert (performance.frame(1.1) == flat(Picture.AWAY)).all()
    performance.show(Scene.of(Picture.ANGER))
    performance.frame(2.0)
    performance.frame(2.1)
    performance.cut(performance.wanted, 2.1)
    assert (performance.frame(2.1) == flat(Picture.ANGER)).all()


def test_a_frame_at_rest_costs_nothing() -> None:
    performance = Performance(settings_with(**STILL), Scene.of(Picture.NEUTRAL))
    frame = performance.frame(1.0)
    frame[:] = 7  # nobody draws over it
    assert performance.frame(2.0) is frame
    assert (frame == 7).all()


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(list(Picture)), min_size=1, max_size=3), st.floats(0, 0.4)
        ),
        max_size=6,
    ),
    st.sampled_from([0.1, 0.25]),
)
def test_no_pixel_jumps_in_a_fade(
    scenes: list[tuple[list[Picture], float]], duration: float
) -> None:
    """With reduced motion: no pixel moves further than the steepest fade would, plus rounding."""
    settings = settings_with(**STILL, avatar__transition=duration)
    performance = Performance(settings, Scene.of(Picture.STARTING))
    now, step = 10.0, 1 / 60
    before = performance.frame(now).astype(int)
    for pictures, wait in scenes:
        performance.show(Scene(tuple(map(Figure, pictures))))
        until = now + wait
        while now < until:
            now += step
            after = performance.frame(now).astype(int)
            assert np.abs(after - before).max() <= 255 * 1.5 * step / duration + 2
            before = after


def test_from_one_to_two_avatars_and_back() -> None:
    performance = Performance(settings_with(**STILL), Scene.of(Picture.NEUTRAL))
    alone = performance.frame(0.0).copy()
    performance.show(two(Picture.HAPPINESS, Picture.SADNESS))
    begin = performance.frame(1.0)
    assert np.abs(begin.astype(int) - alone).max() <= 1
    middle = performance.frame(1.12).copy()
    both = performance.frame(1.5).copy()
    assert (middle != alone).any()
    assert (middle != both).any()
    assert len(performance.scene.figures) == 2
    y = both[: 320 * 180].reshape(180, 320)
    assert (y[:, :160] != y[:, 160:][:, ::-1]).any()
    performance.show(two(Picture.HAPPINESS, Picture.ANGER))
    performance.frame(2.0)
    changed = performance.frame(3.0)[: 320 * 180].reshape(180, 320) != y
    assert changed[:, 160:].any()
    assert not changed[:, :160].any()  # the other one did not move
    performance.show(Scene.of(Picture.NEUTRAL))
    performance.frame(4.0)
    assert (performance.frame(5.0) == alone).all()


@pytest.mark.parametrize("threaded", [False, True])
def test_two_animations_that_fill_the_memory_follow_each_other(threaded: bool) -> None:
    """Neither pushes the other out before both are there, which would never end."""
    performance = Performance(settings_with(), Scene.of(Picture.STARTING), threaded=threaded)
    performance._subjects.limit = 300_000
    frames = tuple(np.full((128, 128, 4), shade, np.uint8) for shade in (90, 160, 230))
    performance._artist.subject = lambda picture, side: prepare(  # type: ignore[method-assign]
        Animation(frames, (0.1, 0.1, 0.1)), side
    )
    assert 2 * weight(performance._artist.subject(Picture.ANGER, 128)) > 300_000
    for n, picture in enumerate((Picture.ANGER, Picture.FEAR, Picture.HAPPINESS)):
        performance.show(Scene.of(picture))
        for m in range(100):
            performance.frame(10 * n + m / 15)
            time.sleep(0.002 if threaded else 0)
        assert performance.scene == Scene.of(picture)
    assert performance._subjects.size <= 300_000
    assert not performance._coming
    performance.close()


def test_a_frame_never_waits_for_a_drawing() -> None:
    """A drawing that takes half a second: frames come at once and show what was there before."""
    performance = Performance(settings_with(**STILL), Scene.of(Picture.NEUTRAL), threaded=True)
    neutral = performance.frame(0.0).copy()
    slow = performance._artist.subject

    def subject(picture: Picture, side: int):  # type: ignore[no-untyped-def]
        time.sleep(0.5)
        return slow(picture, side)

    performance._artist.subject = subject  # type: ignore[method-assign]
    performance.show(Scene.of(Picture.FEAR))
    for n in range(10):
        began = time.perf_counter()
        frame = performance.frame(1 + n / 15)
        assert time.perf_counter() - began < 0.25
        assert (frame == neutral).all()
    performance.cut(performance.wanted, 9.0)
    assert (performance.frame(9.0) == flat(Picture.FEAR)).all()
    performance.close()


def test_a_missing_picture_is_told_by_whoever_asks_for_frames() -> None:
    told: list[PackError] = []
    performance = Performance(settings_with(), tell=told.append)
    performance._faults.append(PackError("It is missing", "Mend it"))
    performance.frame(0.0)
    assert [error.cause for error in told] == ["It is missing"]


def test_pictures_are_made_ready_ahead() -> None:
    performance = Performance(settings_with(), Scene.of(Picture.NEUTRAL))
    assert sum(performance.prepare() for _ in range(40)) == len(Picture) - 1
    assert not performance.prepare()


def test_what_is_kept_is_bounded() -> None:
    store: Bounded[int, bytes] = Bounded(100, len)
    for number in range(50):
        store.put(number % 7, bytes(number))
        assert store.size <= 100 or store.size == number
    assert store.get(49 % 7) == bytes(49)
    assert store.get(99) is None


def test_a_long_scene_keeps_to_the_memory_it_may_have() -> None:
    settings = settings_with(output__width=1920, output__height=1080, avatar__size=1.0)
    performance = Performance(settings, Scene.of(Picture.NEUTRAL))
    for n in range(40):
        performance.frame(n * 0.37)
    assert 0 < performance._ensemble._boxes.size <= BOXES


def test_a_fault_in_a_drawing_is_not_swallowed() -> None:
    worker = Worker(threaded=True)

    def job() -> None:
        raise PackError("It broke", "Mend it")

    worker.order(job)  # type: ignore[arg-type]
    with pytest.raises(PackError, match="It broke"):
        worker.collect(wait=True)
    assert not worker.busy
    worker.close()
