"""EmoCam's own logs in a report, and as Parquet files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import simulated
from analysing import analyse
from pyarrow import parquet

from emocam.errors import ReportError, SessionError
from emocam.report.columns import EXPRESSIONS
from emocam.report.logs import SCHEMA, export, gather
from emocam.sessions.export import export as write_table
from emocam.sessions.layout import COLUMNS, Header, Row
from emocam.sessions.reader import read_log
from emocam.sessions.writer import LogWriter


def _log(path: Path, started: float, seconds: int = 60, lecture: str | None = None) -> Path:
    writer = LogWriter(path, Header(path.stem, started, lecture=lecture))
    for row in simulated.readings(1, seconds):
        shares = tuple(row[name] for name in EXPRESSIONS) if "neutral" in row else ()
        attention = row.get("attention")
        writer.write(Row(row["t"], row["state"], row.get("expression"), shares, attention))
    writer.close(started + seconds)
    return path


def test_a_log_becomes_parquet(tmp_path: Path) -> None:
    log = _log(tmp_path / "one.sqlite", 1000.0, lecture="L")
    out = tmp_path / "one.parquet"
    done = subprocess.run(
        [sys.executable, "-m", "emocam.report", "--parquet", str(log), str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    table = parquet.read_table(out)
    assert set(table.column_names) == {*COLUMNS, "session", "started", "lecture"}
    assert table.num_rows == 60
    assert table.column("lecture").unique().to_pylist() == ["L"]
    assert table.column("t").to_pylist() == [float(t) for t in range(60)]


def test_what_cannot_be_exported_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    with pytest.raises(SessionError, match="no session log"):
        export(tmp_path / "x", tmp_path / "y.parquet")
    log = _log(tmp_path / "one.sqlite", 1000.0)
    with pytest.raises(ReportError, match="cannot be written"):
        export(log, tmp_path / "no" / "y.parquet")


def test_logs_of_one_person_are_gathered(tmp_path: Path) -> None:
    one, two = _log(tmp_path / "one.sqlite", 1000.0), _log(tmp_path / "two.sqlite", 2000.0)
    again = tmp_path / "again.sqlite"
    again.write_bytes(one.read_bytes())
    bad = tmp_path / "bad.sqlite"
    bad.write_bytes(one.read_bytes()[:2000])
    problems: list[str] = []
    (source,) = gather([one, two, again, bad], tmp_path, problems)
    assert source.columns == tuple(SCHEMA.names)
    assert parquet.read_metadata(source.paths[0]).num_rows == 120
    assert len(problems) == 2
    assert "is there already" in problems[0]


def test_logs_of_several_people_are_refused(tmp_path: Path) -> None:
    both = [_log(tmp_path / f"{name}.sqlite", 1000.0 + 30 * (name == "b")) for name in "ab"]
    with pytest.raises(ReportError, match=r"two people, or one person had two runs.*share files"):
        gather(both, tmp_path, [])


def _exported(folder: Path, name: str, started: float, lecture: str | None = None) -> Path:
    """An export of a log, in the form that its name has."""
    log = _log(folder / f"{name.replace('.', '-')}.sqlite", started, lecture=lecture)
    out = folder / name
    if out.suffix == ".parquet":
        assert export(log, out) == []
    else:
        write_table(read_log(log), out)
    return out


@pytest.mark.parametrize("lecture", [None, "Optics 3"])
@pytest.mark.parametrize("names", [("a.csv", "b.parquet"), ("a.jsonl", "b.jsonl")])
def test_exports_of_several_people_are_refused_too(
    tmp_path: Path, names: tuple[str, str], lecture: str | None
) -> None:
    one, other = (
        _exported(tmp_path, name, 1000.0 + 30 * place, lecture) for place, name in enumerate(names)
    )
    with pytest.raises(ReportError, match=r"session a-.* and session b-.* two people, or one "):
        analyse([one, other])
    assert analyse([one]).rows == analyse([other]).rows == 60


def test_exports_of_one_person_are_one_report(tmp_path: Path) -> None:
    paths = [
        _exported(tmp_path, name, 1000.0 + 100 * place, "Optics 3")
        for place, name in enumerate(("a.csv", "b.jsonl", "c.parquet"))
    ]
    found = analyse(paths)
    assert [each.name for each in found.timelines] == ["Optics 3"]
    assert found.rows == 180
    again = tmp_path / "again.csv"
    again.write_bytes(paths[0].read_bytes())
    assert analyse([*paths, again]).rows == 240  # of one session, so of one person


def test_tables_that_do_not_say_when_they_were_written_are_taken(tmp_path: Path) -> None:
    rows = [
        simulated.write_csv(tmp_path / f"{name}.csv", simulated.readings(1, 60, session=name))
        for name in "ab"
    ]
    assert len(analyse(rows).timelines) == 2
