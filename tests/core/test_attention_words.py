"""The vocabulary of attention, and where a screen is."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emocam.attention import CODES, Attention, Screen
from emocam.errors import SettingsError
from emocam.settings import Settings

angles = st.integers(-600, 600).map(lambda tenths: tenths / 10)
shares = st.integers(0, 99).map(lambda hundredths: hundredths / 100)


@st.composite
def screens(draw: st.DrawFn) -> Screen:
    left, right, low, high = (draw(angles) for _ in range(4))
    assume(left < right and low < high)
    return Screen(left, right, low, high, draw(shares))


@given(screens())
def test_a_calibration_survives_the_settings(screen: Screen) -> None:
    text = str(screen)
    assert Screen.parse(text) == screen
    assert Settings().replace("attention.calibration", text).attention.calibration == text


def test_no_calibration_is_the_usual_screen() -> None:
    assert Screen.parse("") == Screen()
    assert Screen().outside(0, 0) == 0
    assert Screen().outside(0, 60) > 20


@pytest.mark.parametrize(
    "text",
    ["1 2 3 4", "1 2 3 4 0.5 6", "5 1 -9 9 0.1", "-9 9 5 1 0.1", "-99 9 -9 9 0.1", "a b c d e", " ",
     "-9 9 -9 9 1.5", "-9 9 -9 nan 0.1", "-9  9 -9 9 0.1", "٣ 9 -9 9 0.1"],
)  # fmt: skip
def test_what_is_no_calibration_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="calibration"):
        Screen.parse(text)


@given(st.text(max_size=40))
def test_any_text_is_a_screen_or_refused(text: str) -> None:
    try:
        Screen.parse(text)
    except SettingsError:
        return
    assert Settings().replace("attention.calibration", text)


@given(screens(), angles, angles)
def test_outside_is_a_distance(screen: Screen, yaw: float, pitch: float) -> None:
    away = screen.outside(yaw, pitch)
    on = screen.left <= yaw <= screen.right and screen.low <= pitch <= screen.high
    assert (away == 0) == on
    assert abs(screen.outside(yaw + 1, pitch) - away) <= 1 + 1e-9


def test_nothing_known_is_no_attention() -> None:
    assert list(CODES) == [None, *Attention]
    assert Settings().attention.enabled is False
