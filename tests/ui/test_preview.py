"""The preview on a real display: what it shows, what its process may do, and how it goes away.

Screenshots are kept in build/ui.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from desktop import Desktop, desktop
from numpy.typing import NDArray
from PIL import Image
from test_tray_icon import FILE, Run, environment, running

from emocam.confinement import landlock, seccomp
from emocam.control.witness import Sighting, look

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a desktop of Linux")

#: What lies around the picture in the window, and what boxes and labels are drawn with.
BACK, LINE = (0x10, 0x14, 0x18), (0xFF, 0xD2, 0x3F)
TITLE = "What EmoCam sees"


@pytest.fixture(autouse=True)
def need(program: Callable[[str], str]) -> None:
    """Skip where the desktop has not all its parts."""
    for name in ("Xvfb", "dbus-daemon", "xdotool", "scrot"):
        program(name)
    code = "from emocam.sensing.preview import display_linux as d; d._load_plugin()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"needs the libraries of Qt's xcb plugin: {done.stderr[-200:]}")


def window(there: Desktop) -> list[str]:
    done = subprocess.run(
        ["xdotool", "search", "--name", TITLE],
        env=there.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.split()


def sensing(run: Run) -> Sighting:
    """What the kernel says of the sensing process of now, once it is confined."""
    while True:
        seen = look(run.ctl("status")["camera"]["process"])
        if seen is not None and seen.filtered:
            return seen
        time.sleep(0.2)


def reads(run: Run) -> bool:
    return bool(run.ctl("status")["camera"]["open"])


def is_of(screen: NDArray[np.uint8], colour: tuple[int, int, int]) -> NDArray[np.bool_]:
    return np.asarray(np.all(screen == colour, axis=2))


def shown(screen: Image.Image, width: int, height: int) -> NDArray[np.uint8]:
    """The part of a screenshot in which a picture of this shape is; it touches two of its edges."""
    pixels = np.asarray(screen)
    rows, columns = np.nonzero(is_of(pixels, BACK))
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    scale = min((right - left) / width, (bottom - top) / height)
    x, y = (left + right - scale * width) / 2, (top + bottom - scale * height) / 2
    return pixels[round(y) : round(y + scale * height), round(x) : round(x + scale * width)]


def distance(screen: Image.Image, recording: Path, enough: float) -> float:
    """Mean difference in grey levels between what is shown and the first frame that is so like it;
    where there is none, the one that is most like it.
    """
    best = 255.0
    with av.open(str(recording)) as file:
        for number, frame in enumerate(file.decode(video=0)):
            if number % 3 == 0:
                picture = frame.to_image()
                there = shown(screen, picture.width, picture.height)
                small = picture.resize((there.shape[1], there.shape[0]))
                best = min(best, float(np.abs(np.asarray(small).astype(int) - there).mean()))
                if best < enough:
                    break
    return best


def test_the_preview_shows_the_camera_and_the_run_goes_on_without_it(
    sample: Callable[[str], Path], tmp_path: Path
) -> None:
    recording = sample("single_face.mp4")
    events = tmp_path / "events.jsonl"
    with (
        desktop(tmp_path, environment(tmp_path), panel=False) as there,
        running(there, recording, *FILE, "--no-tray", f"--events={events}") as run,
    ):
        there.until(lambda: (tmp_path / "out.mp4").exists() and reads(run))
        before = sensing(run)
        assert not before.sockets
        assert not any("PySide6" in each for each in before.libraries)
        assert not run.ctl("status")["preview"]
        assert not window(there)

        assert run.ctl("preview", "on")["preview"]
        there.until(lambda: reads(run))
        there.until(lambda: is_of(np.asarray(there.screen("preview")), LINE).sum() > 300)
        first = there.screen("preview")
        assert distance(first, recording, 8) < 8
        there.until(lambda: there.screen("preview-later") != first)
        looks = run.ctl("status")["rates"]["looks_per_second"]
        assert looks is None or looks < 5, "it reads as often as without"

        seen = sensing(run)
        assert seen.sockets == {"local"}
        assert not seen.writing
        assert any("libqxcb" in each for each in seen.libraries)
        assert not any(part in each for each in seen.libraries for part in ("_dri", "swrast"))
        protections = {each["name"]: each for each in run.ctl("status")["protections"]}
        assert not protections["display"]["in_force"]
        assert "preview is open" in protections["display"]["words"]
        assert protections["network"]["in_force"]
        if seccomp.load() is not None:
            assert protections["calls"]["in_force"]

        for each in window(there):
            subprocess.run(
                ["xdotool", "windowfocus", each, "key", "Escape"],
                env=there.environment,
                check=True,
            )
        there.until(lambda: not run.ctl("status")["preview"])
        assert not window(there)
        there.until(lambda: reads(run))
        assert not sensing(run).sockets

        assert run.ctl("preview", "on")["preview"]
        subprocess.run(  # as if the display had gone
            ["xdotool", "windowkill", window(there)[0]], env=there.environment, check=True
        )
        there.until(lambda: not run.ctl("status")["preview"])
        there.until(lambda: reads(run))
        assert run.ctl("status")["rates"]["sensing_deaths"] == 0

        assert run.ctl("preview", "on")["preview"]
        paused = run.ctl("pause")
        assert not paused["preview"]
        assert not window(there)
        assert not run.ctl("resume")["preview"]
        run.ctl("quit")
        said = run.said()
    assert said.count("The preview was closed.") == 1
    assert said.count("The display is gone") == 1
    assert "Traceback" not in said
    told = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    until = next(number for number, each in enumerate(told) if each["shown"] == "paused")
    # On a machine that is busy with other things the new process may come after five seconds.
    seldom = {"moment"}
    faces = {"neutral", "happiness", "surprise", "sadness", "anger"}
    assert {each["shown"] for each in told[:until]} <= faces | seldom, "others saw nothing of it"


def test_where_there_is_no_display_it_is_said_once_and_the_run_goes_on(
    sample: Callable[[str], Path], tmp_path: Path
) -> None:
    there = Desktop(tmp_path, environment(tmp_path))
    with running(there, sample("single_face.mp4"), *FILE, "--no-tray") as run:
        there.until(lambda: (tmp_path / "out.mp4").exists())
        done = subprocess.run(
            [sys.executable, "-P", "-m", "emocam", "ctl", "preview", "on"],
            cwd=there.folder,
            env=there.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert "There is no display for the preview" in done.stderr
        there.until(lambda: reads(run))
        assert not run.ctl("status")["preview"]
        run.ctl("quit")
        assert run.said().count("There is no display for the preview") == 1


@pytest.mark.privacy("with the preview open others see the same frames as without")
def test_what_is_published_is_the_same_with_the_preview_open(
    sample: Callable[[str], Path], tmp_path: Path, figure: Callable[[str], None]
) -> None:
    spoilt = tmp_path / "marked.png"  # a face that the model reads, under noise that it does not
    noise = np.random.default_rng(1).integers(-12, 13, (90, 160, 3)).repeat(8, 0).repeat(8, 1)
    with Image.open(sample("single_face.jpg")) as picture:
        face = np.asarray(picture.convert("RGB").resize((1280, 720))).astype(int)
    Image.fromarray((face + noise).clip(0, 255).astype(np.uint8)).save(spoilt)
    with (
        desktop(tmp_path, environment(tmp_path), panel=False) as there,
        running(there, spoilt, *FILE, "--no-tray", "--set=avatar.transition=0") as run,
    ):
        there.until(lambda: (tmp_path / "out.mp4").exists() and reads(run))
        time.sleep(4)
        before = run.ctl("status")
        run.ctl("preview", "on")
        there.until(lambda: reads(run) and run.ctl("status")["shown"] == before["shown"])
        time.sleep(3)
        after = run.ctl("status")
        assert after["preview"]
        run.ctl("quit")
        run.said()
    with av.open(str(tmp_path / "out.mp4")) as file:
        frames = [(frame.time, frame.to_ndarray(format="gray")) for frame in file.decode(video=0)]
    end = frames[-1][0]
    opened = end - (after["uptime"] - before["uptime"])
    without = [frame for time, frame in frames if opened - 2 < time < opened - 1]
    with_it = [frame for time, frame in frames if end - 1.5 < time < end - 0.5]
    difference = np.mean(with_it, axis=0) - np.mean(without, axis=0)
    pattern = noise.mean(axis=2)
    trace = float((difference * pattern).sum() / (pattern**2).sum()) * 100
    figure(f"{np.abs(difference).mean():.3f} grey levels; {trace:.4f} % of the camera's pattern")
    assert np.abs(difference).mean() < 0.1
    assert abs(trace) < 0.1


CONFINED = """
import json, time
from emocam.confinement import confine_calls, try_forbidden
from emocam.expression import SensorState
from emocam.sensing.confined import give_up_files
from emocam.settings import Settings
give_up_files(Settings(), shows=True)
from emocam.sensing.preview.window import Preview
import numpy as np
preview = Preview("en")
confine_calls(shows=True)
tried = {each.name: each.in_force for each in try_forbidden()}
for level in range(0, 250, 10):  # and still it can draw
    preview.slot.show(np.full((120, 160, 3), (0, level, 0), np.uint8))
    preview.slot.tell(SensorState.NO_FACE, ())
    preview._window.refresh()
    preview._app.processEvents()
print(json.dumps(tried), flush=True)
time.sleep(2)
"""


@pytest.mark.privacy("sockets, programs and files are refused to a process with the preview open")
def test_with_the_preview_open_nothing_else_is(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    with (
        desktop(tmp_path, environment(tmp_path), panel=False) as there,
        subprocess.Popen(
            [sys.executable, "-c", CONFINED], env=there.environment, stdout=subprocess.PIPE
        ) as process,
    ):
        assert process.stdout is not None
        tried: dict[str, Any] = json.loads(process.stdout.readline())
        screen = np.asarray(there.screen("preview-confined"))
        process.kill()
    assert is_of(screen, (0, 240, 0)).sum() > 10_000
    calls, files = seccomp.load() is not None, landlock.version() > 0
    by_calls = ("internet", "local sockets", "programs", "processes", "other processes")
    expected = dict.fromkeys(by_calls, calls)
    figure(f"{sum(tried.values())} of {len(tried)} attempts refused, and it still draws")
    expected |= {"other files": files, "new files": files or calls}
    devices = tried.pop("other devices", files)  # where the machine has any
    assert (tried, devices) == (expected, files)
