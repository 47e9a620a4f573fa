"""What sensing gives up: its profile, and the running process seen from outside."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emocam.confinement import landlock, seccomp
from emocam.sensing.confined import profile
from emocam.settings import Settings
from emocam.wire import READING_SIZE, encode_message

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp: Linux")
COMMAND = [sys.executable, "-P", "-m", "emocam.sensing"]


def test_only_webcams_remain_and_not_our_own_camera(tmp_path: Path) -> None:
    devices, sysfs = tmp_path / "dev", tmp_path / "sys"
    devices.mkdir()
    for name, label in (("video0", "Integrated Camera"), ("video10", "EmoCam"), ("video2", "")):
        (devices / name).touch()
        if label:
            (sysfs / name).mkdir(parents=True)
            (sysfs / name / "name").write_text(f"{label}\n")
    (devices / "mem").touch()
    kept = profile(Settings(), devices, sysfs)
    assert [node.name for node in kept.devices] == ["video0", "video2"]
    assert not kept.folders
    assert not kept.readable


def test_a_recording_may_be_read_wherever_it_lies(tmp_path: Path) -> None:
    recording = tmp_path / "a.mp4"
    settings = Settings().replace("camera.source", str(recording))
    assert not profile(settings, tmp_path).readable
    recording.touch()
    assert profile(settings, tmp_path).readable == (recording,)


def test_the_running_process_is_confined(sample: Callable[[str], Path]) -> None:
    settings = {"camera.source": str(sample("WolfgangLanger_Pexels.mp4"))}
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(encode_message({"type": "configure", "settings": settings}))
        process.stdin.flush()
        assert len(process.stdout.read(2 * READING_SIZE)) == 2 * READING_SIZE
        for task in Path(f"/proc/{process.pid}/task").iterdir():
            status = (task / "status").read_text()
            assert ("\nSeccomp:\t2\n" in status) is (seccomp.load() is not None)
        process.stdin.close()


def test_doctor_tries_what_must_not_be_possible() -> None:
    done = subprocess.run(
        [*COMMAND, "--check"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True
    )
    checks: dict[str, Any] = {each["id"]: each for each in json.loads(done.stdout)["checks"]}
    whole = landlock.version() > 0 and seccomp.load() is not None
    assert checks["sensing-confined"]["status"] == ("ok" if whole else "warning")
    assert bool(checks["sensing-confined"]["remedy"]) is not whole
