"""The calibration from the window: a real run, real sensing, Qt without a display."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="places as on Linux")

#: The dialog, as the button opens it; says the run's mode before, meanwhile and afterwards.
PROGRAM = """
import json, os, subprocess, sys, time
from PySide6.QtWidgets import QApplication, QWidget
from emocam.settings import Settings
from emocam.window import corners
from emocam.window.link import Link
corners.LEAD = 0.0
application = QApplication(["emocam"])
link = Link("none", False, None)
link.start()
kept, parent = [], QWidget()
parent.show()
settings = Settings().replace("camera.source", sys.argv[1])
dialog = corners.CornersDialog(parent, link, settings, lambda *words: kept.append(words))
seen = []
dialog._turned.connect(lambda corner, unseen: seen.append(corner))

def mode():
    command = [sys.executable, "-P", "-m", "emocam", "ctl", "--json", "status"]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["mode"]

def until(condition):
    end = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < end, dialog._said.text()
        application.processEvents()
        time.sleep(0.02)

modes = [mode()]
dialog.open()
dialog.begin()
until(lambda: seen)
modes.append(mode())
until(lambda: dialog._progress.isHidden())
said = dialog._said.text()
dialog.reject()
link.stop()  # as the window's end does: the run hears the last word all the same
until(lambda: mode() != "paused")
modes.append(mode())
print(json.dumps({"modes": modes, "seen": seen, "said": said, "kept": kept}), flush=True)
os._exit(0)
"""


@pytest.mark.usefixtures("application")
def test_corners_are_looked_at_while_the_run_is_paused(
    sample: Callable[[str], Path], tmp_path: Path
) -> None:
    face = str(sample("single_face.jpg"))
    places = {name: str(tmp_path) for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME")}
    where = {**os.environ, **places}
    run = [sys.executable, "-P", "-m", "emocam", "run", "--no-tray", "--output=out.mp4"]
    with subprocess.Popen(
        [*run, "--camera", face], env=where, cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            ctl = [sys.executable, "-P", "-m", "emocam", "ctl", "status"]
            end = time.monotonic() + 60
            while subprocess.run(ctl, env=where, capture_output=True).returncode:
                assert time.monotonic() < end, "the run did not come"
                assert process.poll() is None, process.stderr
                time.sleep(0.2)
            command = [sys.executable, "-c", PROGRAM, face]
            done = subprocess.run(
                command, env=where, cwd=tmp_path, capture_output=True, text=True, timeout=200
            )
        finally:
            process.terminate()
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["modes"] == ["live", "paused", "live"]
    assert found["seen"] == ["upper left", "upper right", "lower right", "lower left"]
    assert "could not be told apart" in found["said"]  # it is a picture
    assert found["kept"] == []
