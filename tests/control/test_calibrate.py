"""Calibration: real sensing, recordings in the place of a webcam."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from emocam.attention import Screen
from emocam.control import calibrate
from emocam.control.calibrate import CORNERS, Calibration, perform
from emocam.errors import CameraError, ControlError, EmoCamError, ProcessError
from emocam.settings import Kind, Settings
from emocam.settings.load import load_file

Sample = Callable[[str], Path]


def test_five_numbers_come_out(sample: Sample) -> None:
    """She weeps, looks up and aside: a wide screen, some of it with her eyes nearly shut."""
    source = str(sample("WolfgangLanger_Pexels.mp4"))
    calibration = Calibration(Settings().replace("camera.source", source))
    try:
        assert all(calibration.look(corner) >= 3 for corner in CORNERS[:2])
        found = calibration.finish()
    finally:
        calibration.close()
    assert found == "" or Screen.parse(found)
    assert len(found) < 60


def test_who_does_not_turn_their_eyes_is_told(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrate, "_UNATTENDED", 0.0)
    loaded = load_file(tmp_path / "settings.toml")
    settings = Settings().replace("camera.source", str(sample("single_face.jpg")))
    with pytest.raises(CameraError, match="told apart"):
        perform(settings, loaded.layers, lambda _: None)
    assert not (tmp_path / "settings.toml").exists()


def test_nobody_before_the_camera_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import cv2
    import numpy as np

    monkeypatch.setattr(calibrate, "_UNATTENDED", 0.0)
    monkeypatch.setattr(calibrate, "_TRIES", 1)
    empty = tmp_path / "empty.png"
    cv2.imwrite(str(empty), np.full((240, 320, 3), 90, np.uint8))
    loaded = load_file(tmp_path / "settings.toml")
    with pytest.raises(CameraError, match="eyes could not be seen"):
        perform(Settings().replace("camera.source", str(empty)), loaded.layers, lambda _: None)


def test_where_attention_is_forbidden_nobody_is_measured(tmp_path: Path) -> None:
    loaded = load_file(tmp_path / "settings.toml")
    layers = loaded.layers.saying(Kind.MANDATORY, "attention.enabled", False, "/etc/policy")
    with pytest.raises(ControlError, match=r"attention\.enabled is set by .*/etc/policy"):
        perform(layers.settings(), layers, lambda _: pytest.fail("nobody is to be guided"))


def test_a_camera_that_is_not_there_is_told(tmp_path: Path) -> None:
    calibration = Calibration(Settings().replace("camera.source", str(tmp_path / "none.mp4")))
    try:
        with pytest.raises(EmoCamError, match="is not there"):
            calibration.look("upper left")
    finally:
        calibration.close()


def test_what_sensing_said_is_told_also_if_it_left_long_before(tmp_path: Path) -> None:
    """What it was not told any more must not be the error then."""
    calibration = Calibration(Settings().replace("camera.source", str(tmp_path / "none.mp4")))
    calibration._child.wait(30)
    try:
        with pytest.raises(EmoCamError, match="is not there"):
            calibration.look("upper left")
    finally:
        calibration.close()


@pytest.mark.parametrize(
    "said",
    ['{"seen": 100}', '{"seen": -1}', '{"seen": "x"}', '{"seen": true}', "[]", "1", "{}", "x" * 200,
     '{"calibration": ""}', '{"seen": 1, "more": 2}'],
)  # fmt: skip
def test_nothing_else_is_taken_of_sensing(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script = f"import sys; sys.stdin.readline(); print({said!r}, flush=True); sys.stdin.read()"
    monkeypatch.setattr(calibrate, "command", lambda *_: [sys.executable, "-c", script])
    calibration = Calibration(Settings())
    try:
        with pytest.raises(ProcessError, match="may not say"):
            calibration.look("upper left")
    finally:
        calibration.close()


@pytest.mark.parametrize("said", ['{"calibration": "1 2 3"}', '{"calibration": 7}', '{"seen": 1}'])
def test_no_other_calibration_is_taken(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script = f"import sys; sys.stdin.read(); print({said!r})"
    monkeypatch.setattr(calibrate, "command", lambda *_: [sys.executable, "-c", script])
    calibration = Calibration(Settings())
    try:
        with pytest.raises(ProcessError, match="may not say"):
            calibration.finish()
    finally:
        calibration.close()


def test_a_busy_webcam_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    script = """import sys; sys.stdin.readline(); print('{"trouble": "busy"}')"""
    monkeypatch.setattr(calibrate, "command", lambda *_: [sys.executable, "-c", script])
    calibration = Calibration(Settings())
    try:
        with pytest.raises(CameraError, match="holds the webcam") as caught:
            calibration.look("upper left")
    finally:
        calibration.close()
    assert "emocam ctl pause" in caught.value.remedy


def test_a_recording_that_is_over_too_soon_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import cv2
    import numpy as np

    monkeypatch.setattr(calibrate, "_UNATTENDED", 0.0)
    short = tmp_path / "short.mp4"
    video = cv2.VideoWriter(str(short), cv2.VideoWriter.fourcc(*"mp4v"), 10, (320, 240))
    for _ in range(5):
        video.write(np.full((240, 320, 3), 90, np.uint8))
    video.release()
    loaded = load_file(tmp_path / "settings.toml")
    with pytest.raises(CameraError, match=r"recording .* is over.*camera\.loop"):
        perform(Settings().replace("camera.source", str(short)), loaded.layers, lambda _: None)
