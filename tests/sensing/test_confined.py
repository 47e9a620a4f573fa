"""What sensing gives up: its profile, and the running process seen from outside."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emocam.confinement import Profile, Protection, landlock, seccomp
from emocam.sensing import confined
from emocam.sensing.cameras import linux, sysfs
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


def test_a_webcam_that_is_pulled_out_just_then_leaves_sensing_confined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = [FileNotFoundError(2, "No such file"), FileNotFoundError(2, "No such file")]

    def confine(profile: Profile) -> Protection:
        if gone:
            raise gone.pop()
        return Protection("files", True, "guarded")

    monkeypatch.setattr(confined, "confine_files", confine)
    assert confined.give_up_files(Settings()).in_force


def test_a_webcam_that_comes_while_the_libraries_are_loaded_is_out_of_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rules do not name it, so it must not count as one that was there."""
    (tmp_path / "video0").touch()
    look = sysfs.marks
    monkeypatch.setattr(sysfs, "marks", lambda: look(tmp_path))
    monkeypatch.setattr(confined, "confine_files", lambda _: Protection("files", True, "guarded"))
    sysfs.marks_at_start.cache_clear()
    try:
        confined.give_up_files(Settings())
        (tmp_path / "video1").touch()
        monkeypatch.setattr(linux, "_is_closed", lambda mark: mark.path.endswith("video1"))
        assert linux.Linux().is_out_of_reach()
    finally:
        sysfs.marks_at_start.cache_clear()
