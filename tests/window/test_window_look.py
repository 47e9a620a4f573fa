"""Contrast, languages and layout of the window, with Qt but without a display."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.expression import Picture
from emocam.settings.schema import declarations
from emocam.window import look

SHADES = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
#: Backgrounds and texts of desktops: light, dark, high contrast both ways.
PALETTES = (
    ("#efefef", "#000000"),
    ("#ffffff", "#1a1a1a"),
    ("#2b2b2b", "#fcfcfc"),
    ("#31363b", "#eff0f1"),
    ("#000000", "#ffffff"),
    ("#ffffff", "#000000"),
)


def test_contrast_is_that_of_wcag() -> None:
    assert look.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert look.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("background", "text"), PALETTES)
def test_own_colours_stand_out(background: str, text: str) -> None:
    for colour in look.colours(background, text).values():
        assert look.contrast(colour, background) >= look.LEAST


@pytest.mark.parametrize("what", look.HIGH)
def test_high_contrast_is_high(what: str) -> None:
    assert look.contrast(*look.HIGH[what]) >= 7  # WCAG 2.1, level AAA


@given(SHADES, SHADES)
def test_no_colour_of_ours_is_worse_than_the_desktops_own(background: str, text: str) -> None:
    for colour in look.colours(background, text).values():
        least = min(look.LEAST, look.contrast(text, background))
        assert look.contrast(colour, background) >= least


@pytest.mark.parametrize("wanted", declarations()["window.language"].choices)
def test_each_language_has_its_direction_and_its_emoji(application: Any, wanted: str) -> None:
    from PySide6.QtCore import Qt

    from emocam.window.language import direction, spoken, talk

    language = talk(application, wanted)
    try:
        assert application.layoutDirection() == direction(language)
        assert (direction(wanted) == Qt.LayoutDirection.RightToLeft) == (wanted == "ar")
        names = {spoken(picture, language) for picture in Picture}
        assert len(names) == len(Picture)
        assert all(name and ":" not in name and "_" not in name for name in names)
    finally:
        talk(application, "en")


def test_emoji_are_spoken_in_the_users_language() -> None:
    from emocam.window.language import spoken

    assert spoken(Picture.THUMBS_UP, "en") == "thumbs up"
    assert spoken(Picture.THUMBS_UP, "de") == "daumen hoch"


@pytest.mark.parametrize("turned", [False, True])
def test_rows_break_where_the_window_ends(application: Any, turned: bool) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QLabel, QWidget

    from emocam.window.flow import Flow

    whole = QWidget()
    sides = Qt.LayoutDirection
    whole.setLayoutDirection(sides.RightToLeft if turned else sides.LeftToRight)
    flow = Flow(whole)
    labels = [QLabel("x" * 20) for _ in range(6)]
    for label in labels:
        flow.addWidget(label)
    wide = labels[0].sizeHint().width()
    whole.resize(3 * wide, flow.heightForWidth(3 * wide))
    flow.setGeometry(whole.rect())
    rows = {label.y() for label in labels}
    assert len(rows) == 3
    assert all(whole.rect().contains(label.geometry()) for label in labels)
    assert (labels[0].x() > labels[1].x()) == turned
