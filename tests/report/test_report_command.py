"""The command as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import simulated

from emocam.resources import resource
from emocam.sidecar import load_sidecar


def report(*arguments: str | Path, **surroundings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "emocam", "report", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **surroundings},
    )


def test_a_page_of_a_log(tmp_path: Path) -> None:
    log = simulated.write_csv(
        tmp_path / "log.csv", simulated.readings(1, 1200, lecture="<b>Optics</b>")
    )
    (tmp_path / "empty.csv").write_text("")
    page = tmp_path / "page.html"
    done = report(log, tmp_path / "empty.csv", "-o", page, "--bin", "30")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1200 readings of 1 recording" in done.stdout
    text = page.read_text(encoding="utf-8")
    assert "&lt;b&gt;Optics&lt;/b&gt;" in text
    assert "<b>Optics" not in text
    assert "empty.csv is empty" in text
    assert "An expression is not an emotion" in text
    sadness = load_sidecar(resource("models", "expression.tflite")).accuracy["sadness"]
    assert f"<td>{100 - 100 * sadness.recall:.0f}\u00a0%</td>" in text
    assert page.stat().st_mode & 0o077 == 0 or os.name == "nt"


def test_problems_are_told_without_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    (tmp_path / "a.csv").write_text("hello\n")
    done = report(tmp_path / "a.csv", "-o", page)
    assert done.returncode == 1
    assert "is no session log: it has no column t or state. Give session logs" in done.stderr
    log = simulated.write_csv(tmp_path / "log.csv", simulated.readings(1, 60))
    done = report(log, "-o", tmp_path / "no" / "page.html")
    assert done.returncode == 1
    assert "cannot be written: No such file or directory. Name another place" in done.stderr
    done = report(log, "-o", page, "--engine", "spark", PATH="", JAVA_HOME="")
    assert done.returncode == 1
    assert "Spark needs Java" in done.stderr or "PySpark is not installed" in done.stderr
    assert not list(tmp_path.glob("*.html"))
    assert not list(tmp_path.glob(".emocam-report-*"))


def test_a_page_takes_the_place_of_pages_only(tmp_path: Path) -> None:
    log = simulated.write_csv(tmp_path / "log.csv", simulated.readings(1, 60))
    before = log.read_bytes()
    other = simulated.write_csv(tmp_path / "other.csv", simulated.readings(2, 60))
    done = report(log, other, "-o", log)
    assert done.returncode == 1
    assert "is there already and is no page" in done.stderr
    assert log.read_bytes() == before
    for _ in range(2):
        assert report(log, "-o", tmp_path / "page.html").returncode == 0


def test_what_one_page_cannot_hold_is_refused(tmp_path: Path) -> None:
    logs = [simulated.write_csv(tmp_path / f"{n}.csv", simulated.readings(n, 4)) for n in range(2)]
    with (tmp_path / "0.csv").open("a") as file:
        file.write(logs[1].read_text().splitlines()[-1].replace("3", "90000", 1) + "\n")
    done = report(*logs, "-o", tmp_path / "page.html", "--bin", "1")
    assert (done.returncode, "Give a wider --bin" in done.stderr) == (1, True)
    done = report(*logs, "-o", tmp_path / "page.html", "--lecture", tmp_path / "a.mp4")
    assert (done.returncode, "There are 2 recordings" in done.stderr) == (1, True)
    assert not (tmp_path / "page.html").exists()
