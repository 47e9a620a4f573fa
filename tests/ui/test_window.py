"""The window on a real display: keys are pressed, and the run does what they say.

Screenshots are kept in build/ui.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from desktop import PROGRAMS, Desktop, desktop, qt_lacks
from test_tray_icon import FILE, Run, environment, last_frame, running

from emocam.errors import ExitCode
from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.render import render_scene

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a desktop of Linux")


@pytest.fixture
def need(program: Callable[[str], str]) -> None:
    """Skip where the desktop has not all its parts."""
    for name in PROGRAMS:
        program(name)
    if (problem := qt_lacks()) is not None:
        pytest.skip(f"needs Qt's libraries: {problem.remedy}")


def window_command(*more: str) -> list[str]:
    return [sys.executable, "-P", "-m", "emocam", "window", *more]


@contextlib.contextmanager
def window(there: Desktop, *more: str) -> Iterator[subprocess.Popen[str]]:
    """The window, in front and with the keyboard; there is no window manager to give it."""
    with subprocess.Popen(
        window_command(*more),
        cwd=there.folder,
        env=there.environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            focus(there)
            yield process
        finally:
            process.terminate()
            process.wait(20)


def focus(there: Desktop) -> None:
    """Give the keyboard to the window, once it is there."""
    search = ["xdotool", "search", "--onlyvisible", "--name", "^EmoCam", "windowfocus", "--sync"]

    def focused() -> bool:
        return subprocess.run(search, env=there.environment, capture_output=True).returncode == 0

    there.until(focused)
    time.sleep(0.5)


def press(there: Desktop, keys: tuple[str, ...], effect: Callable[[], bool]) -> None:
    """Press keys until there is an effect: a window that has just come may lose some."""
    for _ in range(4):
        there.press(*keys)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            if effect():
                return
            time.sleep(0.2)
        focus(there)
    raise AssertionError(f"nothing came of {keys}")


def avatar_is_seen(there: Desktop, name: str) -> bool:
    """Whether the yellow of a face is on the screen, in more than a button's emoji."""
    count = 0
    pixels = there.screen(name).tobytes()
    for red, green, blue in zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True):
        count += red > 220 and 150 < green < 230 and blue < 140
    return count > 8000


@pytest.mark.usefixtures("need")
def test_the_window_shows_and_does(sample: Callable[[str], Path], tmp_path: Path) -> None:
    more = (*FILE, "--no-tray")
    with (
        desktop(tmp_path, environment(tmp_path), panel=False) as there,
        running(there, sample("single_face.mp4"), *more) as run,
    ):
        wait_for_run(there, run)
        with window(there) as shown:
            # A new user sees the first steps, once.
            there.until(lambda: avatar_is_seen(there, "window-first"))
            press(there, ("alt+d",), (tmp_path / ".local/share/emocam/window.json").exists)
            there.until(lambda: avatar_is_seen(there, "window"))

            def mode() -> str:
                return str(run.ctl("status")["mode"])

            press(there, ("alt+p",), lambda: run.ctl("status")["camera"]["process"] is None)
            assert mode() == "paused"
            there.screen("window-paused")
            press(there, ("alt+l",), lambda: mode() == "live")
            press(there, ("alt+f",), lambda: mode() == "frozen")
            press(there, ("alt+r",), lambda: mode() == "live")
            # After the list of pages, "Pause" and "Freeze" come the pictures that can be held.
            there.press("Tab", "Tab", "Tab", "space")
            there.until(lambda: mode() == "held")
            assert run.ctl("status")["shown"] == ["neutral"]
            there.screen("window-held")

            second = window_command("--page", "settings")
            done = subprocess.run(second, env=there.environment, cwd=there.folder)
            assert done.returncode == ExitCode.OK
            assert shown.poll() is None
            focus(there)
            there.press("alt+s")
            write(there, "name plate")
            there.press("Tab")
            write(there, "Ada")
            there.screen("window-settings")
            there.press("Return")
            key = "avatar.name_plate"
            there.until(lambda: run.ctl("settings")["settings"][key]["value"] == "Ada")
            file = tmp_path / "config" / "emocam" / "settings.toml"
            there.until(lambda: file.exists() and 'name_plate = "Ada"' in file.read_text())
            time.sleep(1)  # the last picture is in the file
            run.ctl("quit")
            assert run.process.wait(30) == 0
            time.sleep(1)
            there.screen("window-without-a-run")
            shown.terminate()
            assert shown.stderr is not None
            errors = shown.stderr.read()
    assert "Error" not in errors
    settings = Settings().replace(key, "Ada").replace("avatar.motion", "reduced")
    expected = render_scene(Picture.NEUTRAL, settings)
    assert np.abs(last_frame(tmp_path / "out.mp4").astype(int) - expected).mean() < 3


@pytest.mark.usefixtures("need")
def test_without_a_run_it_offers_to_start_one(
    sample: Callable[[str], Path], tmp_path: Path
) -> None:
    path = sample("single_face.mp4")
    arguments = ("--output=out.mp4", f"--set=camera.source={path}", "--set=camera.loop=true")
    with desktop(tmp_path, environment(tmp_path), panel=False) as there:
        run = Run(there, None)  # type: ignore[arg-type]
        with window(there, "--page", "view", *arguments):
            time.sleep(2)
            there.screen("window-start")
            there.press("alt+r")
            wait_for_run(there, run)
            there.until(lambda: avatar_is_seen(there, "window-started"))
        run.ctl("quit")
    assert (tmp_path / "out.mp4").exists()


def write(there: Desktop, words: str) -> None:
    """Type words."""
    command = ["xdotool", "type", "--delay", "40", words]
    subprocess.run(command, env=there.environment, check=True)
    time.sleep(0.3)


def wait_for_run(there: Desktop, run: Run) -> None:
    def answers() -> bool:
        with contextlib.suppress(subprocess.CalledProcessError):
            return bool(run.ctl("status")["shown"] != ["starting"])
        return False

    there.until(answers)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "There is no display here"),
        ({"DISPLAY": ":77"}, "The display :77 cannot be opened"),
        ({"WAYLAND_DISPLAY": "nope"}, "The display nope cannot be opened"),
        ({"WAYLAND_DISPLAY": "nope", "DISPLAY": ":77"}, "The display :77 cannot be opened"),
        ({"QT_QPA_PLATFORM": "wayland"}, "Take QT_QPA_PLATFORM=wayland out of the environment"),
        ({"QT_QPA_PLATFORM": "xcb"}, "Take QT_QPA_PLATFORM=xcb out of the environment"),
        ({"QT_QPA_PLATFORM": "nonsense"}, "choose one of: xcb, wayland"),
    ],
)
def test_without_a_display_it_is_said(tmp_path: Path, more: dict[str, str], said: str) -> None:
    if more and (problem := qt_lacks()) is not None:
        pytest.skip(f"needs Qt's libraries: {problem.remedy}")
    where = {**environment(tmp_path), **more}
    done = subprocess.run(window_command(), env=where, capture_output=True, text=True)
    assert done.returncode == ExitCode.WINDOW
    assert done.stderr.startswith("emocam: ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
