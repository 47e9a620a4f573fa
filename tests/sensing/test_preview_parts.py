"""The preview without a display: what it holds, what it tells Qt, what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.errors import PreviewError
from emocam.expression import Expression, SensorState
from emocam.sensing.observer import Person
from emocam.sensing.preview import display_linux, words
from emocam.sensing.preview.slot import LOOKS, Slot

PICTURE = np.zeros((4, 4, 3), np.uint8)


@given(st.lists(st.sampled_from(SensorState)))
def test_a_camera_that_gives_nothing_leaves_no_picture(states: list[SensorState]) -> None:
    slot = Slot()
    for state in states:
        slot.show(PICTURE)
        slot.tell(state, (Person(0),))
        assert (slot.take().picture is not None) is (state in LOOKS)


def test_only_the_last_picture_is_held() -> None:
    slot = Slot()
    slot.show(PICTURE)
    slot.show(other := PICTURE + 1)
    assert slot.take().picture is other
    slot.close()
    slot.show(PICTURE)
    assert slot.take().picture is None


NAMES = st.sampled_from(
    ["HOME", "XAUTHORITY", "QT_SCALE_FACTOR", "QT_PLUGIN_PATH", "QT_IM_MODULE", "SESSION_MANAGER",
     "DBUS_SESSION_BUS_ADDRESS", "KDE_FULL_SESSION", "XDG_CURRENT_DESKTOP", "QT_QPA_PLATFORM"]
)  # fmt: skip


@given(st.dictionaries(NAMES, st.text(max_size=5)))
def test_qt_is_told_of_one_display_and_of_no_bus(before: dict[str, str]) -> None:
    after = display_linux.environment(before)
    assert after["DBUS_SESSION_BUS_ADDRESS"] == "disabled:"
    assert after["QT_QPA_PLATFORM"] == "xcb"
    assert not {"SESSION_MANAGER", "QT_PLUGIN_PATH", "KDE_FULL_SESSION"} & set(after)
    for name in ("HOME", "XAUTHORITY", "QT_SCALE_FACTOR"):
        assert after.get(name) == before.get(name)


@pytest.mark.parametrize(
    ("display", "local"),
    [(":0", True), (":1.0", True), ("unix:0", True), ("localhost:10.0", False), ("far:0", False)],
)
def test_a_display_behind_a_network_is_told_apart(display: str, local: bool) -> None:
    assert display_linux.is_local(display) is local


@pytest.mark.parametrize(
    ("display", "words"), [("", "no display"), ("far.example:0", "reached over a network")]
)
def test_what_keeps_a_preview_from_opening(
    monkeypatch: pytest.MonkeyPatch, display: str, words: str
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    with pytest.raises(PreviewError, match=words):
        display_linux.prepare()


def test_every_state_and_expression_has_words() -> None:
    assert all(words.expression(each) for each in Expression)
    assert all(words.state(each) for each in SensorState if each is not SensorState.FACE)
