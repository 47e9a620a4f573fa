"""Session logs: written so that they survive, read whatever became of them, never changed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logs import STARTED, face, log_of, rows

from emocam.errors import SessionError
from emocam.sessions import layout, reader
from emocam.sessions.layout import Header, Row, row_of
from emocam.sessions.reader import read_header, read_log
from emocam.sessions.writer import LogWriter, files


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return log_of(tmp_path / "a.sqlite")


@given(st.lists(rows(), max_size=20))
@settings(max_examples=30, deadline=None)
def test_what_is_written_is_read(written: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.sqlite")
        writer = LogWriter(path, Header("a", STARTED))
        for row in written:
            writer.write(row)
        live = read_log(path)
        writer.close(STARTED + 5)
        after = read_log(path)
    assert live.rows == after.rows == tuple(written)
    assert not after.problems
    assert live.header.ended is None
    assert after.header == Header("a", STARTED, STARTED + 5)


@given(rows())
def test_a_row_is_its_values(row: Row) -> None:
    assert row_of(row.values) == row


@given(st.lists(st.one_of(st.none(), st.floats(), st.text(max_size=9)), min_size=12, max_size=12))
@settings(max_examples=30)
def test_other_values_are_no_row(values: list[object]) -> None:
    row = row_of(values)
    assert row is None or row.values == tuple(values)


def test_a_log_is_its_users_alone_and_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    writer = LogWriter(path, Header("a", STARTED))
    writer.write(face(0.0))
    for each in files(path):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
    writer.close(STARTED)
    assert [each.name for each in tmp_path.iterdir()] == ["a.sqlite"]
    with contextlib.closing(sqlite3.connect(path)) as found:
        assert found.execute("PRAGMA application_id").fetchone() == (layout.APPLICATION,)
        assert found.execute("PRAGMA user_version").fetchone() == (layout.FORMAT,)
        assert found.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_is_there_is_not_overwritten(log: Path) -> None:
    before = log.read_bytes()
    with pytest.raises(SessionError, match="exists"):
        LogWriter(log, Header("a", STARTED))
    assert log.read_bytes() == before


def test_a_header_is_read_without_the_rows(log: Path) -> None:
    header, count, last = read_header(log)
    assert (header.started, header.ended, count, last) == (STARTED, STARTED + 600, 600, 599.0)


_WRITER = """
import sys, time
from pathlib import Path
from emocam.sessions.layout import Header, Row
from emocam.sessions.writer import LogWriter
log = LogWriter(Path(sys.argv[1]), Header("a", 1.0))
n = 0
while True:
    log.write(Row(float(n), "no_face"))
    n += 1
    print(n, flush=True)
