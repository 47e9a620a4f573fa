"""Bad input: a clear sentence with a remedy, the stated exit code, nothing lost, no traceback."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from emocam_process import Outcome, emocam

from emocam.errors import ExitCode
from emocam.resources import resource

Sample = Callable[[str], Path]


def refused(outcome: Outcome, code: ExitCode, *words: str) -> None:
    said = outcome.errors
    assert outcome.code == code, said + outcome.output
    assert "Traceback" not in said + outcome.output
    assert said.startswith("emocam: ")
    assert said.count("\n") == 1, said
    for word in words:
        assert word in said, said


def run(folder: Path, camera: object, *more: object) -> Outcome:
    arguments = ["run", "--no-tray", "--camera", camera, "--duration", 20]
    return emocam(folder, *arguments, "--output", folder / "out.mp4", *more)


def test_a_recording_that_is_not_there(tmp_path: Path) -> None:
    refused(run(tmp_path, "/no/such/video.mp4"), ExitCode.CAMERA, "/no/such/video.mp4")


def test_a_camera_of_a_name_that_no_camera_has(tmp_path: Path) -> None:
    refused(run(tmp_path, "No Such Webcam"), ExitCode.CAMERA, "No Such Webcam")


def test_a_recording_that_is_no_video(tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"this is no video" * 1000)
    refused(run(tmp_path, tmp_path / "bad.mp4"), ExitCode.CAMERA, "bad.mp4")


def test_a_recording_that_is_cut_short(sample: Sample, tmp_path: Path) -> None:
    data = sample("single_face.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(data[: len(data) // 2])
    refused(run(tmp_path, tmp_path / "cut.mp4"), ExitCode.CAMERA, "cut.mp4")


def test_a_recording_whose_pictures_are_gone(sample: Sample, tmp_path: Path) -> None:
    """The index is whole, the pictures are zeros."""
    data = bytearray(sample("single_face.mp4").read_bytes())
    start = data.index(b"mdat") + 4
    size = int.from_bytes(data[start - 8 : start - 4], "big") - 8
    data[start : start + size] = bytes(size)
    (tmp_path / "zeros.mp4").write_bytes(data)
    refused(run(tmp_path, tmp_path / "zeros.mp4"), ExitCode.CAMERA, "zeros.mp4")


def test_a_picture_that_is_cut_short(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "cut.jpg").write_bytes(sample("single_face.jpg").read_bytes()[:300])
    refused(run(tmp_path, tmp_path / "cut.jpg"), ExitCode.CAMERA, "cut.jpg")


def test_a_camera_in_the_home_of_nobody(tmp_path: Path) -> None:
    refused(run(tmp_path, "~nobody-at-all/x.mp4"), ExitCode.CAMERA, "nobody-at-all")


def test_a_name_that_is_not_utf8(sample: Sample, tmp_path: Path) -> None:
    name = os.fsdecode(b"\xfcmlaut.mp4")
    shutil.copy(sample("single_face.mp4"), tmp_path / name)
    refused(run(tmp_path, name), ExitCode.CAMERA, "mlaut.mp4")


def test_a_video_that_is_there_survives_a_run_that_fails(tmp_path: Path) -> None:
    (tmp_path / "out.mp4").write_bytes(b"older")
    refused(run(tmp_path, "/no/such/video.mp4"), ExitCode.CAMERA)
    assert (tmp_path / "out.mp4").read_bytes() == b"older"


def test_an_empty_recording(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    refused(run(tmp_path, tmp_path / "empty.mp4"), ExitCode.CAMERA, "empty.mp4")


@pytest.mark.parametrize("flag", ["--output", "--events"])
def test_the_recording_itself_is_never_written(flag: str, sample: Sample, tmp_path: Path) -> None:
    mine = tmp_path / "mine.mp4"
    shutil.copy(sample("single_face.mp4"), mine)
    before = mine.read_bytes()
    (tmp_path / "link.mp4").symlink_to(mine)
    arguments = ["run", "--no-tray", "--camera", mine, "--output", tmp_path / "out.mp4"]
    outcome = emocam(tmp_path, *arguments, flag, tmp_path / "link.mp4")
    refused(outcome, ExitCode.OUTPUT, "at once")
    assert mine.read_bytes() == before


def test_a_name_with_a_colon_is_a_file_and_no_address(sample: Sample, tmp_path: Path) -> None:
    name = "udp:127.0.0.1:9?x=.mp4"
    outcome = emocam(tmp_path, "demo", "--output", name, "--duration", 3)
    assert outcome.code == 0, outcome.errors
    assert (tmp_path / name).stat().st_size > 1000


@pytest.fixture
def own_model(tmp_path: Path) -> Path:
    """A copy of the model with its sidecar, to be spoilt."""
    for ending in ("tflite", "json"):
        shutil.copy(resource("models", f"expression.{ending}"), tmp_path / f"own.{ending}")
    return tmp_path / "own.tflite"


def with_model(folder: Path, sample: Sample, model: Path) -> Outcome:
    return run(folder, sample("single_face.mp4"), "--set", f"model.path={model}")


def test_a_model_of_ones_own(sample: Sample, tmp_path: Path, own_model: Path) -> None:
    assert with_model(tmp_path, sample, own_model).code == 0


def test_a_model_in_ones_home(sample: Sample, tmp_path: Path, own_model: Path) -> None:
    assert with_model(tmp_path, sample, Path("~/own.tflite")).code == 0


@pytest.mark.parametrize("path", [".", "/", "/no/such/model.tflite"])
def test_a_model_that_is_no_file(path: str, sample: Sample, tmp_path: Path) -> None:
    refused(with_model(tmp_path, sample, Path(path)), ExitCode.MODEL)


def test_a_model_that_is_cut_short(sample: Sample, tmp_path: Path, own_model: Path) -> None:
    own_model.write_bytes(own_model.read_bytes()[:100_000])
    refused(with_model(tmp_path, sample, own_model), ExitCode.MODEL, "own.tflite")


def test_a_model_without_its_sidecar(sample: Sample, tmp_path: Path, own_model: Path) -> None:
    own_model.with_suffix(".json").unlink()
    refused(with_model(tmp_path, sample, own_model), ExitCode.MODEL, "own.json")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("input_size", 96),
        ("labels", ["a"] * 8),
        ("sha256", "0" * 64),
        ("temperature", -1),
        ("negative_threshold", "high"),
    ],
)
def test_a_sidecar_that_does_not_fit(
    name: str, value: object, sample: Sample, tmp_path: Path, own_model: Path
) -> None:
    sidecar = own_model.with_suffix(".json")
    sidecar.write_text(json.dumps({**json.loads(sidecar.read_text()), name: value}))
    refused(with_model(tmp_path, sample, own_model), ExitCode.MODEL, "own.")


def test_a_settings_file_with_a_wrong_type_costs_one_line(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = '[sampling]\ninterval = "often"\n[mood]\ncaution = "careful"\n'
    path.write_text(text)
    outcome = run(tmp_path, sample("single_face.mp4"), "--settings", path)
    assert outcome.code == 0
    assert "line 2" in outcome.errors
    assert "0.2 to 60" in outcome.errors
    assert path.read_text() == text


def test_an_override_with_a_wrong_type(sample: Sample, tmp_path: Path) -> None:
    outcome = run(tmp_path, sample("single_face.mp4"), "--set", "output.fps=fast")
    refused(outcome, ExitCode.SETTINGS, "output.fps", "5 to 60")


def test_a_folder_as_the_settings_file(tmp_path: Path) -> None:
    refused(emocam(tmp_path, "run", "--settings", tmp_path), ExitCode.SETTINGS, "cannot be read")


def test_a_settings_file_that_is_not_there(tmp_path: Path) -> None:
    refused(emocam(tmp_path, "run", "--settings", "none.toml"), ExitCode.SETTINGS, "none.toml")


def test_an_output_that_cannot_be_written(sample: Sample, tmp_path: Path) -> None:
    recording = sample("single_face.mp4")
    outcome = emocam(
        tmp_path, "run", "--no-tray", "--camera", recording, "--output", "/no/such/folder/out.mp4"
    )
    refused(outcome, ExitCode.OUTPUT, "/no/such/folder")


def test_an_output_of_an_unknown_kind(tmp_path: Path) -> None:
    outcome = emocam(tmp_path, "run", "--output", "out.avi")
    refused(outcome, ExitCode.SETTINGS, "out.avi", ".mp4")


def test_no_virtual_camera(sample: Sample, tmp_path: Path) -> None:
    if Path("/sys/class/video4linux").exists():
        pytest.skip("this machine has cameras; the booted kernel tests them")
    outcome = emocam(tmp_path, "run", "--no-tray", "--camera", sample("single_face.mp4"))
    refused(outcome, ExitCode.OUTPUT, "v4l2loopback")


def test_an_events_file_that_cannot_be_written(sample: Sample, tmp_path: Path) -> None:
    outcome = run(tmp_path, sample("single_face.mp4"), "--events", "/no/such/folder/e.jsonl")
    refused(outcome, ExitCode.EVENTS, "/no/such/folder")


@pytest.mark.fault("disk full under the events file")
def test_a_full_disk_under_the_events_does_not_end_the_run(
    sample: Sample, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    outcome = run(tmp_path, sample("single_face.mp4"), "--events", "/dev/full")
    refused(outcome, ExitCode.EVENTS, "No space left")
    assert outcome.output.count("goes on without events") == 1
    assert (tmp_path / "out.mp4").stat().st_size > 10_000
    figure("the run goes on to its end, and its exit code says that events were lost")


def test_an_existing_events_file_survives_a_run_that_fails(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text('{"older": true}\n')
    outcome = run(tmp_path, "/no/such/video.mp4", "--events", "events.jsonl")
    assert outcome.code == ExitCode.CAMERA
    assert outcome.events == [{"older": True}]


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["run", "--duration", "-1"], ["run", "--duration", "soon"]]
)
def test_a_command_line_that_cannot_be_understood(arguments: list[str], tmp_path: Path) -> None:
    outcome = emocam(tmp_path, *arguments)
    assert outcome.code == ExitCode.USAGE
    assert "usage: emocam" in outcome.errors
