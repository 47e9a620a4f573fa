"""``emocam session`` with real runs: what is logged, what is refused, and what a kill costs."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from emocam_process import Outcome, command, emocam, environment

from emocam.errors import ExitCode
from emocam.sessions.layout import Header, Row
from emocam.sessions.reader import read_log
from emocam.sessions.share import decode
from emocam.sessions.writer import LogWriter

Sample = Callable[[str], Path]


def session(folder: Path, *words: str) -> Outcome:
    return emocam(folder, "session", *words)


def told(folder: Path, *words: str) -> dict[str, Any]:
    outcome = session(folder, *words, "--json")
    assert outcome.code == 0, outcome.errors
    return dict(json.loads(outcome.output))


def logs(folder: Path) -> list[Path]:
    return sorted((folder / ".local/share/emocam/sessions").glob("*.sqlite"))


@contextlib.contextmanager
def started(folder: Path, camera: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A run that has read its first expression."""
    with subprocess.Popen(
        command("run", "--no-tray", "--camera", camera, "--output", "out.mp4",
                "--set", "camera.loop=true", "--set", "output.fps=5", *words),
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def until_rows(path: Path, count: int) -> None:
    end = time.monotonic() + 60
    while len(read_log(path).rows) < count:
        assert time.monotonic() < end
        time.sleep(0.1)


def until_silent(path: Path) -> None:
    end = time.monotonic() + 60
    while read_log(path).rows[-1].state != "silent":
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.fixture
def run(sample: Sample, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with started(tmp_path, sample("single_face.mp4")) as process:
        yield process


def test_a_session_from_start_to_deletion(run: subprocess.Popen[str], tmp_path: Path) -> None:
    assert emocam(tmp_path, "ctl", "status", "--json").output.count('"session": null') == 1
    assert not logs(tmp_path)  # nothing is logged unasked
    assert "Recording your expressions" in session(tmp_path, "start").output
    second = session(tmp_path, "start")
    assert second.code == ExitCode.SESSION
    assert "already" in second.errors
    [path] = logs(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    refused = session(tmp_path, "delete", path.stem, "--yes")
    assert refused.code == ExitCode.SESSION
    assert "being recorded" in refused.errors
    until_rows(path, 3)
    status = json.loads(emocam(tmp_path, "ctl", "status", "--json").output)["session"]
    assert status["id"] == path.stem
    assert status["rows"] >= 3
    assert abs(status["started"] - time.time()) < 60
    emocam(tmp_path, "ctl", "pause")
    until_silent(path)
    assert "Recording" not in session(tmp_path, "stop").output
    assert session(tmp_path, "stop").code == ExitCode.SESSION
    log = read_log(path)
    assert {row.expression for row in log.rows} >= {"happiness", None}
    assert log.rows[-1].state == "silent"  # paused
    assert re.fullmatch(r"[0-9a-f]{64}", log.header.model)
    assert b"JFIF" not in path.read_bytes()

    [entry] = told(tmp_path, "list", "--set", "mood.caution=open")["sessions"]
    assert entry["rows"] == len(log.rows)
    assert told(tmp_path, "show", path.stem)["expression"]["happiness"] >= 1
    told(tmp_path, "export", "-o", "log.csv")
    assert (tmp_path / "log.csv").read_text().startswith("t,state,expression,neutral")

    share = ("share", "--lecture", "Optics", "--bin", "15", "--length", "5", "-o")
    kept = session(tmp_path, *share, "a.json")
    assert kept.code == ExitCode.PROBLEM  # nobody agreed
    assert '"Optics": 20 bins of 15 s' in kept.output
    assert not (tmp_path / "a.json").exists()
    told(tmp_path, *share, "a.json", "--yes")
    made = decode((tmp_path / "a.json").read_bytes())
    assert len(made.expression) == 20
    told(tmp_path, *share, "b.json", "--yes")
    assert (tmp_path / "b.json").read_bytes() == (tmp_path / "a.json").read_bytes()
    assert path.stem not in (tmp_path / "a.json").read_text()

    assert session(tmp_path, "delete", path.stem).code == ExitCode.PROBLEM
    told(tmp_path, "delete", "--all", "--yes")
    assert not list(path.parent.iterdir())


def test_of_two_share_files_that_are_asked_for_at_once_one_is_given(tmp_path: Path) -> None:
    """Else the answers of the same minutes would be drawn twice, and one of them forgotten."""
    home = tmp_path / ".local/share/emocam/sessions"
    home.mkdir(parents=True)
    log = LogWriter(home / "20261122-101500-0000.sqlite", Header("20261122-101500-0000", 1.7e9))
    for second in range(60):
        log.write(Row(float(second), "no_face"))
    log.close(1.7e9 + 60)
    asking = []
    for name in ("a.json", "b.json"):
        process = subprocess.Popen(
            command("session", "share", "--lecture", "Optics", "-o", name),
            cwd=tmp_path, env=environment(tmp_path), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        assert any(line.startswith("Save this") for line in process.stdout)  # both have drawn
        asking.append(process)
    codes = []
    for process in asking:
        _, errors = process.communicate("y\n")
        codes.append(process.returncode)
    assert codes == [ExitCode.OK, ExitCode.SESSION]
    assert "meanwhile" in errors
    assert not (tmp_path / "b.json").exists()
    assert session(tmp_path, "share", "--lecture", "Optics", "--yes", "-o", "b.json").code == 0
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.fault("the whole run killed while a session log is written")
def test_a_killed_run_loses_the_last_second_at_most(
    sample: Sample, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    chance, known, lost = random.Random(), set(), []
    turns = 10 if os.environ.get("EMOCAM_WHOLE") else 2
    for _ in range(turns):
        read = tmp_path / "events.jsonl"
        with started(tmp_path, sample("single_face.mp4"), "--set", "sampling.interval=0.2",
                     "--events", read.name) as run:  # fmt: skip
            assert session(tmp_path, "start").code == 0
            [path] = set(logs(tmp_path)) - known
            known.add(path)
            began = read_log(path).header.started
            until_rows(path, 1)
            time.sleep(chance.uniform(0.0, 2.0))
            run.send_signal(signal.SIGKILL)
        log, lasted = read_log(path), read.stat().st_mtime - began  # when a look last came
        assert not log.problems
        assert log.header.ended is None
        lost.append(lasted - log.rows[-1].t)
        assert lost[-1] < 1.0 + 0.7  # a row a second, and the machine is busy
        assert len(log.rows) <= lasted + 1  # one a second at most
    listed = session(tmp_path, "list").output
    assert listed.count("not ended") == turns
    figure(f"{turns} kills: each log opens, its last row {max(lost):.1f} s before the kill at most")


def test_what_is_forbidden_is_refused_and_says_who_did(
    sample: Sample, tmp_path: Path, run: subprocess.Popen[str]
) -> None:
    assert session(tmp_path, "start").code == 0
    emocam(tmp_path, "ctl", "set", "session.allowed", "false")
    assert emocam(tmp_path, "ctl", "status", "--json").output.count('"session": null') == 1
    refused = session(tmp_path, "start")
    assert refused.code == ExitCode.SESSION
    assert "session.allowed is false" in refused.errors
    refused = emocam(
        tmp_path, "session", "--set", "session.class_reports=false",
        "share", "--lecture", "A", "-o", "a.json",
    )  # fmt: skip
    assert refused.code == ExitCode.SESSION
    assert "session.class_reports is false in --set" in refused.errors


@pytest.mark.parametrize("words", [("show",), ("export", "-o", "a.csv"), ("delete", "x")])
def test_without_a_log_that_is_said(words: tuple[str, ...], tmp_path: Path) -> None:
    outcome = session(tmp_path, *words)
    assert outcome.code == ExitCode.SESSION
    assert "There is no session log" in outcome.errors
    assert session(tmp_path, "list").code == 0
    assert session(tmp_path, "start").code == ExitCode.NOT_RUNNING
