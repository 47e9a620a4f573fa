"""The pacer, with the time passed in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.stage.pacer import Pacer


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
