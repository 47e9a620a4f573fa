"""What the user keeps and takes back in a run, and what the run says of its settings."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from desks import Bench

from emocam.control import protocol
from emocam.control.actions import ACTIONS
from emocam.control.limits import MAX_ANSWER
from emocam.control.origins import listing, told
from emocam.errors import ControlError, SettingsError
from emocam.settings import Kind, Layers, declarations, load_file
from emocam.settings.load import MAX_SIZE

LOCKED = "/etc/emocam/policy.d/school.toml"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    path = tmp_path / "settings.toml"
    path.write_text("[mood]\nhold = 2.0 # mine\n")
    layers = load_file(path).layers
    layers = layers.saying(Kind.ARGUMENT, "mood.margin", 0.2, "--set")
    layers = layers.saying(Kind.RECOMMENDED, "mood.hold", 5.0, LOCKED)
    layers = layers.saying(Kind.MANDATORY, "mood.caution", "careful", LOCKED)
    return Bench(layers.settings(), layers)


def do(bench: Bench, action: str, **arguments: str) -> dict[str, Any]:
    return dict(asyncio.run(ACTIONS[action].perform(bench.desk, **arguments)))


def about(bench: Bench, key: str) -> tuple[object, str, str]:
    found = do(bench, "settings")["settings"][key]
    assert found["value"] == bench.desk.settings.value(key)
    return found["value"], found["origin"], found["by"]


def file(bench: Bench) -> Path:
    path = bench.desk.layers.path
    assert path is not None
    return path


def test_what_is_set_is_gone_with_the_run_and_what_is_kept_stays(bench: Bench) -> None:
    path = str(file(bench))
    do(bench, "set", key="mood.hold", value="3")
    assert about(bench, "mood.hold") == (3.0, "run", "this run")
    assert load_file(file(bench)).settings.mood.hold == 2.0
    status = do(bench, "keep", key="mood.hold", value="4")
    assert status["mode"] == "live"
    assert about(bench, "mood.hold") == (4.0, "file", path)
    do(bench, "keep", key="mood.margin", value="0.3")  # also over an argument
    assert about(bench, "mood.margin") == (0.3, "file", path)
    assert file(bench).read_text() == "[mood]\nhold = 4.0 # mine\nmargin = 0.3\n"


def test_what_is_reset_is_as_the_machine_has_it(bench: Bench) -> None:
    do(bench, "set", key="mood.hold", value="3")
    do(bench, "reset", key="mood.hold")
    assert about(bench, "mood.hold") == (5.0, "recommended", LOCKED)
    do(bench, "reset", key="mood.margin")
    assert about(bench, "mood.margin") == (0.1, "default", "")
    do(bench, "reset", key="mood.margin")
    assert file(bench).read_text() == "[mood]\n"


@pytest.mark.parametrize("action", ["set", "keep", "reset"])
def test_nobody_changes_what_is_locked(bench: Bench, action: str) -> None:
    before, text = bench.desk.settings, file(bench).read_text()
    arguments = {"key": "mood.caution"} | ({} if action == "reset" else {"value": "open"})
    with pytest.raises(ControlError, match=LOCKED):
        do(bench, action, **arguments)
    assert bench.desk.settings == before
    assert file(bench).read_text() == text
    found = do(bench, "settings")["settings"]["mood.caution"]
    assert found == {
        "value": "careful", "origin": "mandatory", "by": LOCKED, "locked": True, "fixed": False,
    }  # fmt: skip


def test_what_takes_a_new_run_is_only_written(bench: Bench) -> None:
    before = bench.desk.settings
    do(bench, "keep", key="output.fps", value="25")
    assert bench.desk.settings == before
    found = do(bench, "settings")["settings"]["output.fps"]
    assert (found["value"], found["fixed"]) == (25, True)
    assert load_file(file(bench)).settings.output.fps == 25
    do(bench, "reset", key="output.fps")
    assert load_file(file(bench)).settings.output.fps == 30


def test_a_file_that_cannot_be_written_leaves_run_and_file_as_they_are(bench: Bench) -> None:
    damaged = "[mood]\nhold = 2.0 # mine\nthis is no TOML\n"
    file(bench).write_text(damaged)
    before = bench.desk.settings
    for action, more in (("keep", {"value": "4"}), ("reset", {})):
        with pytest.raises(SettingsError, match="nothing was changed"):
            do(bench, action, key="mood.hold", **more)
    with pytest.raises(SettingsError, match="Allowed"):
        do(bench, "keep", key="mood.hold", value="long")
    with pytest.raises(SettingsError, match="no setting"):
        do(bench, "reset", key="mood.held")
    assert bench.desk.settings == before
    assert about(bench, "mood.hold")[0] == 2.0
    assert file(bench).read_text() == damaged
    with pytest.raises(SettingsError, match="no place"):
        do(Bench(), "keep", key="mood.hold", value="4")


def test_a_kept_path_is_a_whole_one(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    do(bench, "keep", key="output.target", value="out.mp4")
    assert load_file(file(bench)).settings.output.target == str(tmp_path / "out.mp4")
    do(bench, "keep", key="output.target", value="virtual")
    assert load_file(file(bench)).settings.output.target == "virtual"


def test_the_answer_says_everything_and_keeps_the_limit(bench: Bench) -> None:
    answer = do(bench, "settings")
    assert set(answer["settings"]) == set(declarations())
    assert answer["file"] == str(file(bench))
    text = listing(answer)
    assert f'mood.caution = "careful"  (locked by {LOCKED})' in text
    assert "mood.hold = 2.0  (by " in text
    assert "mood.smoothing" not in text
    layers = Layers(path=Path("/" + "😀" * 1000))
    for key, declaration in declarations().items():
        layers = layers.saying(Kind.FILE, key, declaration.default, "😀" * 4096)
    layers = layers.saying(Kind.FILE, "camera.source", "😀" * (MAX_SIZE // 12), "x")
    assert len(protocol.encode(protocol.answer("x" * 64, told(layers)))) < MAX_ANSWER
