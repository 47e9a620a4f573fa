"""Charts, moments and the page, as text."""

from __future__ import annotations

import base64
import csv
import io
import itertools
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.report import charts, html, svg
from emocam.report.columns import EXPRESSIONS
from emocam.report.moments import APART, moments
from emocam.report.palette import CLASS_STACK, FILLS, STACK, contrast
from emocam.report.timeline import (
    LONGEST_NAME,
    MOST_BINS,
    Bin,
    Timeline,
    shortened,
    timelines,
    together,
    width_for,
)
from emocam.sessions.share import EXPRESSIONS as SHARED


def _bin(start: float, happiness: float, rows: int = 60, screen: float = 1.0) -> Bin:
    shares = tuple(
        happiness if name == "happiness" else (1 - happiness) * (name == "neutral")
        for name in EXPRESSIONS
    )
    looks = (round(rows * screen), rows - round(rows * screen), 0)
    return Bin(start, rows, rows, 0, shares, looks)


SHARES = st.lists(st.floats(0.01, 1), min_size=8, max_size=8).map(
    lambda weights: tuple(each / sum(weights) for each in weights)
)
BINS = st.builds(
    Bin,
    start=st.integers(0, 300).map(lambda i: 15.0 * i),
    rows=st.integers(1, 60),
    faces=st.just(1),
    nobody=st.integers(0, 60),
    shares=st.one_of(st.just(()), SHARES),
    looks=st.tuples(*[st.integers(0, 20)] * 3),
)
TIMELINES = st.lists(BINS, min_size=1, max_size=30, unique_by=lambda each: each.start).map(
    lambda bins: Timeline("<A & B>", 15.0, tuple(sorted(bins, key=lambda each: each.start)))
)


@given(timeline=TIMELINES)
def test_charts_are_svg_within_their_frame(timeline: Timeline) -> None:
    found = moments(timeline)
    curve = charts.Curve("x", "screen", [timeline.attentive(each) for each in timeline.bins])
    for drawing in (
        charts.stacked(timeline, found, "a"),
        charts.lines(timeline, [curve], found, "b"),
    ):
        root = ElementTree.fromstring(drawing)
        assert root.get("role") == "img"
        assert "<A & B>" in str(root[0].text) or root[0].text == "x"
        _, _, width, height = map(float, str(root.get("viewBox")).split())
        for each in root.iter("path"):
            numbers = [float(n) for n in re.findall(r"-?[\d.]+", str(each.get("d")))]
            assert all(0 <= x <= width for x in numbers[::2])
            assert all(0 <= y <= height for y in numbers[1::2])


@given(timeline=TIMELINES)
def test_areas_fill_the_whole_height(timeline: Timeline) -> None:
    faces = sum(bool(each.shares) for each in timeline.bins)
    root = ElementTree.fromstring(charts.stacked(timeline, [], "a"))
    areas = [each for each in root.iter("path") if each.get("class") == "area"]
    assert len(areas) % len(STACK) == 0
    assert bool(areas) == bool(faces)


@given(seconds=st.floats(0, 172_800))
def test_widths_keep_bins_apart(seconds: float) -> None:
    width = width_for(seconds)
    assert width == 3600 or seconds / width <= MOST_BINS


@given(bins=st.lists(BINS, min_size=1, max_size=9))
def test_together_loses_nothing(bins: list[Bin]) -> None:
    whole = together(bins)
    assert whole.rows == sum(each.rows for each in bins)
    if any(each.shares for each in bins):
        assert sum(whole.shares) <= 1 + 1e-9


def test_moments_are_what_stands_out() -> None:
    bins = [
        _bin(60.0 * i, 0.8 if i == 7 else 0.2, screen=0.1 if i == 12 else 0.9) for i in range(30)
    ]
    bins[20] = _bin(1200.0, 0.9, rows=3)  # a few seconds' chance
    found = moments(Timeline("L", 60.0, tuple(bins)))
    assert [(each.why, each.at) for each in found] == [("smiled", 450.0), ("drifted", 750.0)]
    assert found[0].usual == pytest.approx(0.2)


def test_nothing_stands_out_where_all_is_alike() -> None:
    assert not moments(Timeline("L", 60.0, tuple(_bin(60.0 * i, 0.2) for i in range(30))))


@given(timeline=TIMELINES)
def test_moments_of_a_kind_are_apart(timeline: Timeline) -> None:
    found = moments(timeline)
    for kind in ("smiled", "frowned", "drifted"):
        times = sorted(each.at for each in found if each.why == kind)
        assert all(b - a >= APART for a, b in itertools.pairwise(times))


def test_colours_and_patterns_are_told_apart() -> None:
    assert set(STACK) == set(EXPRESSIONS)
    assert set(CLASS_STACK) == set(SHARED)
    assert set(FILLS) == {*STACK, *CLASS_STACK}
    for stack in (STACK, CLASS_STACK):
        assert len({FILLS[name].colour for name in stack}) == len(stack)
        assert len({FILLS[name].shape for name in stack}) == len(stack)
    for fill in FILLS.values():
        assert not fill.shape or contrast(fill.colour, fill.ink) >= 2.9


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no coordinate"):
        svg.number(float("nan"))
    assert (svg.number(-0.001), svg.number(1.5), svg.clock(3909)) == ("0", "1.5", "1:05:09")


def test_the_page_lets_nothing_in() -> None:
    page = html.document("<t>", "en", [html.element("p", "<script>alert(1)</script>")])
    assert "<script" not in page
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src &#x27;none&#x27;; style-src &#x27;sha256-")
    assert not re.findall(r'(?:src|href)="(?!data:)', page)


def test_the_download_is_a_table_without_formulas() -> None:
    link = html.download("x", "a.csv", [["name", "n"], ["=cmd()", -1.5]])
    (data,) = re.findall(r"base64,([^\"]*)", link)
    rows = list(csv.reader(io.StringIO(base64.b64decode(data).decode())))
    assert rows == [["name", "n"], ["'=cmd()", "-1.5"]]


def test_a_name_of_any_length_has_room() -> None:
    row = {"part": "x" * 50_000, "bin": 0, "rows": 1, "nobody": 1, "faces": 0}
    row |= {f"looks_{each}": 0 for each in ("screen", "elsewhere", "closed")}
    [timeline] = timelines([row], 60.0)
    assert len(timeline.name) == LONGEST_NAME
    assert timeline.name.endswith("x\u2026")
    assert shortened("y" * LONGEST_NAME) == "y" * LONGEST_NAME
