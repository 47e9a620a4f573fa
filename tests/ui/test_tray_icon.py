"""The tray on a real desktop: a panel shows the icon, a hand opens the menu, the picture follows.

Screenshots are kept in build/ui.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from desktop import PROGRAMS, Desktop, desktop, has_pygobject

from emocam.control.child import command as child_command
from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.render import render_scene

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a desktop of Linux")


@pytest.fixture
def need(program: Callable[[str], str]) -> None:
    """Skip where the desktop has not all its parts."""
    for name in PROGRAMS:
        program(name)
    if not has_pygobject():
        pytest.skip("needs PyGObject for this Python (python3-gi)")


def environment(home: Path) -> dict[str, str]:
    """As in tests/integration, with an empty home."""
    kept = {"PATH", "PYTHONWARNINGS", "VIRTUAL_ENV"}
    plain = {name: value for name, value in os.environ.items() if name in kept}
    places = {"HOME": home, "XDG_CONFIG_HOME": home / "config", "XDG_RUNTIME_DIR": home}
    places_of_home = {name: str(place) for name, place in places.items()}
    return {**plain, "LANG": "C.UTF-8", **places_of_home}


class Run:
    """A run into a file on a desktop."""

    def __init__(self, there: Desktop, process: subprocess.Popen[str]) -> None:
        self.there, self.process = there, process

    def ctl(self, *words: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "emocam", "ctl", "--json", *words],
            cwd=self.there.folder,
            env=self.there.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return dict(json.loads(done.stdout))

    def said(self) -> str:
        """Everything that it said, at its end."""
        return self.process.communicate(timeout=60)[0]


#: A run into a file, whose faces move no longer than they must.
FILE = ("--output=out.mp4", "--set=camera.loop=true", "--set=avatar.motion=reduced")
#: A small one, which is quickly read again while it grows.
SMALL = {"output.width": 640, "output.height": 360, "output.fps": 10}
SMALL_FILE = (*FILE, *(f"--set={key}={value}" for key, value in SMALL.items()))
KEYS = ("--set=keys.raise_hand=ctrl+alt+r", "--set=keys.hide=ctrl+alt+h")


@contextlib.contextmanager
def running(
    there: Desktop, camera: Path, *more: str, before: tuple[str, ...] = ()
) -> Iterator[Run]:
    with subprocess.Popen(
        [*before, sys.executable, "-P", "-m", "emocam", "run", "--camera", str(camera), *more],
        cwd=there.folder,
        env=there.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield Run(there, process)
        finally:
            process.kill()


def clipboard(there: Desktop) -> str:
    """The text that could be pasted."""
    code = (
        "from emocam.control.tray import desktop_linux as d; d.prepare()\n"
        "from gi.repository import Gdk, Gtk\n"
        "print(Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text() or '')"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        env=there.environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def last_frame(path: Path) -> Any:
    """The last frame that is in a file, which may be growing: RGB uint8 (H, W, 3)."""
    last, end = None, time.monotonic() + 60
    while last is None:
        # There may be no file yet, or one in which the first second still fails.
        with contextlib.suppress(av.error.FFmpegError), av.open(str(path)) as file:
            for frame in file.decode(video=0):
                last = frame
        assert time.monotonic() < end, f"there is nothing in {path}"
    return last.to_ndarray(format="rgb24")


class Published:
    """What the others see, from the file that grows."""

    def __init__(self, path: Path, pack: str) -> None:
        settings = Settings().replace("avatar.pack", pack).replace("avatar.motion", "reduced")
        for key, value in SMALL.items():
            settings = settings.replace(key, value)
        self._path = path
        self._known = {each: render_scene(each, settings).astype(int) for each in Picture}

    def differs(self, picture: Picture) -> float:
        """By how many grey levels the last frame differs from a picture, on the average."""
        return float(np.abs(last_frame(self._path) - self._known[picture]).mean())

    def shows(self, picture: Picture) -> Callable[[], bool]:
        """Tells whether it shows this picture."""
        return lambda: self.differs(picture) < 2

    def shows_a_face(self) -> bool:
        """Whether what is nearest to the last frame is an expression."""
        frame = last_frame(self._path)
        nearest = min(self._known, key=lambda each: np.abs(frame - self._known[each]).mean())
        return nearest.expression is not None


def windows(there: Desktop, name: str) -> list[str]:
    """The windows of a name that are to be seen."""
    search = ["xdotool", "search", "--onlyvisible", "--name", name]
    done = subprocess.run(search, env=there.environment, capture_output=True, text=True)
    return done.stdout.split()


def aside(there: Desktop, name: str) -> None:
    """Wait for a window and move it off the icon, which a window manager would do."""
    there.until(lambda: bool(windows(there, name)))
    for each in windows(there, name):
        there.hand("windowmove", each, "100", "60", "windowfocus", each)


@pytest.mark.usefixtures("need")
def test_the_menu_does_what_it_says(sample: Callable[[str], Path], tmp_path: Path) -> None:
    classic = Published(tmp_path / "out.mp4", "classic")
    contrast = Published(tmp_path / "out.mp4", "contrast")
    face, nobody = sample("single_face.mp4"), sample("no_face.mp4")
    with (
        desktop(tmp_path, environment(tmp_path), panel=True) as there,
        running(there, face, *SMALL_FILE, *KEYS) as run,
    ):
        there.until(lambda: there.colour() == "yellow")  # watched, as far as can be known
        assert "out.mp4" in run.ctl("status")["output"]["device"]
        there.until(classic.shows_a_face)

        def is_so(condition: Callable[[dict[str, Any]], bool]) -> Callable[[], bool]:
            return lambda: condition(run.ctl("status"))

        paused = is_so(lambda now: now["mode"] == "paused" and not now["camera"]["open"])
        there.choose("menu", ("Down", "Return"), paused)
        there.until(lambda: there.colour() == "blue")
        there.until(classic.shows(Picture.PAUSED))

        there.press("ctrl+alt+r")
        there.until(is_so(lambda now: now["shown"] == ["raised_hand"]))
        there.press("ctrl+alt+r")
        there.until(paused)
        there.press("ctrl+alt+h")
        there.until(is_so(lambda now: now["mode"] == "live" and now["camera"]["open"]))
        there.press("ctrl+alt+h")
        there.until(paused)

        second = ("Right", "Down", "Return")
        held = is_so(lambda now: now["mode"] == "held" and now["shown"] == ["happiness"])
        there.choose("menu-hold", ("Down",) * 4 + second, held)
        assert not run.ctl("status")["camera"]["open"]
        there.until(classic.shows(Picture.HAPPINESS))

        other = is_so(lambda now: now["pack"] == "contrast")
        there.choose("menu-pack", ("Down",) * 6 + second, other)
        there.until(contrast.shows(Picture.HAPPINESS))

        # Below "Automatic" and the webcams stand the recordings that this run has had.
        run.ctl("resume")
        run.ctl("set", "camera.source", str(nobody))
        there.until(contrast.shows(Picture.AWAY))
        webcams = len(found(there))
        back = is_so(lambda now: now["camera"]["source"] == str(face))
        down = ("Down",) * (webcams + 1)
        there.choose("menu-camera", ("Down",) * 5 + ("Right", *down, "Return"), back)
        there.until(contrast.shows_a_face)
        kept = (tmp_path / "config" / "emocam" / "settings.toml").read_text(encoding="utf-8")
        assert 'pack = "contrast"' in kept
        assert f'source = "{face}"' in kept

        preview = is_so(lambda now: bool(now["preview"]))
        there.choose("menu-preview", ("Up",) * 6 + ("Return",), preview)
        aside(there, "^What EmoCam sees")
        there.until(is_so(lambda now: bool(now["camera"]["open"]) and bool(now["read"])))
        there.screen("menu-preview-open")
        there.until(contrast.shows_a_face)
        closed = is_so(lambda now: not now["preview"])
        there.choose("menu-preview-close", ("Up",) * 6 + ("Return",), closed)
        assert not windows(there, "^What EmoCam sees")

        def is_open() -> bool:
            return bool(windows(there, "^EmoCam$"))

        there.choose("menu-window", ("Up",) * 7 + ("Return",), is_open)
        aside(there, "^EmoCam$")
        there.until(lambda: there.screen("menu-window-open").getpixel((500, 150)) != (255,) * 3)
        there.press("ctrl+q")
        there.until(lambda: not is_open())
        assert run.ctl("status")["mode"] == "live"
        there.until(contrast.shows_a_face)

        entry = tmp_path / "config" / "autostart" / "emocam.desktop"
        there.choose("menu-login", ("Up", "Up", "Up", "Return"), entry.exists)
        report = tmp_path / ".local" / "state" / "emocam" / "log" / "diagnostics.txt"
        there.choose("menu-diagnostics", ("Up", "Up", "Return"), report.exists)
        there.until(lambda: "EmoCam" in clipboard(there))
        assert clipboard(there).strip() == report.read_text(encoding="utf-8").strip()
        assert str(tmp_path) not in report.read_text(encoding="utf-8")

        there.choose("menu-quit", ("Up", "Return"), lambda: run.process.poll() is not None)
        said = run.said()
        there.until(lambda: there.colour() == "none")
    assert run.process.returncode == 0
    assert "Traceback" not in said
    assert "tray" not in said
    assert contrast.shows_a_face()


def found(there: Desktop) -> list[Any]:
    """The webcams that the menu offers."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "emocam", "devices", "--json"],
        env=there.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return list(json.loads(done.stdout)["cameras"])


