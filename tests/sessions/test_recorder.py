"""The recorder: a row a second at most, nobody waits for it, what goes wrong is said once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import STARTED

from emocam.errors import SessionError
from emocam.sessions import store, tables
from emocam.sessions.layout import Header, Row
from emocam.sessions.reader import read_log
from emocam.sessions.recorder import STEP, Pace, Recorder
from emocam.sessions.writer import LogWriter, files


@given(st.lists(st.integers(0, 3072), max_size=60))
def test_a_second_has_one_row_at_most_and_the_last_is_in_it(steps: list[int]) -> None:
    pace, now, written = Pace(), 0.0, []
    gaps = [step / 1024 for step in steps]  # floats that are added up exactly

    def pass_time(until: float) -> None:
        nonlocal now
        while (wait := pace.wait(now)) is not None and now + wait <= until:
            now += wait
            row = pace.due(now)
            assert row is not None
            written.append((now, row.t))
        now = until

    for gap in gaps:
        pass_time(now + gap)
        pace.offer(Row(now, "no_face"))
    if gaps:
        last = now
        pass_time(now + STEP)
        assert written[-1][1] == last
    assert pace.due(now, at_once=True) is None
    times = [when for when, _ in written]
    assert all(later - one >= STEP for one, later in pairwise(times))
    assert all(0 <= when - t <= STEP for when, t in written)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0  # whoever looks at it lets a second pass
        return self.now


def recorder(path: Path, said: list[str], seconds: float = 1e6) -> tuple[Recorder, LogWriter]:
    log = LogWriter(path, Header("a", STARTED))
    return Recorder(log, seconds, said.append, Clock()), log


def until(condition: object, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.005)


def test_rows_are_written_and_the_log_is_closed(tmp_path: Path) -> None:
    said: list[str] = []
    made, _ = recorder(tmp_path / "a.sqlite", said)
    for second in range(5):
        made.take(Row(float(second), "no_face"))
        until(lambda: made.rows == second + 1)  # noqa: B023
    made.take(Row(5.0, "covered"))
    made.close()
    log = read_log(tmp_path / "a.sqlite")
    assert [row.t for row in log.rows] == [0, 1, 2, 3, 4, 5]
    assert log.header.ended is not None
    assert [each.name for each in tmp_path.iterdir()] == ["a.sqlite"]
    assert not said
    made.take(Row(6.0, "covered"))
    made.close()  # again


def test_a_full_log_says_so_and_ends(tmp_path: Path) -> None:
    said: list[str] = []
    made, _ = recorder(tmp_path / "a.sqlite", said, seconds=30.0)
    for second in range(200):
        made.take(Row(float(second), "no_face"))
        time.sleep(0.001)
    until(lambda: not made.open)
    made.close()
    assert "is full" in said[0]
    assert len(said) == 1
    assert 0 < len(read_log(tmp_path / "a.sqlite").rows) <= 30


def test_a_disk_that_is_full_for_a_while_costs_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    made, log = recorder(tmp_path / "a.sqlite", said)
    made.take(Row(0.0, "no_face"))
    until(lambda: made.rows == 1)
    broken = threading.Event()
    broken.set()
    write = log.write

    def refuse(row: Row) -> None:
        if broken.is_set():
            raise SessionError("database or disk is full", "Make room")
        write(row)

    log.write = refuse  # type: ignore[method-assign]
    for second in range(1, 4):
        made.take(Row(float(second), "no_face"))
        until(lambda: len(made._backlog) == second)  # noqa: B023
    assert len(said) == 1
    broken.clear()
    made.take(Row(4.0, "no_face"))
    made.close()
    assert [row.t for row in read_log(tmp_path / "a.sqlite").rows] == [0, 1, 2, 3, 4]
    assert len(said) == 1


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "emocam" / "sessions"


def test_names_and_places(home: Path) -> None:
    assert store.logs() == []
    with pytest.raises(SessionError, match="no session log"):
        store.find(None)
    made = [store.new(STARTED + day * 86400)[1] for day in range(3)]
    assert home.stat().st_mode & 0o777 == 0o700
    for path in made:
        LogWriter(path, Header(path.stem, STARTED)).close(STARTED)
    assert store.logs() == made
    assert store.find(None) == made[2]
    assert store.find(made[0].stem) == store.find(made[0].stem[:8]) == made[0]
    for name in ("2023", "x", "../a", ""):
        with pytest.raises(SessionError, match="the name"):
            store.find(name)
    for path in made[1:]:
        store.delete(path)
    with pytest.raises(SessionError, match="the name"):
        store.find("")  # as an empty variable of a script has it


def test_what_is_deleted_is_gone_from_the_disk(home: Path) -> None:
    """The same bytes of the disk, which a link still names, hold nothing but zeros."""
    name, path = store.new(STARTED)
    log = LogWriter(path, Header(name, STARTED, app="a-mark-in-the-log"))
    log.write(Row(0.0, "no_face"))
    with pytest.raises(SessionError, match="being recorded"):
        store.delete(path)
    assert read_log(path).rows
    log.close(STARTED)
    store.answers(path).write_text("some answers")
    os.link(path, home / "same")
    os.link(store.answers(path), home / "said")
    assert b"a-mark-in-the-log" in path.read_bytes()
    store.delete(path)
    assert sorted(each.name for each in home.iterdir()) == ["said", "same"]
    assert not any((home / "same").read_bytes())
    assert not any((home / "said").read_bytes())


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_what_a_link_leads_to_is_not_overwritten(home: Path, tmp_path: Path) -> None:
    _, path = store.new(STARTED)
    (tmp_path / "thesis.txt").write_text("years of work")
    path.symlink_to(tmp_path / "thesis.txt")
    store.delete(path)
    assert not path.is_symlink()
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_what_a_killed_run_left_is_deleted_with_its_wal(home: Path) -> None:
    name, path = store.new(STARTED)
    path.write_bytes(b"")
    for each in files(path):
        each.write_bytes(random.randbytes(5000))
    store.delete(path)
    assert not list(home.iterdir())
    assert name


_LIMITED = """
import resource, signal, sys, time
from pathlib import Path
from emocam.sessions.layout import Header, Row
from emocam.sessions.recorder import Recorder
from emocam.sessions.writer import LogWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
log = LogWriter(Path(sys.argv[1]), Header("a", 1.0))
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))
now = 0.0
def clock():
    global now
    now += 1.0
    return now
