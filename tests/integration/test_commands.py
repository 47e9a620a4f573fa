"""The smaller commands: demo, devices, doctor, settings, and a first try without cameras."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from emocam_process import emocam

from emocam import __version__
from emocam.expression import Picture
from emocam.settings import Settings, load_file

Sample = Callable[[str], Path]
NO_CAMERAS = not Path("/sys/class/video4linux").exists()


def test_version(tmp_path: Path) -> None:
    assert emocam(tmp_path, "--version").output == f"emocam {__version__}\n"


def test_the_printed_settings_are_a_settings_file(tmp_path: Path) -> None:
    path = tmp_path / "printed.toml"
    path.write_text(emocam(tmp_path, "settings", "--set", "camera.fps=7").output)
    loaded = load_file(path)
    assert not loaded.problems
    assert loaded.settings == Settings().replace("camera.fps", 7)


def test_the_place_of_the_settings_is_the_users(tmp_path: Path) -> None:
    path = emocam(tmp_path, "settings", "--path").output.strip()
    assert path == str(tmp_path / "config" / "emocam" / "settings.toml")


def test_the_settings_file_in_its_place_counts(tmp_path: Path) -> None:
    path = tmp_path / "config" / "emocam" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text("[camera]\nfps = 7\n")
    assert "fps = 7" in emocam(tmp_path, "settings").output


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become a user without a home")
def test_a_user_without_a_home_gets_the_defaults() -> None:
    # The first call loads all modules, as the other user may not be allowed to read them.
    code = (
        "import os, sys; from emocam.cli import main; main(['settings']); print('--'); "
        "os.environ.pop('HOME', None); os.environ.pop('XDG_CONFIG_HOME', None); "
        "os.setuid(54321); sys.exit(main(['settings']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd="/"
    )
    assert done.returncode == 0, done.stderr
    assert "no home folder" in done.stderr
    assert 'source = "auto"' in done.stdout.partition("--")[2]


def test_devices(tmp_path: Path) -> None:
    outcome = emocam(tmp_path, "devices", "--json")
    assert outcome.code == 0
    found = json.loads(outcome.output)
    assert set(found) == {"cameras", "virtual_cameras"}
    if NO_CAMERAS:
        assert found == {"cameras": [], "virtual_cameras": []}
        assert "No webcam found" in emocam(tmp_path, "devices").output


def test_doctor_names_what_is_missing_and_what_mends_it(tmp_path: Path) -> None:
    outcome = emocam(tmp_path, "doctor", "--json")
    found = json.loads(outcome.output)
    checks = {check["id"]: check for check in found["checks"]}
    assert checks["model"]["status"] == "ok"
    assert checks["face-model"]["status"] == "ok"
    assert checks["pack"]["status"] == "ok"
    assert checks["settings"]["status"] == "ok"
    for check in found["checks"]:
        assert set(check) == {"id", "status", "summary", "remedy"}
        assert (check["status"] == "ok") == (check["remedy"] == "")
    if NO_CAMERAS:
        assert outcome.code == 1
        assert not found["ok"]
        assert checks["camera"]["status"] == "problem"
        module = checks["virtual-camera-module"]
        assert module["status"] == "problem"
        assert "modprobe" in module["remedy"] or "apt install" in module["remedy"]
    text = emocam(tmp_path, "doctor").output
    assert all(check["summary"] in text for check in found["checks"])


def test_doctor_tells_of_bad_settings(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[camera]\nfps = 0\n")
    outcome = emocam(tmp_path, "doctor", "--json", "--settings", path)
    checks = json.loads(outcome.output)["checks"]
    assert any(check["id"] == "settings" and "line 2" in check["summary"] for check in checks)
    assert outcome.code == 1


def test_demo_walks_through_all_pictures_into_a_file(tmp_path: Path) -> None:
    outcome = emocam(tmp_path, "demo", "--output", tmp_path / "demo.mp4", "--duration", 8)
    assert outcome.code == 0, outcome.errors
    lines = [line for line in outcome.output.splitlines() if line.startswith("Showing ")]
    shown = [line.removeprefix("Showing ") for line in lines]
    assert 1 <= len(shown) <= 3  # 3 s each
    assert shown == [picture.value for picture in Picture][: len(shown)]
    with av.open(tmp_path / "demo.mp4") as video:
        seconds = sum(1 for _ in video.decode(video=0)) / 30
    assert 1 < seconds < 10


@pytest.mark.skipif(not NO_CAMERAS, reason="this machine has cameras")
def test_a_first_try_without_cameras(sample: Sample, tmp_path: Path) -> None:
    outcome = emocam(
        tmp_path, "run", "--fallback", sample("single_face.mp4"), "--events", "events.jsonl"
    )
    assert outcome.code == 0, outcome.errors
    assert "no webcam" in outcome.output
    assert "no virtual camera" in outcome.output
    assert "modprobe" in outcome.output or "apt install" in outcome.output
    assert (tmp_path / "emocam-preview.mp4").stat().st_size > 10_000
    assert outcome.events