def powerless(program: Callable[[str], str]) -> tuple[str, ...]:
    """Words before a command by which root may write no more than others."""
    if os.geteuid() != 0:
        return ()
    return (program("setpriv"), "--bounding-set=-dac_override,-dac_read_search")


@pytest.mark.usefixtures("need")
def test_where_the_settings_cannot_be_written_a_choice_holds_for_the_run(
    sample: Callable[[str], Path], program: Callable[[str], str], tmp_path: Path
) -> None:
    contrast = Published(tmp_path / "out.mp4", "contrast")
    folder = tmp_path / "config" / "emocam"
    before = powerless(program)
    with desktop(tmp_path, environment(tmp_path), panel=True) as there:
        folder.mkdir(parents=True)
        folder.chmod(0o500)
        with (
            there.heard("interface='org.freedesktop.Notifications',member='Notify'") as notices,
            running(there, sample("no_face.mp4"), *SMALL_FILE, before=before) as run,
        ):
            there.until(lambda: there.colour() == "yellow")
            keys = ("Down",) * 6 + ("Right", "Down", "Return")
            there.choose("menu-read-only", keys, lambda: run.ctl("status")["pack"] == "contrast")
            there.until(contrast.shows(Picture.AWAY))
            there.until(lambda: "Your choice holds until EmoCam ends" in notices.read_text())
            run.ctl("quit")
            said = run.said()
        assert not list(folder.iterdir())
    assert said.count("Your choice holds until EmoCam ends, but cannot be kept") == 1
    assert "Permission denied" in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("need")
