"""The window in use, with Qt but without a display: typing, minimising, starting a run."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emocam.settings import declarations


def until(application: Any, condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Let Qt work until something has come to pass."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        application.processEvents()
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("key", "value", "typed", "other"),
    [
        ("avatar.name_plate", "Ada", "Lovelace", "Grace"),
        ("camera.source", "auto", "film.mp4", "other.mp4"),
        ("mood.hold", 1.5, "2.75", 4.0),
        ("output.fps", 30, "24", 10),
    ],
)
def test_news_of_the_run_do_not_wipe_out_what_is_being_typed(
    application: Any, key: str, value: Any, typed: str, other: Any
) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QLineEdit

    from emocam.window.controls import control

    made = control(declarations()[key])
    made.show_value(value)
    heard: list[Any] = []
    made.changed.connect(heard.append)
    line = made.findChild(QLineEdit)
    line.selectAll()
    half = len(typed) // 2
    QTest.keyClicks(line, typed[:half])
    made.show_value(value)  # another setting was changed, and all are told anew
    QTest.keyClicks(line, typed[half:])
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert [str(each) for each in heard] == [typed]
    made.show_value(value)  # it was refused
    assert typed not in line.text()
    QTest.keyClicks(line, "5")
    made.show_value(other)  # this very setting was changed elsewhere
    assert line.text().startswith(str(other))


def test_a_camera_that_is_wiped_out_returns(application: Any) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QLineEdit

    from emocam.window.controls import control

    made = control(declarations()["camera.source"])
    made.show_value("film.mp4")
    line = made.findChild(QLineEdit)
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert line.text() == "film.mp4"


def test_a_run_that_cannot_start_says_why(application: Any) -> None:
    from PySide6.QtWidgets import QPushButton

    from emocam.window.start import NoRun

    line = NoRun(("--set", "mood.hold=nonsense"))
    line.say()
    why: list[str] = []
    line.failed.connect(why.append)
    (start,) = line.findChildren(QPushButton)
    start.click()
    assert not start.isEnabled()
    until(application, lambda: why)
    assert why[0].startswith("mood.hold cannot be")
    assert start.isEnabled()  # and it can be tried again


#: The whole window, which takes a process of its own with it.
MINIMISED = """
import os, time
from PySide6.QtWidgets import QApplication
from emocam.settings import Layers, LoadedSettings
from emocam.window.link import Link
from emocam.window.main import MainWindow, Start
application = QApplication(["emocam"])
loaded = LoadedSettings(Layers().settings())
link = Link("none", True, None)
window = MainWindow(link, Start(lambda: loaded, (), "en", "view"))
link.start()
for act in (window.show, window.showMinimized, window.showNormal):
    act()
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        application.processEvents()
    print(window._view._open, end=" ", flush=True)
link.stop()
os._exit(0)
"""


@pytest.mark.usefixtures("application")
def test_a_minimised_window_draws_nothing() -> None:
    command = [sys.executable, "-c", MINIMISED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.stdout == "True False True ", done.stderr


#: A file that is damaged, then mended by hand while the window is open.
EDITED = """
import os, sys, time
from pathlib import Path
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from emocam.settings.load import load_file
from emocam.window.link import Link
from emocam.window.main import MainWindow, Start
file = Path(sys.argv[1])
application = QApplication(["emocam"])
window = MainWindow(Link("none", True, None), Start(lambda: load_file(file), (), "en", "settings"))
window.show()
window.activateWindow()
line = window._all._rows["avatar.name_plate"].findChild(QLineEdit)

def tell():
    application.processEvents()
    application.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
    print(repr(line.text()), window._damage.isVisible(), window._damage.text(), flush=True)

tell()
file.write_text('[avatar]\\nname_plate = "Ada"\\n')
tell()
file.write_text('[avatar]\\nname_plate = "Grace"\\nsize = "huge"\\n')
tell()
file.unlink()
tell()
os._exit(0)
"""


@pytest.mark.usefixtures("application")
def test_a_file_edited_by_hand_is_read_again_and_damage_is_told(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[avatar\nname_plate = \n")
    command = [sys.executable, "-c", EDITED, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    damaged, *rest = done.stdout.splitlines()
    assert damaged.startswith("'' True "), done.stderr
    assert str(file) in damaged
    told = [line for line in rest if line.startswith(("'Ada'", "'Grace'", "''"))]
    assert told[0].startswith("'Ada' False"), rest
    assert told[1].startswith("'Grace' True"), rest
    assert "avatar.size" in told[1]
    assert told[2].startswith("'' False"), rest


def test_qt_takes_no_reference_away(application: Any) -> None:
    # PySide6 6.12.0 did, of None, True and False: Python 3.11 ends a process that has none left.
    from PySide6.QtWidgets import QLabel

    label = QLabel()
    before = [sys.getrefcount(each) for each in (None, True, False)]
    for _ in range(2000):
        label.setText("one")
        label.isEnabled()
        label.isVisible()
    after = [sys.getrefcount(each) for each in (None, True, False)]
    assert all(b > a - 1000 for a, b in zip(before, after, strict=True)), (before, after)
