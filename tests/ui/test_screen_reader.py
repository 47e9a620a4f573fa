"""The window by keyboard alone, as a screen reader tells it.

Screenshots are kept in build/ui.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from desktop import PROGRAMS, Desktop, desktop, has_pygobject, qt_lacks
from test_tray_icon import FILE, environment, running
from test_window import wait_for_run, window

from emocam.settings import declarations
from emocam.window.names import setting

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a desktop of Linux")

LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
READER = Path(__file__).parent / "screen_reader.py"
ATSPI = (
    "from emocam.control.tray import desktop_linux as d; d._find(); import gi; "
    "gi.require_version('Atspi', '2.0')"
)
#: Roles of what can be worked with.
CONTROLS = {"push button", "check box", "combo box", "text", "spin button", "list"}
#: Two rounds of the page have no more than this many stops.
MOST = 80


@pytest.fixture
def need(program: Callable[[str], str]) -> None:
    """Skip where the desktop has not all its parts."""
    for name in PROGRAMS:
        program(name)
    program(str(LAUNCHER))
    if (problem := qt_lacks()) is not None:
        pytest.skip(f"needs Qt's libraries: {problem.remedy}")
    if not has_pygobject() or subprocess.run([sys.executable, "-c", ATSPI]).returncode:
        pytest.skip("needs PyGObject for this Python and gir1.2-atspi-2.0")


@contextlib.contextmanager
def audible(there: Desktop) -> Iterator[None]:
    """An accessibility bus for as long as the body runs."""
    del there.environment["NO_AT_BRIDGE"]
    there.environment["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"
    with subprocess.Popen([LAUNCHER, "--launch-immediately"], env=there.environment) as bus:
        try:
            yield
        finally:
            bus.terminate()


@contextlib.contextmanager
def hearing(there: Desktop) -> Iterator[Callable[[], Any]]:
    """A screen reader; gives what reads its next line."""
    with subprocess.Popen(
        [sys.executable, str(READER)], env=there.environment, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        lines = reader.stdout
        try:
            yield lambda: json.loads(lines.readline())
        finally:
            reader.kill()


def heart_is_seen(there: Desktop) -> bool:
    """Whether much of the screen is red: the live view shows what is held."""
    pixels = there.screen("keyboard").tobytes()
    return (
        sum(
            red > 180 and green < 110 and blue < 130
            for red, green, blue in zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True)
        )
        > 8000
    )


@pytest.mark.usefixtures("need")
def test_the_window_can_be_heard_and_walked(sample: Callable[[str], Path], tmp_path: Path) -> None:
    with (
        desktop(tmp_path, environment(tmp_path), panel=False) as there,
        audible(there),
        running(there, sample("single_face.mp4"), *FILE, "--no-tray") as run,
    ):
        wait_for_run(there, run)
        run.ctl("hold", "heart")
        with contextlib.ExitStack() as stack:
            stack.enter_context(window(there, "--page", "view"))
            there.until(lambda: heart_is_seen(there))
            next_line = stack.enter_context(hearing(there))
            things = next_line()
            for each in things:
                if each["role"] in CONTROLS and each["focusable"]:
                    assert each["name"] or each["labels"], each
            combos = [each for each in things if each["role"] == "combo box"]
            named = {"Pages"} | {setting(key) for key in declarations()}
            assert len(combos) > 8
            assert all(set(each["labels"]) & named for each in combos), combos
            spoken = [each["name"] for each in things if each["role"] == "label"]
            assert any(each.startswith("Heart, ") for each in spoken), "; ".join(spoken)

            stops: list[str] = []
            before = there.screen("keyboard")
            while len(stops) < MOST:
                there.press("Tab")
                now = next_line()
                assert now["enabled"], now
                assert now["role"] in CONTROLS | {"list item"}, now
                after = there.screen("keyboard")
                assert after != before, f"where the keyboard is cannot be seen: {now}"
                before = after
                if now["name"] in stops:
                    break
                stops.append(now["name"])
            buttons = {"push button", "check box"}
            reachable = {
                each["name"] for each in things
                if each["role"] in buttons and each["enabled"] and each["showing"]
            }  # fmt: skip
            assert reachable
            assert reachable <= set(stops), reachable - set(stops)
            there.press("shift+Tab")
            assert next_line()["name"] in stops
        run.ctl("quit")
