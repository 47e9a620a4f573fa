"""When the camera is wanted, on a clock of the test's own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.control.watching import PATIENCE, Watchers, Watching
from emocam.errors import WireError
from emocam.settings import Settings

LINGER = 5.0


def watching(**values: object) -> Watching:
    settings = Settings()
    for name, value in values.items():
        settings = settings.replace(f"camera.{name}", value)
    return Watching(settings.camera)


def seen(count: int) -> Watchers:
    return Watchers("event", count)


def test_the_camera_is_wanted_from_the_first_reader_until_the_linger_after_the_last() -> None:
    camera = watching()
    assert not camera.wanted(0)
    camera.publishing(0)
    camera.told(seen(0), 0.1)
    assert not camera.wanted(100)
    camera.told(seen(1), 100)
    assert camera.wanted(100)
    assert camera.wanted(5000)
    camera.told(seen(0), 5000)
    assert camera.wanted(5000 + LINGER - 0.01)
    assert not camera.wanted(5000 + LINGER)


def test_always_is_always() -> None:
    assert watching(when="always").wanted(0)


def test_who_cannot_be_known_is_taken_to_be_there() -> None:
    camera = watching()
    camera.publishing(0)
    camera.told(Watchers("none", None), 0.1)
    assert camera.wanted(0.1)
    assert camera.wanted(1000)


def test_a_stage_that_never_tells_knows_nothing() -> None:
    camera = watching()
    camera.publishing(10)
    assert not camera.wanted(10)
    assert camera.wanted(10 + PATIENCE)
    # What was only assumed leaves no linger behind.
    camera.told(seen(0), 11 + PATIENCE)
    assert not camera.wanted(11 + PATIENCE)


def test_a_camera_that_is_gone_has_no_readers() -> None:
    for how in (seen(3), Watchers("none", None)):
        camera = watching()
        camera.publishing(0)
        camera.told(how, 0)
        camera.off(100)
        assert camera.wanted(104)
        assert not camera.wanted(105)
        camera.publishing(200)
        assert not camera.wanted(200)


STEPS = st.lists(
    st.tuples(
        st.floats(0, 20),
        st.sampled_from(["publishing", "off", "look"]) | st.integers(0, 3),
    )
)


@given(STEPS, st.floats(0, 60))
def test_open_while_watched_and_closed_soon_after(
    steps: list[tuple[float, str | int]], linger: float
) -> None:
    """Against a plain account of when somebody was last there."""
    camera = watching(linger=linger)
    now, count, there, last = 0.0, None, False, None
    since = None
    for gap, step in steps:
        now += gap
        there = bool(count) if count is not None else since is not None and now - since >= PATIENCE
        if there and count is not None:  # known, not only assumed
            last = now
        if isinstance(step, int):
            count = step
            camera.told(seen(step), now)
        elif step == "publishing":
            since = now if since is None else since
            camera.publishing(now)
        elif step == "off":
            count = since = None
            camera.off(now)
        there = bool(count) if count is not None else since is not None and now - since >= PATIENCE
        assert camera.wanted(now) == (there or (last is not None and now - last < linger))


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"how": "guess", "count": 1, "names": []},
        {"how": "event", "count": None, "names": []},
        {"how": "event", "count": -1, "names": []},
        {"how": "event", "count": True, "names": []},
        {"how": "event", "count": 1.0, "names": []},
        {"how": "none", "count": 0, "names": []},
        {"how": "holders", "count": 1, "names": "zoom"},
        {"how": "holders", "count": 1, "names": [1]},
        {"how": "holders", "count": 1, "names": ["x" * 65]},
        {"how": "holders", "count": 20, "names": ["x"] * 17},
    ],
)
def test_a_message_that_tells_of_no_watchers_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        Watchers.from_message(message)


def test_a_name_cannot_write_on_the_terminal() -> None:
    message = {"how": "holders", "count": 1, "names": ["a\x1b[2J\nb"]}
    assert Watchers.from_message(message).names == ("a?[2J?b",)


def test_watchers_in_a_message() -> None:
    message = {"type": "status", "state": "watched", "how": "event", "count": 2, "names": ["zoom"]}
    watchers = Watchers.from_message(message)
    assert watchers == Watchers("event", 2, ("zoom",))
    assert watchers.to_dict() == {"how": "event", "count": 2, "names": ["zoom"]}
