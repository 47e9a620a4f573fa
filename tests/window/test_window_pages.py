"""The window's pages, with Qt but without a display: each setting, each control, each size."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desks_of_control import status_of_a_desk
from hypothesis import given
from hypothesis import strategies as st

from emocam.control.origins import told
from emocam.errors import ControlError
from emocam.expression import Expression
from emocam.settings import Kind, Layers, LoadedSettings, declarations
from emocam.settings.declaration import Declaration
from emocam.sidecar import load_sidecar, model_file
from emocam.window import keys, memory, names
from emocam.window.rates import rates
from emocam.words import speak_as

#: The longest words, and those from right to left; all others where there is time.
LANGUAGES = (
    declarations()["window.language"].choices[1:]
    if os.environ.get("EMOCAM_WHOLE")
    else ("en", "de", "ar")
)
KEYS = st.from_regex(declarations()["keys.hide"].pattern or "", fullmatch=True)


@given(KEYS)
def test_keys_come_back_from_qt(combination: str) -> None:
    assert keys.from_qt(keys.for_qt(combination)) == combination


def test_the_rates_are_those_of_the_models_sidecar() -> None:
    accuracy = load_sidecar(model_file("")).accuracy
    assert set(rates()) == set(accuracy) == {expression.label for expression in Expression}
    for label, rate in rates().items():
        assert rate.faces == accuracy[label].rows
        assert rate.missed == pytest.approx(100 - 100 * accuracy[label].recall)
        assert 0 <= (rate.wrong or 0) <= 100
    assert rates("/no/such/model.tflite") == {}


@pytest.mark.parametrize("key", declarations())
def test_each_setting_has_a_name(key: str) -> None:
    assert names.setting(key)
    assert names.matches(declarations()[key], key)
    assert names.matches(declarations()[key], names.setting(key).upper())
    assert not names.matches(declarations()[key], "zzzz")


def test_the_first_steps_are_remembered(tmp_path: Path) -> None:
    place = tmp_path / "share" / "window.json"
    assert not memory.introduced(place)
    memory.remember(place)
    assert memory.introduced(place)
    place.write_text("nonsense")
    assert not memory.introduced(place)
    memory.remember(tmp_path / "share" / "window.json" / "below a file")  # says nothing


def values_of(declaration: Declaration) -> list[Any]:
    """Some values that a setting may have."""
    default = declaration.default
    if isinstance(default, bool):
        return [True, False]
    if isinstance(default, int | float):
        return [default, type(default)(declaration.minimum or 0)]
    if isinstance(default, tuple):
        return [(), declaration.choices[:2]] if declaration.choices else [(), ("one", "two")]
    return [default, *declaration.choices]


@pytest.mark.parametrize("key", declarations())
def test_each_setting_has_a_control(application: Any, key: str) -> None:
    from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox

    from emocam.window.controls import control

    declaration = declarations()[key]
    made = control(declaration)
    heard: list[Any] = []
    made.changed.connect(heard.append)
    for value in values_of(declaration):
        made.show_value(value)
    assert heard == []  # it was told, and not changed
    for box in made.findChildren(QCheckBox):
        box.toggle()
    for number in made.findChildren(QSpinBox):
        number.stepUp()
    for combo in made.findChildren(QComboBox):
        if combo.count() > 1:
            combo.setCurrentIndex(0)
            combo.activated.emit(0)
    for line in made.findChildren(QLineEdit):
        if not declaration.key.startswith(("keys", "camera.source")) and not line.isReadOnly():
            line.editingFinished.emit()
    for value in heard:
        declaration.check(value)  # no control gives what the setting cannot take


@pytest.fixture
def shown(application: Any) -> Iterator[list[Any]]:
    """All pages, with what holds where the caution is locked and nothing runs."""
    from emocam.window.pages.about import HelpPage
    from emocam.window.pages.expressions import ExpressionsPage
    from emocam.window.pages.first import FirstPage
    from emocam.window.pages.settings import SettingsPage
    from emocam.window.pages.setup import SetupPage
    from emocam.window.pages.view import ViewPage

    pages = [
        FirstPage(), ViewPage("en"), SettingsPage(), ExpressionsPage("en"),
        SetupPage(LoadedSettings(Layers().settings())), HelpPage(),
    ]  # fmt: skip
    layers = Layers().saying(Kind.MANDATORY, "mood.caution", "careful", "/etc/emocam/x.toml")
    answer, status = told(layers), asyncio.run(status_of_a_desk())
    for page in pages:
        if hasattr(page, "show_settings"):
            page.show_settings(answer)
        if hasattr(page, "show_status"):
            page.show_status(status)
    yield pages
    for page in pages:
        page.deleteLater()


def test_each_control_has_a_name_for_a_screen_reader(shown: list[Any]) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit

    count = 0
    for page in shown:
        for kind in (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit):
            for each in page.findChildren(kind):
                inside = isinstance(each.parentWidget(), QComboBox | QAbstractSpinBox | QLineEdit)
                if inside or each.focusPolicy() == Qt.FocusPolicy.NoFocus:
                    continue
                if each.objectName().startswith("qt_") or not each.isEnabled():
                    continue
                count += 1
                assert each.accessibleName(), (page, each, getattr(each, "text", str)())
    assert count > 80


def test_what_is_locked_cannot_be_changed_and_says_by_whom(shown: list[Any]) -> None:
    from PySide6.QtWidgets import QComboBox, QLabel

    settings = shown[2]
    row = settings._rows["mood.caution"]
    assert not any(box.isEnabled() for box in row.findChildren(QComboBox))
    said = " ".join(label.text() for label in row.findChildren(QLabel))
    assert "Locked by /etc/emocam/x.toml" in said


def test_a_refused_change_says_why_and_the_old_value_returns(shown: list[Any]) -> None:
    from PySide6.QtWidgets import QLabel, QLineEdit

    settings = shown[2]
    row = settings._rows["avatar.background"]
    heard: list[tuple[str, str]] = []
    settings.kept.connect(lambda key, value: heard.append((key, value)))
    line = row.findChild(QLineEdit)
    line.setText("no colour")
    line.editingFinished.emit()
    assert heard == [("avatar.background", '"no colour"')]
    settings.refused("avatar.background", ControlError("It is none", "Choose another"))
    assert line.text() == declarations()["avatar.background"].default
    assert "It is none. Choose another" in {label.text() for label in row.findChildren(QLabel)}


def test_searching_leaves_what_is_sought(shown: list[Any]) -> None:
    settings = shown[2]
    settings.seek("caution")
    seen = {key for key, row in settings._rows.items() if not row.isHidden()}
    assert "mood.caution" in seen
    assert len(seen) < 6
    settings.seek("")
    assert not any(row.isHidden() for row in settings._rows.values())


#: Beside the list of pages at 880 x 680, and what is left of 640 x 480: beside it, below it.
SIZES = ((900, 700), (470, 460), (600, 420))


@pytest.mark.parametrize(
    ("percent", "language", "size"),
    [(100, "en", SIZES[0]), (100, "de", SIZES[1])]
    + [(200, language, size) for language in LANGUAGES for size in (SIZES[0], SIZES[2])],
)
def test_no_text_is_clipped_and_no_page_scrolls_sideways(
    application: Any, percent: int, language: str, size: tuple[int, int]
) -> None:
    from PySide6.QtWidgets import QLabel, QPushButton

    from emocam.window.language import direction
    from emocam.window.look import scale

    font, leads = application.font(), application.layoutDirection()
    scale(application, percent)
    application.setLayoutDirection(direction(speak_as(language)))
    try:
        for page in pages_of(application):
            page.resize(*size)
            page.show()
            for _ in range(3):  # a layout within another one asks that to lay out anew
                application.processEvents()
            assert page.horizontalScrollBar().maximum() == 0, page
            for label in page.findChildren(QLabel):
                if label.isVisible() and label.text() and label.wordWrap():
                    assert label.height() >= label.heightForWidth(label.width()), label.text()
            for made in page.findChildren(QPushButton):
                if made.isVisible():
                    assert made.width() >= made.minimumSizeHint().width(), made.text()
                    assert made.height() >= made.minimumSizeHint().height(), made.text()
            page.close()
    finally:
        speak_as("en")
        application.setLayoutDirection(leads)
        application.setFont(font)


@pytest.mark.parametrize(("percent", "narrow"), [(100, False), (200, True)])
def test_the_list_of_pages_is_a_line_where_the_window_is_narrow(
    application: Any, percent: int, narrow: bool
) -> None:
    from PySide6.QtWidgets import QComboBox, QListWidget

    from emocam.window.contents import Contents
    from emocam.window.look import scale

    font = application.font()
    scale(application, percent)
    try:
        made, turned = Contents(), list[int]()
        made.turned.connect(turned.append)
        for title in ("First steps", "What others see", "Settings"):
            made.add(title)
        made.choose(0)
        made.show()
        made.arrange(640)
        assert made.narrow is narrow
        (line,), (side,) = made.findChildren(QComboBox), made.findChildren(QListWidget)
        assert (line.isVisible(), side.isVisible()) == (narrow, not narrow)
        line.setCurrentIndex(2)
        line.activated.emit(2)
        made.choose(1)
        assert turned == [0, 2, 1]
        assert line.currentIndex() == side.currentRow() == 1
        made.arrange(2000)
        assert not made.narrow
        made.close()
        made.deleteLater()
    finally:
        application.setFont(font)


def pages_of(application: Any) -> Iterator[Any]:
    from emocam.window.pages.about import HelpPage
    from emocam.window.pages.expressions import ExpressionsPage
    from emocam.window.pages.first import FirstPage
    from emocam.window.pages.settings import SettingsPage
    from emocam.window.pages.view import ViewPage

    answer, status = told(Layers()), asyncio.run(status_of_a_desk())
    help_page = HelpPage()
    for page in (FirstPage(), ViewPage("en"), SettingsPage(), ExpressionsPage("en"), help_page):
        for act, what in (("show_settings", answer), ("show_status", status)):
            if hasattr(page, act):
                getattr(page, act)(what)
        yield page


def test_no_sentence_is_put_together_from_pieces() -> None:
    """Translators get whole sentences."""
    folder = Path(names.__file__).parent
    for path in folder.rglob("*.py"):
        assert not re.search(r"\b_\(f[\"']", path.read_text(encoding="utf-8")), path


def test_no_letter_means_two_things(shown: list[Any]) -> None:
    from PySide6.QtWidgets import QPushButton

    for page in shown:
        labels = [made.text() for made in page.findChildren(QPushButton)]
        letters = [label[label.index("&") + 1].lower() for label in labels if "&" in label]
        assert len(letters) == len(set(letters)), labels
