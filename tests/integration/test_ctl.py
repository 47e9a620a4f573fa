"""``emocam ctl`` against real runs: what is said, what becomes of the camera and the picture."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from emocam_process import child_of, children_of, command, emocam, environment

from emocam.errors import ExitCode

Sample = Callable[[str], Path]


class Run:
    """A run into a file, and what can be asked of it."""

    def __init__(self, folder: Path, process: subprocess.Popen[str]) -> None:
        self.folder, self.process = folder, process

    def ctl(self, *words: str) -> dict[str, Any]:
        outcome = emocam(self.folder, "ctl", *words, "--json")
        assert outcome.code == 0, outcome.errors
        assert outcome.errors == ""
        return dict(json.loads(outcome.output))

    def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Watch until the status is as it should be."""
        with subprocess.Popen(
            command("ctl", "watch", "--json"),
            cwd=self.folder,
            env=environment(self.folder),
            stdout=subprocess.PIPE,
            text=True,
        ) as watch:
            assert watch.stdout is not None
            try:
                for line in watch.stdout:
                    status = json.loads(line)
                    if condition(status):
                        return dict(status)
            finally:
                watch.kill()
        raise AssertionError("EmoCam ended")

    def sensing(self) -> int | None:
        return child_of(self.process.pid, "emocam.sensing")


@pytest.fixture
def run(sample: Sample, tmp_path: Path) -> Iterator[Run]:
    """A run that has shown its first expression."""
    arguments = ["run", "--no-tray", "--camera", sample("single_face.mp4"), "--output", "out.mp4"]
    with subprocess.Popen(
        command(*arguments, "--set", "camera.loop=true"),
        cwd=tmp_path,
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            process.stdout.readline()  # the first expression
            yield Run(tmp_path, process)
        finally:
            process.kill()


def reads(status: dict[str, Any]) -> bool:
    return status["read"] is not None and status["read"]["expression"] is not None


def publishes(status: dict[str, Any]) -> bool:
    return bool(status["output"]["state"] == "publishing")


def test_a_pause_ends_the_process_that_has_the_camera(run: Run) -> None:
    before = run.sensing()
    assert before is not None
    paused = run.ctl("pause")
    assert run.sensing() is None
    assert not Path(f"/proc/{before}").exists()
    assert (paused["mode"], paused["shown"], paused["read"]) == ("paused", ["paused"], None)
    assert not paused["camera"]["open"]
    assert paused["camera"]["why"] == "paused"
    held = run.ctl("hold", "coffee")
    assert (held["mode"], held["paused"], held["shown"]) == ("held", True, ["coffee"])
    assert run.sensing() is None
    assert run.ctl("release")["shown"] == ["paused"]
    resumed = run.ctl("resume")
    assert resumed["mode"] == "live"
    assert "paused" not in resumed["shown"]
    status = run.until(reads)
    assert status["camera"]["open"]
    assert run.sensing() not in (None, before)


def test_what_is_held_stays_while_sensing_goes_on(run: Run) -> None:
    sensing = run.sensing()
    for word, picture in (("raised-hand", "raised_hand"), ("Anger", "anger"), ("away", "away")):
        held = run.ctl("hold", word)
        assert (held["mode"], held["shown"]) == ("held", [picture])
    assert run.until(reads)["shown"] == ["away"]
    assert run.sensing() == sensing
    assert run.ctl("release")["mode"] == "live"


def test_what_is_frozen_stays(run: Run) -> None:
    shown = run.until(lambda status: reads(status) and status["shown"] != ["starting"])["shown"]
    frozen = run.ctl("freeze")
    assert frozen["mode"] == "frozen"
    assert frozen["shown"] in (shown, [frozen["read"]["expression"]])
    os.kill(run.sensing() or 0, signal.SIGKILL)
    assert (
        run.until(lambda status: status["rates"]["sensing_deaths"] == 1)["shown"]
        == (frozen["shown"])
    )
    assert run.ctl("resume")["mode"] == "live"


def test_quit_leaves_nothing_behind(run: Run) -> None:
    run.until(publishes)
    family = [run.process.pid, *children_of(run.process.pid)]
    assert len(family) == 3
    outcome = emocam(run.folder, "ctl", "quit")
    assert (outcome.code, outcome.output) == (0, "EmoCam has ended.\n")
    assert run.process.wait(20) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in family)
    assert list((run.folder / "emocam").iterdir()) == []
    assert (run.folder / "out.mp4").stat().st_size > 1000


def test_a_second_run_finds_the_first(run: Run, sample: Sample) -> None:
    camera = sample("single_face.mp4")
    arguments = ["run", "--camera", camera, "--output"]
    second = emocam(run.folder, *arguments, "out.mp4")
    assert second.code == ExitCode.RUNNING
    assert f"process {run.process.pid}" in second.errors
    assert second.errors.count("\n") == 1
    # Another file is another matter, and each can be asked.
    other = emocam(run.folder, *arguments, "other.mp4", "--duration", 3)
    assert other.code == 0, other.errors
    assert run.ctl("status", "--json")["pid"] == run.process.pid


def test_after_a_kill_the_next_run_starts_and_listens(run: Run, sample: Sample) -> None:
    run.process.kill()
    run.process.wait()
    left = {path.suffix for path in (run.folder / "emocam").iterdir()}
    assert left == {".lock", ".sock"}
    outcome = emocam(run.folder, "ctl", "status")
    assert outcome.code == ExitCode.NOT_RUNNING
    second = emocam(
        run.folder,
        "run", "--camera", sample("single_face.mp4"), "--output", "out.mp4", "--duration", 3,
    )  # fmt: skip
    assert second.code == 0, second.errors
    assert list((run.folder / "emocam").iterdir()) == []


