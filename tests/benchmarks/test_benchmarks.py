"""The harness works: its parts, and a very short run of the whole. No speed is judged."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks import clips, figures, procfs, report
from benchmarks.figures import Row, Spread
from benchmarks.standin import camera

ROOT = Path(__file__).resolve().parent.parent.parent


def test_percentile_is_the_nearest_rank() -> None:
    values = [float(n) for n in range(10, 0, -1)]
    assert figures.percentile(values, 0.9) == 9
    assert figures.percentile(values, 0.5) == 5
    assert figures.percentile([3.0], 0.9) == 3


def test_a_row_is_judged_by_its_median() -> None:
    row = Row("x", "s", Spread.of([0.1, 0.2, 9.0]), Spread.of([0.4]), aim=0.2)
    assert row.is_reached
    assert row.ratio == 2
    assert not Row("x", "s", Spread.of([0.3]), aim=0.2).is_reached
    assert Row("x", "s", Spread.of([0.3])).is_reached is None


def test_every_change_of_face_comes_equally_often() -> None:
    walk = clips._walk(clips.PARTS, 60, random.Random(1))
    names = [part.expression for part in walk]
    pairs = Counter(pairwise(names))
    assert len(pairs) == 6
    assert max(pairs.values()) - min(pairs.values()) <= 1
    assert names[0] == "neutral"


def test_processor_time_and_memory_are_those_of_a_process_and_its_children() -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    idle, spin = "import time; time.sleep(60)", "while True: pass"
    for work, least, most in ((idle, 0.0, 0.2), (spin, 0.02, 1.2)):
        with subprocess.Popen([sys.executable, "-c", script, work]) as process:
            try:
                while len(procfs.descendants(process.pid)) < 2:
                    time.sleep(0.05)
                time.sleep(0.3)
                uses = procfs.watch(process.pid, 1.0)
            finally:
                for pid in reversed(procfs.descendants(process.pid)):
                    os.kill(pid, 9)
        assert len(uses) == 2
        assert least <= procfs.total(uses).cpu <= most
        assert all(0 < use.anonymous <= use.pss < 1000 for use in uses)


@pytest.fixture
def webcam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> camera.StandInCapture:
    """A stand-in camera whose pictures are the grey levels 0, 1, 2 ... at 20 frames a second."""
    path = tmp_path / "grey.mjpg"
    writer = clips._Writer(path)
    numbers = [writer.add(np.full((480, 640, 3), level, np.uint8)) for level in range(100)]
    writer.finish(numbers, 20)
    monkeypatch.setenv(camera.CLIP, str(path))
    return camera.StandInCapture(0)


def _level(webcam: camera.StandInCapture) -> int:
    assert webcam.grab()
    good, picture = webcam.retrieve()
    assert good
    assert picture.shape == (480, 640, 3)
    return round(float(picture.mean()))


def test_the_stand_in_camera_has_buffers_that_grow_stale(webcam: camera.StandInCapture) -> None:
    webcam.set(cv2.CAP_PROP_BUFFERSIZE, 2)
    first = _level(webcam)
    time.sleep(0.5)
    # One buffer was filled at once and kept; the frame after it is new.
    assert _level(webcam) - first == 1
    started = time.monotonic()
    assert _level(webcam) - first >= 10
    assert time.monotonic() - started <= 0.2
    stamp = webcam.get(cv2.CAP_PROP_POS_MSEC) / 1000
    assert 0 <= time.monotonic() - stamp < 0.2
    webcam.release()


def test_the_stand_in_camera_grants_a_lower_rate(webcam: camera.StandInCapture) -> None:
    assert webcam.set(cv2.CAP_PROP_FPS, 10)
    assert webcam.get(cv2.CAP_PROP_FPS) == 10
    levels = [_level(webcam) for _ in range(3)]
    assert levels == [0, 2, 4]
    webcam.release()


def test_a_short_run_of_everything_but_the_rival(
    sample: Callable[[str], Path], tmp_path: Path
) -> None:
    for name in ("WolfgangLanger_Pexels.mp4", "single_face.mp4", "noface_face.mov"):
        sample(name)
    results = tmp_path / "results.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--results", str(results)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(results.read_text(encoding="utf-8"))
    assert set(found) == {"steady", "start", "delay", "plain", "machine"}
    rooms = [process["room"] for process in found["steady"]["emocam"][0]["processes"]]
    assert sorted(rooms) == ["control", "sensing", "stage"]
    assert len(found["delay"]["changes"]) == 2
    assert "Change to neutral" in done.stdout
    assert "| control |" in report.document(found)
