"""Timeline, canvas, gallery and pacer, with the time passed in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage_process import settings_with

from emocam.expression import Picture
from emocam.stage.canvas import Canvas, Gallery
from emocam.stage.colour import Bytes, i420_size, rgb_to_i420
from emocam.stage.pacer import Pacer
from emocam.stage.performance import Performance
from emocam.stage.render import Layout, render_scene
from emocam.stage.timeline import FULL, Timeline

LAYOUT = Layout(24, 16, 8, 8, 4)
SIZE = i420_size(LAYOUT.box, LAYOUT.box)
PICTURES = st.sampled_from(list(Picture))


def box(seed: int) -> Bytes:
    return np.random.default_rng(seed).integers(0, 256, SIZE, np.uint8)


def inside(frame: Bytes) -> Bytes:
    """The box cut out of a frame."""
    y = frame[: 24 * 16].reshape(16, 24)[4:12, 8:16]
    chroma = frame[24 * 16 :].reshape(2, 8, 12)[:, 2:6, 4:8]
    return np.concatenate([y.ravel(), chroma.ravel()])


@given(st.floats(0, 2), st.lists(st.floats(0, 3), min_size=1, max_size=20))
def test_a_fade_rises_from_nothing_to_full(duration: float, passed: list[float]) -> None:
    timeline = Timeline(Picture.STARTING, duration)
    assert timeline.weight(5.0) == FULL
    assert timeline.show(Picture.NEUTRAL, 5.0)
    assert not timeline.show(Picture.NEUTRAL, 5.1)
    weights = [timeline.weight(5.0 + t) for t in sorted(passed)]
    assert weights == sorted(weights)
    assert all(0 <= weight <= FULL for weight in weights)
    assert timeline.weight(5.0 + duration + 1e-6) == FULL
    assert timeline.steady


@given(st.integers(0, 99), st.integers(100, 199), st.integers(0, FULL))
def test_a_mix_is_between_its_ends(one: int, other: int, weight: int) -> None:
    canvas = Canvas(LAYOUT, "#204060")
    around = canvas.frame.copy()
    start, end = box(one), box(other)
    canvas.place(start)
    assert (inside(canvas.frame) == start).all()
    canvas.fade_to(end)
    canvas.mix(0)
    assert (inside(canvas.frame) == start).all()
    canvas.mix(weight)
    exact = start + (end.astype(float) - start) * weight / FULL
    assert np.abs(inside(canvas.frame) - exact).max() <= 0.5
    canvas.mix(FULL)
    assert (inside(canvas.frame) == end).all()
    y = canvas.frame[: 24 * 16].reshape(16, 24)
    y[4:12, 8:16] = around[0]
    assert (y.ravel() == around[: 24 * 16]).all()  # nothing else changed


@given(
    st.lists(st.tuples(PICTURES, st.floats(0.001, 0.4)), min_size=2, max_size=12),
    st.sampled_from([0.05, 0.25, 1.0]),
)
def test_no_jump_whatever_comes_when(scenes: list[tuple[Picture, float]], duration: float) -> None:
    """Between two moments a pixel moves no further than the steepest fade would, plus rounding."""
    boxes = {picture: box(number) for number, picture in enumerate(Picture)}
    canvas = Canvas(LAYOUT, "#000000")
    timeline = Timeline(Picture.STARTING, duration)
    canvas.place(boxes[Picture.STARTING])
    now, step = 10.0, 1 / 120
    before = inside(canvas.frame).astype(int)
    for picture, wait in scenes:
        if timeline.show(picture, now):
            canvas.fade_to(boxes[picture])
        until = now + wait
        while now < until:
            now += step
            canvas.mix(timeline.weight(now)) if not timeline.steady else None
            after = inside(canvas.frame).astype(int)
            assert np.abs(after - before).max() <= 255 * 1.5 * step / duration + 2
            before = after
    canvas.mix(timeline.weight(now + duration)) if not timeline.steady else None
    assert (inside(canvas.frame) == boxes[timeline.picture]).all()


def test_a_performance_ends_exactly_on_the_picture() -> None:
    settings = settings_with()
    performance = Performance(settings)
    first = performance.frame(0.0)
    assert (first == rgb_to_i420(render_scene(Picture.STARTING, settings)).ravel()).all()
    performance.show(Picture.HAPPINESS, 1.0)
    performance.show(Picture.FEAR, 1.1)
    assert not performance.prepare()  # not in a fade
    middle = performance.frame(1.2).copy()
    last = performance.frame(2.0)
    assert last is first  # the same buffer always
    target = rgb_to_i420(render_scene(Picture.FEAR, settings)).ravel()
    assert (last == target).all()
    assert (middle != target).any()
    performance.cut(Picture.AWAY)
    away = rgb_to_i420(render_scene(Picture.AWAY, settings)).ravel()
    assert (performance.frame(2.0) == away).all()
    while performance.prepare():
        pass
    likely = [Picture.NEUTRAL, Picture.HAPPINESS, Picture.SURPRISE, Picture.MOMENT]
    assert performance.gallery.missing(likely) is None


def test_a_gallery_forgets_what_was_not_shown_for_longest() -> None:
    drawn: list[Picture] = []

    def draw(picture: Picture) -> Bytes:
        drawn.append(picture)
        return np.zeros((16, 16, 3), np.uint8)

    gallery = Gallery(draw, limit=3 * i420_size(16, 16))
    for picture in (Picture.NEUTRAL, Picture.FEAR, Picture.ANGER, Picture.NEUTRAL, Picture.AWAY):
        gallery.box(picture)
    assert gallery.size == 3 * i420_size(16, 16)
    assert gallery.missing(Picture) is None  # no room
    gallery.box(Picture.NEUTRAL)
    assert drawn.count(Picture.NEUTRAL) == 1
    gallery.box(Picture.FEAR)
    assert drawn.count(Picture.FEAR) == 2
    with pytest.raises(ValueError, match="read-only"):
        gallery.box(Picture.FEAR)[0] = 1


@given(
    st.integers(5, 60),
    st.floats(0, 1e6),
    st.lists(st.floats(0, 0.3), min_size=1, max_size=60),
)
def test_a_pacer_neither_drifts_nor_bursts(fps: int, start: float, work: list[float]) -> None:
    pacer, now, last = Pacer(fps, start), start, -1
    for spent in work:
        now += pacer.delay(now)
        slot = pacer.take(now)
        assert slot > last
        due = start + slot / fps
        assert due - 1e-6 <= now < due + 1 / fps + 1e-6  # never early, never wholly past
        last = slot
        now += spent


def test_a_pacer_keeps_its_rate_for_a_day() -> None:
    pacer = Pacer(30, 100.0)
    now = 100.0 + 86400
    assert pacer.take(now) == 86400 * 30
    assert pacer.delay(now) == pytest.approx(1 / 30)


@given(st.integers(160, 960), st.integers(90, 540), st.floats(0.2, 1.0))
def test_the_box_is_even_and_inside(half_width: int, half_height: int, size: float) -> None:
    layout = Layout.of(
        settings_with(
            output__width=2 * half_width, output__height=2 * half_height, avatar__size=size
        )
    )
    assert not (layout.box | layout.left | layout.top) & 1
    assert layout.left >= 0
    assert layout.left + layout.box <= layout.width
    assert layout.top >= 0
    assert layout.top + layout.box <= layout.height
    assert abs(2 * layout.left + layout.box - layout.width) <= 2