def test_a_window_that_cannot_be_shown_is_told(
    sample: Callable[[str], Path], tmp_path: Path
) -> None:
    where = {**environment(tmp_path), "QT_QPA_PLATFORM": "nonsense"}
    title = "EmoCam's window could not be shown"
    with (
        desktop(tmp_path, where, panel=True) as there,
        there.heard("interface='org.freedesktop.Notifications',member='Notify'") as notices,
        running(there, sample("no_face.mp4"), *FILE) as run,
    ):
        there.until(lambda: there.colour() == "yellow")
        keys = ("Up",) * 7 + ("Return",)
        there.choose("menu-no-window", keys, lambda: title in notices.read_text())
        run.ctl("quit")
        said = run.said()
    assert 'QT_QPA_PLATFORM says "nonsense", where EmoCam can show no window' in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("need")
def test_the_icon_is_gone_with_the_run_however_that_ends(
    sample: Callable[[str], Path], tmp_path: Path
) -> None:
    with (
        desktop(tmp_path, environment(tmp_path), panel=True) as there,
        running(there, sample("single_face.mp4"), *FILE) as run,
    ):
        there.until(lambda: there.colour() == "yellow")
        run.process.kill()
        there.until(lambda: there.colour() == "none")


@pytest.mark.usefixtures("need")
def test_a_missing_virtual_camera_wants_attention(
    sample: Callable[[str], Path], tmp_path: Path
) -> None:
    label = "--set=output.label=NoSuchCamera"
    with (
        desktop(tmp_path, environment(tmp_path), panel=True) as there,
        there.heard("interface='org.freedesktop.Notifications',member='Notify'") as notices,
        running(there, sample("single_face.mp4"), "--wait", label) as run,
    ):
        there.until(lambda: there.colour() == "red")
        there.open_menu("menu-attention")
        output = run.ctl("status")["output"]
        assert output["state"] == "waiting"
        if output["code"] == "module-missing":  # as after a kernel update
            there.until(lambda: "EmoCam's virtual camera is missing" in notices.read_text())
        run.ctl("quit")
        assert "Traceback" not in run.said()


@pytest.mark.usefixtures("need")
def test_without_a_tray_host_it_is_said(tmp_path: Path) -> None:
    with desktop(tmp_path, environment(tmp_path), panel=False) as there:
        done = subprocess.run(
            child_command("emocam.control.tray", "--check"),
            env=there.environment,
            capture_output=True,
            text=True,
            check=True,
        )
    (check,) = json.loads(done.stdout)["checks"]
    assert check["status"] == "warning"
    assert "This desktop shows no tray icons" in check["summary"]
