"""Damaged, foreign, empty and huge files: each is named with what is wrong, the rest is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import simulated
from analysing import analyse
from hypothesis import given
from hypothesis import strategies as st

from emocam.errors import ReportError
from emocam.report import inputs


def test_files_folders_and_patterns(tmp_path: Path) -> None:
    (tmp_path / "in [1]").mkdir()
    one = simulated.write_csv(tmp_path / "in [1]" / "a.csv", simulated.readings(1, 5))
    two = simulated.write_csv(tmp_path / "b.csv", simulated.readings(1, 5))
    (tmp_path / "notes.txt").write_text("not looked at")
    assert inputs.find([str(tmp_path)]) == [two, one]
    assert inputs.find([str(one), str(one)]) == [one]
    assert inputs.find([str(tmp_path / "*.csv")]) == [two]
    with pytest.raises(ReportError, match="There is no log"):
        inputs.find([str(tmp_path / "*.sqlite")])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"\xef\xbb\xbf\n", "is empty"),
        (b"hello\n", "no column t or state"),
        (b"t,t,state\n", "names each column once"),
        (b"\x89PNG\r\n\0\0", "no log that EmoCam knows"),
        (b"PAR1 and nothing else", "damaged Parquet"),
        (b"\xff\xfe\xfd" * 50, "no column t or state"),
    ],
)
def test_what_is_no_log_is_named(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    found = inputs.examine([path])
    assert not found.sources
    assert len(found.problems) == 1
    assert problem in found.problems[0]
    assert str(path) in found.problems[0]


@pytest.mark.skipif(os.name == "nt", reason="there are no such pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    assert inputs.examine([tmp_path / "a.csv"]).problems == [f"{tmp_path / 'a.csv'} is no file"]


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    found = inputs.examine([tmp_path / "gone.csv"])
    assert "cannot be read: No such file" in found.problems[0]


@given(content=st.binary(max_size=300), start=st.sampled_from([b"", b"PAR1", b"{", b"t,state\n"]))
def test_no_content_is_a_surprise(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, start: bytes
) -> None:
    path = tmp_path_factory.mktemp("b") / "x"
    path.write_bytes(start + content)
    found = inputs.examine([path])
    assert sum(map(len, (found.sources, found.sessions, found.shares, found.problems))) == 1


def test_damaged_lines_are_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text(
        't,state,expression\n1,face,happiness\n"open quote\n3,face\n4,face,happiness,more\n'
        "five,face,fear\n5,face,sadness\nnan,face,fear\n"
    )
    found = analyse([table])
    assert (found.rows, found.unusable) == (7, 3)
    (timeline,) = found.timelines
    assert (timeline.whole.rows, timeline.whole.faces) == (4, 3)
    lines = tmp_path / "b.jsonl"
    lines.write_text(
        '{broken\n{"t": 1, "state": "face", "expression": "fear"}\n[]\n'
        '{"t": "x", "state": "face"}\n'
        '{"t": 2, "state": "face", "happiness": 0.9, "expression": "happiness", "new": {}}\n'
    )
    found = analyse([lines])
    assert found.timelines[0].whole.faces == 2


def test_a_parquet_file_damaged_within_is_left_out(tmp_path: Path) -> None:
    good = simulated.write_parquet(tmp_path / "good.parquet", simulated.readings(1, 300))
    data = good.read_bytes()
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(data[:200] + b"\xff" * 400 + data[600:])
    found = analyse([good, bad])
    assert [each.name for each in found.timelines] == ["good.parquet"]
    assert "bad.parquet is damaged and was left out" in found.problems[0]
    with pytest.raises(ReportError, match="No log can be read"):
        analyse([bad])


def test_logs_without_a_usable_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("t,state\n-1,face\nx,\n")
    with pytest.raises(ReportError, match="no reading with a time"):
        analyse([path])
