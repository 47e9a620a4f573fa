"""A recorded lecture on a real display: played, paused, wound, logged, reported.

Screenshots are kept in build/ui.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from desktop import PROGRAMS, Desktop, desktop, qt_lacks
from PIL import Image
from test_tray_icon import environment

from benchmarks.lecture import timed
from emocam.control.client import connected, find
from emocam.errors import EmoCamError, ExitCode
from emocam.sessions.reader import read_log

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a desktop of Linux")
SECONDS = 150
#: Seconds within which there is a run that answers.
PATIENCE = 60
#: Slides last this long in the generated lecture, in seconds.
SLIDE = 5


@pytest.fixture
def need(program: Callable[[str], str]) -> None:
    """Skip where the desktop has not all its parts."""
    for name in PROGRAMS:
        program(name)
    if (problem := qt_lacks()) is not None:
        pytest.skip(f"needs Qt's libraries: {problem.remedy}")


@contextlib.contextmanager
def watching(there: Desktop, *words: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "emocam", "watch", *words],
        cwd=there.folder,
        env=there.environment,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            search = ["xdotool", "search", "--onlyvisible", "--name", "EmoCam$"]
            focus = [*search, "windowfocus", "--sync"]
            there.until(lambda: subprocess.run(focus, env=there.environment).returncode == 0)
            time.sleep(0.5)
            yield process
        finally:
            process.terminate()
            process.wait(30)


def status() -> dict[str, Any]:
    """Of the run; waited for, as on a busy machine it starts late and answers late."""

    async def ask() -> dict[str, Any]:
        async with connected(await find("EmoCam", only=False)) as client:
            return await client.ask("status", {})

    end = time.monotonic() + PATIENCE
    while True:
        try:
            return asyncio.run(ask())
        except EmoCamError:
            assert time.monotonic() < end, "there is no run"
            time.sleep(0.2)


def avatar_is_seen(there: Desktop) -> bool:
    """Whether the yellow of a face is beside the lecture."""
    pixels = there.screen("watch").crop((600, 0, 900, 200)).tobytes()
    colours = zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True)
    return sum(r > 220 and 150 < g < 230 and b < 140 for r, g, b in colours) > 2000


def shown(there: Desktop, name: str) -> float:
    """The lecture's time as its picture says it."""
    screen = there.screen(name)
    # Its slide has a blue head as wide as the picture.
    pixels = ((x, y) for y in range(screen.height) for x in range(0, 640, 2))
    blue = [(x, y) for x, y in pixels if near(screen, x, y)]
    left, right = min(x for x, _ in blue), max(x for x, _ in blue) + 2
    top = min(y for _, y in blue)
    area = (left, top, right, top + round((right - left) * 9 / 16))
    return timed.number(screen.crop(area)) / timed.RATE


def near(screen: Image.Image, x: int, y: int) -> bool:
    """Whether it is the colour of a slide's head."""
    pixel = screen.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 14 for a, b in zip(pixel, (28, 58, 94), strict=True))


@pytest.mark.usefixtures("need")
def test_a_lecture_is_watched_logged_and_reported(
    sample: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))  # where the run is found
    video = timed.video(tmp_path / "optics.mp4", SECONDS)
    camera = (f"--set=camera.source={sample('single_face.mp4')}", "--set=camera.loop=true")
    with desktop(tmp_path, environment(tmp_path), panel=False) as there:
        with watching(there, *camera, "--set=camera.linger=0", str(video)) as process:
            # It has started a run of its own, which publishes nowhere; no camera before it plays.
            there.until(lambda: status()["session"] is not None)
            about = status()
            assert about["output"]["target"] == "none"
            assert about["watchers"]["count"] == 0
            assert not about["camera"]["open"]
            assert about["session"]["lecture"] == about["lecture"]["name"]
            assert re.fullmatch(r"optics\.mp4 \[[0-9a-f]{16}\]", about["lecture"]["name"])
            there.press("space")
            began = time.monotonic()
            there.until(lambda: status()["lecture"]["playing"])
            there.until(lambda: avatar_is_seen(there))
            there.until(lambda: status()["session"]["rows"] >= 3)
            there.press("space")
            there.until(lambda: not status()["lecture"]["playing"])
            there.until(lambda: status()["camera"]["process"] is None)
            paused = shown(there, "watch-paused")
            assert 0 < paused < time.monotonic() - began
            time.sleep(1.5)  # the last row waits for a second at most until it is written
            rows = status()["session"]["rows"]
            time.sleep(2.5)
            assert shown(there, "watch-still") == paused
            assert status()["session"]["rows"] == rows
            for _ in range(4):
                there.press("Right")
            there.until(lambda: shown(there, "watch-wound") > paused + 19.5)
            wound = shown(there, "watch-wound")
            assert wound == pytest.approx(min(paused + 20, SECONDS), abs=0.1)
            there.press("space")
            there.until(lambda: status()["session"]["rows"] >= rows + 3)
            end = shown(there, "watch-on")
            assert end > wound
            rows = status()["session"]["rows"]
            there.until(lambda: status()["session"]["rows"] >= rows + 2)  # one of after that
            process.terminate()
            assert process.wait(60) == ExitCode.OK
            assert process.stderr is not None
            assert "Traceback" not in process.stderr.read()
        [log] = (tmp_path / ".local/share/emocam/sessions").glob("*.sqlite")
        found = read_log(log)
        assert found.header.ended is not None
        times = [row.t for row in found.rows]
        # Where the user was, and nowhere else; a busy run hears late that it pauses.
        last = shown_end = times[-1]
        assert all(t <= paused + 3 or wound - 0.3 <= t for t in times), (times, paused, wound)
        assert any(t <= paused for t in times)
        assert any(t >= wound for t in times)
        assert last < SECONDS
        assert shown_end >= end - 2.5
        assert any(row.expression for row in found.rows)
        report = tmp_path / "report.html"
        words = ["report", str(log), "--lecture", str(video), "-o", str(report)]
        subprocess.run(
            [sys.executable, "-P", "-m", "emocam", *words],
            env=there.environment, check=True, capture_output=True,
        )  # fmt: skip
    page = report.read_text(encoding="utf-8")
    assert "optics.mp4" in page
    pictures = re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", page)
    for each in pictures:
        at = timed.number(Image.open(io.BytesIO(base64.b64decode(each)))) / timed.RATE
        assert at <= paused + SLIDE or at >= wound - SLIDE


@pytest.mark.usefixtures("need")
def test_what_cannot_be_watched_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "x.mp4").write_bytes(b"hello" * 1000)
    with desktop(tmp_path, environment(tmp_path), panel=False) as there:
        words = {"gone.mp4": "No such file", "x.mp4": "cannot be read", ".": "is no file"}
        for name, word in words.items():
            done = subprocess.run(
                [sys.executable, "-P", "-m", "emocam", "watch", name],
                cwd=tmp_path, env=there.environment, capture_output=True, text=True,
            )  # fmt: skip
            assert done.returncode == ExitCode.PROBLEM
            assert done.stderr.startswith("emocam: ")
            assert word in done.stderr
            assert "Traceback" not in done.stderr