def test_settings_of_a_run_that_goes_on(run: Run) -> None:
    sensing = run.sensing()
    run.ctl("set", "sampling.interval", "0.4")
    assert run.sensing() == sensing
    run.ctl("set", "face.confidence", "0.6")
    assert run.until(reads)["read"]["state"] == "face"
    assert run.sensing() not in (None, sensing)
    for key, value, code, word in (
        ("avatar.pack", "no-such-pack", ExitCode.PROBLEM, "no-such-pack"),
        ("model.path", "/no/model.tflite", ExitCode.PROBLEM, "no/model"),
        ("output.width", "640", ExitCode.PROBLEM, "emocam run"),
        ("output.fps", "fast", ExitCode.SETTINGS, "5 to 60"),
        ("no.such", "1", ExitCode.USAGE, "no.such"),
    ):
        refused = emocam(run.folder, "ctl", "set", key, value)
        assert refused.code == code, refused.errors
        assert word in refused.errors
    assert run.ctl("status")["pack"] == "classic"


def test_one_screen(run: Run) -> None:
    run.until(publishes)
    run.until(reads)
    for _ in range(20):  # what is in force is looked up now and then
        if all(each["in_force"] for each in run.ctl("status")["protections"]):
            break
        time.sleep(0.5)
    text = emocam(run.folder, "ctl", "status").output
    assert "Traceback" not in text
    assert 12 < len(text.splitlines()) <= 24
    for word in ("mode", "watchers", "camera", "single_face.mp4", "shown", "classic", "out.mp4"):
        assert word in text
    assert "NO" not in text  # every protection is in force


def test_nobody_runs(tmp_path: Path) -> None:
    for words in (["status"], ["hold", "heart"], ["quit"], ["watch", "--json"]):
        outcome = emocam(tmp_path, "ctl", *words)
        assert outcome.code == ExitCode.NOT_RUNNING
        assert "emocam run" in outcome.errors
        assert outcome.output == ""
    assert not (tmp_path / "emocam").exists()  # asking leaves no trace


@pytest.mark.parametrize("words", [[], ["fly"], ["hold"], ["hold", "grin"], ["set", "a"]])
def test_an_action_that_there_is_not(words: list[str], tmp_path: Path) -> None:
    outcome = emocam(tmp_path, "ctl", *words)
    assert outcome.code == ExitCode.USAGE
    assert "usage: emocam" in outcome.errors


def test_a_run_without_a_place_for_its_socket_goes_on(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "emocam").write_text("in the way")
    outcome = emocam(
        tmp_path,
        "run", "--camera", sample("single_face.mp4"), "--output", "out.mp4", "--duration", 3,
    )  # fmt: skip
    assert outcome.code == 0, outcome.errors
    assert "emocam ctl cannot reach it" in outcome.output
    assert (tmp_path / "emocam").read_text() == "in the way"


def test_doctor_tells_of_the_run(run: Run) -> None:
    def said(*more: str) -> dict[str, Any]:
        answer = emocam(run.folder, "doctor", "--json", *more)
        return {check["id"]: check for check in json.loads(answer.output)["checks"]}

    checks = said("--set", "output.target=out.mp4")
    assert checks["running"]["status"] == "ok"
    assert f"process {run.process.pid}" in checks["running"]["summary"]
    free = said()
    assert free["running"]["summary"] == "No EmoCam runs now"
    assert str(run.folder / "emocam" / "EmoCam.sock") in free["control-socket"]["summary"]
    assert not list((run.folder / "emocam").glob("EmoCam.*"))


def test_a_demo_has_its_place_to_itself(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("demo", "--output", "out.mp4"),
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        demo.stdout.readline()
        second = emocam(tmp_path, "demo", "--output", "out.mp4", "--duration", 1)
        demo.terminate()
        assert demo.wait(30) == 0
    assert second.code == ExitCode.RUNNING
    assert f"emocam demo runs (process {demo.pid})" in second.errors


def test_a_run_may_wait_for_its_cameras(tmp_path: Path) -> None:
    arguments = ["run", "--camera", "No Such Webcam", "--set", "output.label=NoSuchCamera"]
    hasty = emocam(tmp_path, *arguments, "--duration", 30)
    assert hasty.code in (ExitCode.OUTPUT, ExitCode.CAMERA)
    patient = emocam(tmp_path, *arguments, "--wait", "--duration", 6)
    assert patient.code == 0, patient.errors
    assert "EmoCam waits for its output" in patient.output


def test_what_is_kept_is_there_in_the_next_run(run: Run) -> None:
    file = run.folder / "config" / "emocam" / "settings.toml"
    run.ctl("keep", "mood.caution", "open")
    assert 'caution = "open"' in file.read_text()
    told = run.ctl("settings")
    assert told["file"] == str(file)
    assert told["settings"]["mood.caution"]["origin"] == "file"
    assert told["settings"]["camera.loop"]["by"] == "--set"
    said = emocam(run.folder, "ctl", "settings")
    assert f'mood.caution = "open"  (by {file})' in said.output
    assert 'caution = "open"' in emocam(run.folder, "settings").output
    written = emocam(run.folder, "settings", "set", "avatar.name_plate", "Ada")
    assert written.output == f'avatar.name_plate is "Ada" ({file}).\n'
    run.ctl("reset", "mood.caution")
    assert run.ctl("status")["mood"]["caution"] == "balanced"
    assert file.read_text() == '[mood]\n\n[avatar]\nname_plate = "Ada"\n'
    file.write_text("no TOML\n")
    refused = emocam(run.folder, "ctl", "keep", "mood.hold", "2")
    assert refused.code == 3
    assert "nothing was changed" in refused.errors
    assert emocam(run.folder, "settings", "reset", "mood.hold").code == 3
    assert file.read_text() == "no TOML\n"
