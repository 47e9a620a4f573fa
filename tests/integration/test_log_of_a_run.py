"""The log of a real run, and the report that is made with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from emocam_process import emocam

from emocam.expression import Expression

WORDS = [each.label for each in Expression]


def run(folder: Path, camera: Path, *more: str) -> str:
    outcome = emocam(
        folder, "run", "--no-tray", "--camera", camera, "--output", "out.mp4",
        "--set", "avatar.name_plate=Dr. Quintessa", *more,
    )  # fmt: skip
    assert outcome.code == 0, outcome.errors
    assert any(word in outcome.output for word in WORDS), "a face was read"
    (path,) = folder.rglob("emocam.log")
    return path.read_text(encoding="utf-8")


@pytest.mark.privacy("the log of a run tells no expression, no name and no home")
def test_the_log_tells_nothing_of_the_face(
    sample: Callable[[str], Path], tmp_path: Path, figure: Callable[[str], None]
) -> None:
    told = run(tmp_path, sample("single_face.mp4"))
    lines = told.splitlines()
    assert " INFO EmoCam 0" in lines[0]
    assert lines[-1].endswith("INFO EmoCam has ended")
    figure(f"{len(lines)} lines")
    assert not [word for word in WORDS if word in told]
    assert "Quintessa" not in told
    assert str(tmp_path) not in told


def test_at_debug_it_tells_what_is_shown(sample: Callable[[str], Path], tmp_path: Path) -> None:
    told = run(tmp_path, sample("single_face.mp4"), "--set", "log.level=debug")
    assert any(word in told for word in WORDS)


def test_the_report_tells_of_a_fault_and_of_nobody(tmp_path: Path) -> None:
    plate = ("--set", "avatar.name_plate=Dr. Quintessa")
    failed = emocam(tmp_path, "run", "--no-tray", "--camera", tmp_path / "holiday.mp4")
    assert failed.code != 0
    answer = emocam(tmp_path, "diagnostics", "--json", *plate)
    assert answer.code == 0, answer.errors
    found: dict[str, Any] = json.loads(answer.output)
    assert found["settings"] == {"avatar.name_plate": "(set)"}
    assert {check["id"] for check in found["checks"]} >= {"camera", "model", "pack"}
    assert any("CameraError" in line or "OutputError" in line for line in found["log"])
    for text in (answer.output, emocam(tmp_path, "diagnostics", *plate).output):
        assert str(tmp_path) not in text
        assert "Quintessa" not in text
        assert "holiday" not in text
