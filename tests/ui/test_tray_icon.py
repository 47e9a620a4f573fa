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
    kept = {"PATH", "LANG", "PYTHONWARNINGS", "VIRTUAL_ENV"}
    plain = {name: value for name, value in os.environ.items() if name in kept}
    places = {"HOME": home, "XDG_CONFIG_HOME": home / "config", "XDG_RUNTIME_DIR": home}
    return {**plain, **{name: str(place) for name, place in places.items()}}


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
KEYS = ("--set=keys.raise_hand=ctrl+alt+r", "--set=keys.hide=ctrl+alt+h")


@contextlib.contextmanager
def running(there: Desktop, camera: Path, *more: str) -> Iterator[Run]:
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "emocam", "run", "--camera", str(camera), *more],
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
    """RGB uint8 (H, W, 3)."""
    with av.open(str(path)) as file:
        *_, frame = file.decode(video=0)
    return frame.to_ndarray(format="rgb24")


@pytest.mark.usefixtures("need")
def test_the_menu_does_what_it_says(sample: Callable[[str], Path], tmp_path: Path) -> None:
    with (
        desktop(tmp_path, environment(tmp_path), panel=True) as there,
        running(there, sample("single_face.mp4"), *FILE, *KEYS) as run,
    ):
        there.until(lambda: there.colour() == "yellow")  # watched, as far as can be known
        assert "out.mp4" in run.ctl("status")["output"]["device"]

        def is_so(condition: Callable[[dict[str, Any]], bool]) -> Callable[[], bool]:
            return lambda: condition(run.ctl("status"))

        paused = is_so(lambda now: now["mode"] == "paused" and not now["camera"]["open"])
        there.choose("menu", ("Down", "Return"), paused)
        there.until(lambda: there.colour() == "blue")

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

        there.choose(
            "menu-pack", ("Down",) * 6 + second, is_so(lambda now: now["pack"] != "classic")
        )
        pack = run.ctl("status")["pack"]
        entry = tmp_path / "config" / "autostart" / "emocam.desktop"
        there.choose("menu-login", ("Up", "Up", "Up", "Return"), entry.exists)
        report = tmp_path / ".local" / "state" / "emocam" / "log" / "diagnostics.txt"
        there.choose("menu-diagnostics", ("Up", "Up", "Return"), report.exists)
        there.until(lambda: "EmoCam" in clipboard(there))
        assert clipboard(there).strip() == report.read_text(encoding="utf-8").strip()
        assert str(tmp_path) not in report.read_text(encoding="utf-8")
        time.sleep(1)  # the last picture is in the file

        there.choose("menu-quit", ("Up", "Return"), lambda: run.process.poll() is not None)
        said = run.said()
        there.until(lambda: there.colour() == "none")
    assert run.process.returncode == 0
    assert "Traceback" not in said
    assert "tray" not in said
    settings = Settings().replace("avatar.pack", pack).replace("avatar.motion", "reduced")
    expected = render_scene(Picture.HAPPINESS, settings)
    difference = np.abs(last_frame(tmp_path / "out.mp4").astype(int) - expected).mean()
    assert difference < 3


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
