"""What has the keyboard is seen: measured on the pixels, in each style and in high contrast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from emocam.window import look

#: WCAG 2.1, 1.4.11, and WCAG 2.2, 2.4.13.
LEAST_CONTRAST, LEAST_WIDTH = 3.0, 2
#: Window and text of desktops.
COLOURS = {"light": ("#efefef", "#000000"), "dark": ("#2b2b2b", "#fcfcfc"), "high": ("", "")}


@pytest.fixture(params=["Fusion", "Windows"])
def style(application: Any, request: pytest.FixtureRequest) -> Iterator[str]:
    before = application.style().name()
    application.setStyle(request.param)
    yield request.param
    application.setStyle(before)


@pytest.fixture(params=COLOURS)
def colours(application: Any, style: str, request: pytest.FixtureRequest) -> Iterator[str]:
    from PySide6.QtGui import QColor, QPalette

    before = application.palette()
    if request.param == "high":
        look.heighten(application)
    else:
        window, text = (QColor(each) for each in COLOURS[request.param])
        application.setPalette(QPalette(window, window))
        palette = application.palette()
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
            palette.setColor(role, text)
        application.setPalette(palette)
    yield request.param
    application.setStyleSheet("")
    application.setPalette(before)


def pages() -> Iterator[Any]:
    from emocam.window.pages.expressions import ExpressionsPage
    from emocam.window.pages.settings import SettingsPage
    from emocam.window.pages.view import ViewPage

    yield from (SettingsPage(), ViewPage("en"), ExpressionsPage("en"))


@pytest.mark.usefixtures("colours")
def test_what_has_the_keyboard_stands_out(application: Any) -> None:
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

    from emocam.window.ring import FocusRing

    window, stack, count = QMainWindow(), QStackedWidget(), 0
    window.setCentralWidget(stack)
    ring = FocusRing(window)
    window.resize(900, 700)
    window.show()
    window.activateWindow()
    for page in pages():
        stack.addWidget(page)
        stack.setCurrentWidget(page)
        application.processEvents()
        ground = page.widget()
        seen: set[tuple[int, ...]] = set()
        for each in page.findChildren(QWidget):
            policy = each.focusPolicy() & Qt.FocusPolicy.TabFocus
            if not policy or not each.isVisible() or not each.isEnabled():
                continue
            each.setFocus()
            application.processEvents()
            assert ring.isVisible(), each
            assert ring.parentWidget() is ground
            area = ring.geometry()
            if area.getRect() in seen:
                continue  # the inner part of the one before
            seen.add(area.getRect())
            middle = each.mapTo(ground, each.rect().center())
            assert area.contains(middle), each
            shown = ground.grab(area).toImage()
            ring.hide()
            plain = ground.grab(area).toImage()
            ring.show()
            wide, high = area.width(), area.height()
            for start, step in (
                (QPoint(wide // 2, 0), QPoint(0, 1)),
                (QPoint(wide // 2, high - 1), QPoint(0, -1)),
                (QPoint(0, high // 2), QPoint(1, 0)),
                (QPoint(wide - 1, high // 2), QPoint(-1, 0)),
            ):
                for pixel in range(LEAST_WIDTH):
                    at = start + step * pixel
                    if not ground.rect().contains(area.topLeft() + at):
                        raise AssertionError(("cut off", each, area, ground.rect()))
                    now, then = (image.pixelColor(at).name() for image in (shown, plain))
                    assert look.contrast(now, then) >= LEAST_CONTRAST, (each, at, now, then)
            count += 1
    assert count > 60
    window.close()
    ring.deleteLater()
    window.deleteLater()
    application.sendPostedEvents(None, 0)


def test_it_goes_along_and_away(application: Any) -> None:
    from PySide6.QtWidgets import QLabel, QLineEdit, QMainWindow, QVBoxLayout, QWidget

    from emocam.window.ring import WIDTH, FocusRing

    window, inner, other = QMainWindow(), QWidget(), QLineEdit()
    lines = QVBoxLayout(inner)
    above, edit = QLabel("above"), QLineEdit()
    for each in (above, edit):
        lines.addWidget(each)
    window.setCentralWidget(inner)
    ring = FocusRing(window)
    window.show()
    window.activateWindow()
    edit.setFocus()
    application.processEvents()

    def around() -> Any:
        return edit.geometry().adjusted(-WIDTH, -WIDTH, WIDTH, WIDTH)

    before = ring.geometry()
    assert before == around()
    above.setMinimumHeight(200)
    window.resize(300, 400)
    application.processEvents()
    assert ring.geometry() == around() != before
    edit.hide()
    application.processEvents()
    assert not ring.isVisible()
    edit.show()
    edit.setFocus()
    edit.deleteLater()
    other.show()
    other.activateWindow()
    application.processEvents()
    assert not ring.isVisible()
    ring.deleteLater()
    for each in (window, other):
        each.close()
        each.deleteLater()