"""


def killed(path: Path, seconds: float) -> int:
    """Write a log as fast as can be and be killed; gives how many rows were said to be written."""
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    said = [line for line in process.stdout if line.endswith("\n")]
    process.wait()
    process.stdout.close()
    return int(said[-1]) if said else 1


def test_a_killed_writer_loses_nothing_that_it_wrote(tmp_path: Path) -> None:
    chance = random.Random(7)
    for turn in range(8):
        path = tmp_path / f"{turn}.sqlite"
        said = killed(path, chance.uniform(0.0, 0.2))
        log = read_log(path)
        assert not log.problems
        assert said <= len(log.rows) <= said + 1
        assert [row.t for row in log.rows] == [float(n) for n in range(len(log.rows))]
        assert log.header.ended is None


def contents(folder: Path) -> dict[str, bytes]:
    # The -shm file is SQLite's index of the -wal file while somebody reads, and no part of a log.
    return {
        each.name: each.read_bytes() for each in folder.iterdir() if not each.name.endswith("-shm")
    }


def test_a_torn_wal_costs_its_end_only_and_nothing_is_changed(tmp_path: Path) -> None:
    said = killed(tmp_path / "a.sqlite", 0.1)
    wal = files(tmp_path / "a.sqlite")[1]
    whole = wal.read_bytes()
    for share in (0.0, 0.3, 0.9, 0.999):
        wal.write_bytes(whole[: int(len(whole) * share)])
        before = contents(tmp_path)
        log = read_log(tmp_path / "a.sqlite")
        assert contents(tmp_path) == before
        assert len(log.rows) <= said + 1
        assert [row.t for row in log.rows] == [float(n) for n in range(len(log.rows))]


def test_noise_in_a_page_costs_that_page(log: Path) -> None:
    page = 4096
    whole = log.read_bytes()
    for number in range(3, len(whole) // page):
        spoilt = bytearray(whole)
        spoilt[number * page : (number + 1) * page] = random.Random(number).randbytes(page)
        log.write_bytes(spoilt)
        found = read_log(log)
        assert log.read_bytes() == spoilt
        assert found.problems
        assert len(found.rows) > 480


def test_a_log_cut_short_gives_what_stands_before_the_cut(log: Path) -> None:
    whole = log.read_bytes()
    log.write_bytes(whole[: len(whole) // 2 // 4096 * 4096])
    found = read_log(log)
    assert 100 < len(found.rows) < 600
    assert found.problems


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"time,state\n" * 40, "is no session log"),
        (b"SQLite format 3\0", "is no session log"),
        (b"\xff" * 5000, "is no session log"),
    ],
)
def test_what_is_no_log_is_named(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(data)
    with pytest.raises(SessionError, match=words):
        read_log(path)
    assert [each.name for each in tmp_path.iterdir()] == ["a.sqlite"]


def test_missing_folders_and_strangers_are_named(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="not there"):
        read_log(tmp_path / "a.sqlite")
    with pytest.raises(SessionError, match="no file"):
        read_log(tmp_path)
    other = tmp_path / "places.sqlite"
    with contextlib.closing(sqlite3.connect(other)) as made:
        made.execute("CREATE TABLE reading(t REAL)")
    with pytest.raises(SessionError, match="no session log"):
        read_log(other)


def test_a_terminal_is_told_nothing_by_a_log(tmp_path: Path) -> None:
    path = log_of(
        tmp_path / "a.sqlite", 1, app="\x1b[31m0.1\x07", lecture="\x1b]0;Optics\n3 \u5149"
    )
    header = read_log(path).header
    assert (header.app, header.lecture) == ("[31m0.1", "]0;Optics3 \u5149")


def test_a_newer_format_is_named(log: Path) -> None:
    with contextlib.closing(sqlite3.connect(log)) as changed:
        changed.execute(f"PRAGMA user_version = {layout.FORMAT + 1}")
    with pytest.raises(SessionError, match="newer EmoCam"):
        read_log(log)


def test_a_view_in_the_place_of_the_rows_is_refused(log: Path) -> None:
    with contextlib.closing(sqlite3.connect(log)) as changed:
        changed.execute("DROP TABLE reading")
        changed.execute("CREATE VIEW reading AS SELECT 1")
    with pytest.raises(SessionError, match="has not the table"):
        read_log(log)


def test_strange_rows_are_left_out_and_counted(log: Path) -> None:
    with contextlib.closing(sqlite3.connect(log)) as changed:
        changed.execute("UPDATE reading SET state = 'bored' WHERE rowid = 5")
        changed.execute("UPDATE reading SET happiness = 7 WHERE rowid = 6")
        changed.execute("UPDATE reading SET expression = x'ff00' WHERE rowid = 7")
        changed.execute("DELETE FROM session")
        changed.commit()
    found = read_log(log)
    assert len(found.rows) == 597
    assert "3 rows" in " ".join(found.problems)
    assert found.header.id == "unknown"


def test_a_huge_log_is_read_as_far_as_any_log_goes(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_ROWS", 100)
    found = read_log(log)
    assert len(found.rows) == 100
    assert "more than 100 rows" in found.problems[0]
    with log.open("r+b") as file:
        file.truncate(reader.MAX_SIZE + 1)  # sparse
    with pytest.raises(SessionError, match="more than any log"):
        read_log(log)


def test_a_full_disk_costs_the_row_and_not_the_log(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    writer = LogWriter(path, Header("a", STARTED))
    writer._log.execute("PRAGMA max_page_count = 6")

    def fill() -> None:
        for second in range(10_000):
            writer.write(face(float(second)))

    with pytest.raises(SessionError, match="full"):
        fill()
    assert len(read_log(path).rows) == writer.rows > 50
    writer._log.execute("PRAGMA max_page_count = 1000")
    writer.write(face(1e6))
    writer.close(STARTED)
    assert len(read_log(path).rows) == writer.rows


def test_another_programs_lock_is_waited_for_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emocam.sessions.writer.PATIENCE", 0.05)
    path = tmp_path / "a.sqlite"
    writer = LogWriter(path, Header("a", STARTED))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SessionError, match="locked"):
            writer.write(face(0.0))
        other.execute("ROLLBACK")
    writer.write(face(1.0))
    writer.close(STARTED)
    assert [row.t for row in read_log(path).rows] == [1.0]


@pytest.mark.skipif(os.name != "posix", reason="needs /dev/full's folder")
def test_a_log_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="cannot be written"):
        LogWriter(tmp_path / "no" / "a.sqlite", Header("a", STARTED))
    assert not list(tmp_path.iterdir())
