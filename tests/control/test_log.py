"""The log of runs: bounded, its user's alone, and never a reason to stop."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.control import log
from emocam.control.log import RunLog
from emocam.scrub import Person
from emocam.settings import Settings, private
from emocam.settings.schema import declarations


def text(folder: Path) -> str:
    return (folder / "emocam.log").read_text(encoding="utf-8")


def kept(folder: Path, level: str = "info") -> tuple[RunLog, list[str]]:
    said: list[str] = []
    return RunLog(at(level), said.append, folder), said


def at(level: str) -> Settings:
    return Settings().replace("log.level", level)


def test_sentences_are_said_and_kept(tmp_path: Path) -> None:
    run, said = kept(tmp_path / "new")
    run.hear("The camera is busy")
    run.see("    1.0 s  happiness")
    run.close()
    assert said == ["The camera is busy", "    1.0 s  happiness"]
    lines = text(tmp_path / "new").splitlines()
    assert len(lines) == 1
    assert lines[0].endswith("INFO The camera is busy")


def test_what_is_shown_is_there_at_debug_only_and_nothing_when_off(tmp_path: Path) -> None:
    run, _ = kept(tmp_path, "off")
    run.info("one")
    run.configure(at("debug"))
    run.see("two")
    run.configure(at("off"))
    run.hear("three")
    run.close()
    assert [line.split()[-1] for line in text(tmp_path).splitlines()] == ["two"]


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files")
def test_it_is_its_users_alone(tmp_path: Path) -> None:
    run, _ = kept(tmp_path / "new")
    run.info("one")
    run.close()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "emocam.log").stat().st_mode & 0o777 == 0o600


def test_it_turns_over_and_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "SIZE", 2000)
    run, said = kept(tmp_path)
    for number in range(300):
        run.info(f"line {number}")
        time.sleep(0.0001)
    run.close()
    files = sorted(tmp_path.iterdir())
    assert [each.name for each in files] == ["emocam.log", "emocam.log.1", "emocam.log.2"]
    assert all(each.stat().st_size <= 2000 for each in files)
    assert "line 299" in text(tmp_path)
    assert not said


def test_two_runs_share_it_over_a_turn(tmp_path: Path) -> None:
    first, _ = kept(tmp_path)
    second, _ = kept(tmp_path)
    first.info("one")
    first.close()
    second.info("two")
    (tmp_path / "emocam.log").rename(tmp_path / "emocam.log.1")
    second.info("three")
    second.close()
    assert "three" in text(tmp_path)


def test_a_folder_that_cannot_be_made_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run, said = kept(tmp_path / "file" / "folder")
    for _ in range(3):
        run.info("one")
    run.close()
    assert len(said) == 1
    assert said[0].startswith("EmoCam goes on without a log: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full device")
def test_a_full_disk_is_said_once_and_room_is_used_again(tmp_path: Path) -> None:
    (tmp_path / "emocam.log").symlink_to("/dev/full")
    run, said = kept(tmp_path)
    run.info("one")
    run.info("two")
    while not said:
        time.sleep(0.01)
    (tmp_path / "emocam.log").unlink()
    run.info("three")
    run.close()
    assert said == [
        f"EmoCam goes on without a log: {tmp_path}/emocam.log cannot be written: "
        "No space left on device"
    ]
    assert "three" in text(tmp_path)


def test_a_disk_that_stands_still_holds_nothing_up(tmp_path: Path) -> None:
    run, said = kept(tmp_path)
    assert run._file is not None
    run._file.acquire()  # as a write that does not return
    try:
        began = time.monotonic()
        for number in range(5000):
            run.hear(str(number))
        run.close()
        assert time.monotonic() - began < 30
    finally:
        run._file.release()
    assert len(said) == 5000


TEXTS = [key for key, each in declarations().items() if private.is_private(each)]


@given(st.sampled_from(["camera.source", "avatar.name_plate"]), st.text("abcXYZ", min_size=1))
def test_of_private_settings_only_that_they_are_set_is_told(key: str, word: str) -> None:
    settings = Settings().replace(key, word)
    assert private.changed(settings) == {key: "(set)"}
    words = private.whose(settings, Person()).words
    assert word in words or len(word) < 2


def test_every_text_of_ones_own_is_private() -> None:
    assert {"camera.source", "camera.prefer", "model.path", "avatar.name_plate"} <= set(TEXTS)
    assert not {"mood.caution", "output.width", "log.level", "mood.off"} & set(TEXTS)
