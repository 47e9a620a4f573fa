"""Where the avatars lie: inside, even, apart, in their order, and one as it always lay."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.scene import MAX_FIGURES
from emocam.stage.seats import Area, safe_area, seats

widths = st.integers(160, 960).map(lambda half: 2 * half)
heights = st.integers(90, 540).map(lambda half: 2 * half)
shares = st.floats(0, 1)
sizes = st.floats(0.2, 1.0)
counts = st.integers(1, MAX_FIGURES)


@given(counts, widths, heights, sizes, shares, shares)
def test_every_seat_is_even_inside_and_apart(
    count: int, width: int, height: int, size: float, across: float, down: float
) -> None:
    row = seats(count, width, height, size, across, down)
    assert len(row) == count
    for seat in row:
        assert not (seat.left | seat.top | seat.width | seat.height) & 1
        assert seat.width == seat.height > 0
        assert seat.left >= 0
        assert seat.left + seat.width <= width
        assert seat.top >= 0
        assert seat.top + seat.height <= height
    for one, next_one in pairwise(row):
        assert one.left + one.width <= next_one.left
        assert (one.top, one.width) == (next_one.top, next_one.width)
    assert len({right.left - left.left for left, right in pairwise(row)}) <= 1


@given(counts.filter(lambda count: count > 1), widths, heights, sizes, shares, shares)
def test_a_row_stays_in_what_narrow_tiles_leave(
    count: int, width: int, height: int, size: float, across: float, down: float
) -> None:
    safe = safe_area(width, height)
    row = seats(count, width, height, size, across, down)
    assert safe.left <= row[0].left
    assert row[-1].left + row[-1].width <= safe.left + safe.width


@given(widths, heights)
def test_the_safe_area_is_in_the_middle_and_no_wider_than_the_tiles(
    width: int, height: int
) -> None:
    safe = safe_area(width, height)
    assert not (safe.left | safe.width) & 1
    assert abs(2 * safe.left + safe.width - width) <= 2
    assert safe.width <= max(height * 4 / 3, 1)
    assert (safe.width == width) or safe.width > height * 4 / 3 - 2
    assert (safe.top, safe.height) == (0, height)


@given(counts, widths, heights, sizes)
def test_a_row_in_the_middle_is_in_the_middle(
    count: int, width: int, height: int, size: float
) -> None:
    row = seats(count, width, height, size)
    beside = width - row[-1].left - row[-1].width
    assert abs(row[0].left - beside) <= 4
    assert abs(row[0].top - (height - row[0].top - row[0].height)) <= 2


@given(widths, heights, sizes)
def test_more_people_are_never_larger(width: int, height: int, size: float) -> None:
    sides = [seats(count, width, height, size)[0].width for count in range(1, MAX_FIGURES + 1)]
    assert sides == sorted(sides, reverse=True)
    assert sides[-1] >= min(height * 0.2, min(width, height) / 5) - 4  # and still to be seen


@given(counts, widths, heights, st.lists(sizes, min_size=2, max_size=2).map(sorted))
def test_a_larger_size_is_never_smaller(
    count: int, width: int, height: int, pair: list[float]
) -> None:
    small, large = (seats(count, width, height, size)[0].width for size in pair)
    assert small <= large


@given(counts, widths, heights, sizes)
def test_the_corners_can_be_reached(count: int, width: int, height: int, size: float) -> None:
    row = seats(count, width, height, size, 0.0, 0.0)
    safe = Area(0, 0, width, height) if count == 1 else safe_area(width, height)
    assert (row[0].left, row[0].top) == (safe.left, 0)
    row = seats(count, width, height, size, 1.0, 1.0)
    assert row[-1].left + row[-1].width == safe.left + safe.width
    assert row[-1].top + row[-1].height == height


def test_a_wide_picture() -> None:
    assert seats(1, 1280, 720, 0.8) == (Area(352, 72, 576, 576),)
    assert [seat.width for seat in seats(2, 1280, 720, 0.8)] == [450, 450]
    assert [seat.width for seat in seats(4, 1280, 720, 0.8)] == [224] * 4


@pytest.mark.parametrize("count", [0, 5, -1])
def test_there_are_one_to_four(count: int) -> None:
    with pytest.raises(ValueError, match="no row"):
        seats(count, 1280, 720, 0.8)
