"""The clock of a video that plays, pauses and is wound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.errors import LectureError
from emocam.window.lecture.deck import Deck, clock
from emocam.window.lecture.sound import program

ACTS = st.lists(
    st.tuples(st.sampled_from(("play", "pause", "seek")), st.floats(-50, 500), st.floats(0, 60)),
    max_size=30,
)


@given(st.floats(0, 400), ACTS)
def test_it_is_where_what_was_done_leads(
    length: float, acts: list[tuple[str, float, float]]
) -> None:
    deck, now, expected = Deck(length), 10.0, 0.0
    for act, place, wait in acts:
        if act == "play":
            if not deck.playing and expected >= length:
                expected = 0.0
            deck.play(now)
        elif act == "pause":
            deck.pause(now)
        else:
            deck.seek(place, now)
            expected = min(max(place, 0.0), length)
        now += wait
        if deck.playing:
            expected = min(expected + wait, length)
        assert deck.position(now) == pytest.approx(expected, abs=1e-6)
        assert 0 <= deck.position(now) <= length


def test_at_the_end_it_begins_anew() -> None:
    deck = Deck(10.0)
    deck.play(0.0)
    assert not deck.ended(9.9)
    assert deck.ended(10.0)
    deck.pause(12.0)
    assert deck.position(13.0) == 10.0
    deck.play(20.0)
    assert deck.position(21.0) == 1.0


def test_times_for_people() -> None:
    assert [clock(each) for each in (0, 65.9, 3600, 3725)] == ["0:00", "1:05", "1:00:00", "1:02:05"]


def test_sound_takes_what_is_there() -> None:
    both = program("linux", lambda name: f"/usr/bin/{name}")
    assert both[0] == "/usr/bin/paplay"
    only = program("linux", lambda name: "/usr/bin/aplay" if name == "aplay" else None)
    assert only[0] == "/usr/bin/aplay"
    with pytest.raises(LectureError, match="missing"):
        program("linux", lambda name: None)
    with pytest.raises(LectureError, match="without sound"):
        program("win32", lambda name: f"/usr/bin/{name}")