recorder = Recorder(log, 1e9, lambda words: print(words, flush=True), clock)
for second in range(300):
    recorder.take(Row(float(second), "no_face"))
    time.sleep(0.002)
recorder.close()
print("rows", recorder.rows)
"""


@pytest.mark.fault("disk full under a session log")
@pytest.mark.skipif(os.name != "posix", reason="needs limits on the size of files")
def test_a_system_that_takes_no_more_bytes_costs_what_came_after(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """The kernel refuses what goes over a size; it is said once, and the log opens."""
    path = tmp_path / "a.sqlite"
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(path)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    said = done.stdout.splitlines()
    assert "goes on" in said[0]
    assert sum("goes on" in line for line in said) == 1
    assert "could not be written" in said[-2]
    rows = int(said[-1].split()[1])
    log = read_log(path)
    assert 5 < rows < 300
    assert len(log.rows) >= rows
    assert not log.problems
    figure(f"told once; the log opens with its {len(log.rows)} rows")


def test_a_clock_that_is_set_back_spoils_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.sqlite"
    made, _ = recorder(path, [])
    made.take(Row(0.0, "no_face"))
    monkeypatch.setattr(time, "time", lambda: STARTED - 86400)
    made.take(Row(1.0, "no_face"))
    made.close()
    log = read_log(path)
    assert log.rows[-1].t == 1.0
    assert log.header.ended == STARTED - 86400
    assert "rows" in "\n".join(tables.report(log))


def test_two_runs_that_start_at_once_have_two_logs(home: Path) -> None:
    assert len({store.new(STARTED)[1] for _ in range(20)}) > 15
    assert home.exists()


def test_a_log_without_a_row_is_in_use_too(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    writer = LogWriter(path, Header("a", STARTED))
    with pytest.raises(SessionError, match="being recorded"):
        store.delete(path)
    writer.close(STARTED + 1)
    store.delete(path)
    assert not path.exists()
