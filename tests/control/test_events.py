"""The events file: whole lines, whatever happens to the disk."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from emocam.attention import Attention
from emocam.control.events import EventsFile, event
from emocam.errors import EventsError
from emocam.expression import Picture, SensorState
from emocam.wire import Reading, quantise

FACE = Reading(SensorState.FACE, 3, 2500, quantise([0.2, 0.8] + [0.0] * 6), 0, 1)


def test_an_event_has_what_the_contract_names() -> None:
    found = event(FACE, 2.5, Picture.NEUTRAL)
    assert list(found) == ["time", "state", "expression", "shown", "probabilities"]
    assert found["time"] == 2.5
    assert found["state"] == "face"
    assert found["expression"] == "happiness"
    assert found["shown"] == "neutral"
    assert found["probabilities"]["happiness"] == pytest.approx(0.8, abs=0.003)
    assert sum(found["probabilities"].values()) == pytest.approx(1, abs=0.001)


def test_attention_is_in_the_event_where_it_is_read() -> None:
    looking = dataclasses.replace(FACE, attention=Attention.ELSEWHERE)
    assert event(looking, 2.5, Picture.NEUTRAL, attends=True)["attention"] == "elsewhere"
    assert event(FACE, 2.5, Picture.NEUTRAL, attends=True)["attention"] is None


def test_an_event_without_a_face_names_no_expression() -> None:
    found = event(Reading(SensorState.NO_FACE, 3, 2500), 2.5, Picture.AWAY)
    assert found["expression"] is None
    assert found["probabilities"] == {}


def test_the_first_event_replaces_what_stood_there(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"older": 1}\n')
    events = EventsFile(path)
    assert path.read_text() == '{"older": 1}\n'
    events.write({"a": 1})
    events.write({"a": 2})
    events.close()
    assert [json.loads(line) for line in path.read_text().splitlines()] == [{"a": 1}, {"a": 2}]


def test_a_file_that_cannot_be_opened_is_explained(tmp_path: Path) -> None:
    with pytest.raises(EventsError, match="No such file"):
        EventsFile(tmp_path / "no" / "events.jsonl")
    with pytest.raises(EventsError, match="--events"):
        EventsFile(tmp_path)


def test_something_else_than_events_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.mp4"
    path.write_bytes(b"\0\0\0\x18ftyp")
    with pytest.raises(EventsError, match="left alone"):
        EventsFile(path)
    assert path.read_bytes() == b"\0\0\0\x18ftyp"


def test_a_pipe_that_nobody_reads_is_explained(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(EventsError, match="cannot be written"):
        EventsFile(tmp_path / "pipe")


def test_a_pipe_whose_reader_stands_still_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    events = EventsFile(tmp_path / "pipe")
    with pytest.raises(EventsError, match="keep up"):  # noqa: PT012
        for _ in range(10_000):
            events.write({"text": "x" * 100})
    events.close()
    os.close(reader)


def test_a_full_disk_is_told_once(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    events = EventsFile(full)
    with pytest.raises(EventsError, match="No space left"):
        events.write({"a": 1})
    events.write({"a": 2})  # no second complaint
    assert events.error is not None
    events.close()


def test_a_disk_that_fills_up_leaves_whole_lines(tmp_path: Path) -> None:
    """The system's limit of file sizes cuts a line in the middle, as a full disk does."""
    path = tmp_path / "events.jsonl"
    program = f"""
import resource
from pathlib import Path
from emocam.attention import Attention
from emocam.control.events import EventsFile
from emocam.errors import EventsError
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
events = EventsFile(Path({str(path)!r}))
try:
    for i in range(1000):
        events.write({{"number": i, "text": "x" * 20}})
except EventsError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "cannot be written" in done.stdout, done.stderr
    lines = path.read_text().splitlines()
    assert [json.loads(line)["number"] for line in lines] == list(range(len(lines)))
    assert path.read_text().endswith("\n")
    assert 900 < path.stat().st_size <= 1000
