"""The one analysis: against a plain count of the same rows, and the same in both engines."""

from __future__ import annotations

import math
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import simulated
from analysing import analyse
from hypothesis import given, settings
from hypothesis import strategies as st

from emocam.report import analysis, inputs, own
from emocam.report.columns import ATTENTION, EXPRESSIONS, LATEST
from emocam.report.engine import Engine, open_engine
from emocam.report.timeline import Timeline


@pytest.fixture(scope="module")
def duck() -> Iterator[Engine]:
    with open_engine("duckdb") as engine:
        yield engine


SHARES = st.one_of(st.none(), st.floats(0, 1), st.sampled_from([-1.0, 2.0, math.nan, math.inf]))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "t": st.one_of(
                st.none(),
                st.floats(0, 100),
                st.sampled_from([-1.0, math.nan, math.inf, LATEST, 2 * LATEST]),
            ),
            "state": st.sampled_from(["face", "face", "face", "no_face", "covered", "", None]),
            "expression": st.sampled_from([*EXPRESSIONS, "joy", None]),
            "attention": st.sampled_from([*ATTENTION, "ceiling", None]),
            "lecture": st.sampled_from(["L", "M"]),
        }
        | dict.fromkeys(EXPRESSIONS, SHARES)
    ),
    min_size=1,
    max_size=40,
)


def _plainly(rows: list[dict[str, Any]], width: float) -> dict[tuple[str, int], dict[str, Any]]:
    """The same sums as the analysis, row by row."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for row in rows:
        t = row["t"]
        if t is None or not 0 <= t <= LATEST or not row["state"]:
            continue
        sums = found.setdefault((row["lecture"], math.floor(t / width)), Counter())
        shares = [row[name] for name in EXPRESSIONS]
        whole = all(each is not None and 0 <= each <= 1 for each in shares)
        total = sum(shares) if whole else 0.0
        face = row["state"] == "face" and (total > 0.5 or row["expression"] in EXPRESSIONS)
        sums["rows"] += 1
        sums["faces"] += face
        sums["nobody"] += row["state"] == "no_face"
        for look in ATTENTION:
            sums[f"looks_{look}"] += row["attention"] == look
        for index, name in enumerate(EXPRESSIONS):
            alone = float(row["expression"] == name)
            sums[name] += (shares[index] / total if total > 0.5 else alone) if face else 0.0
    return found


@settings(max_examples=12)
@given(rows=ROWS, width=st.sampled_from([1.0, 15.0, 60.0]))
def test_the_sums_are_those_of_the_rows(
    duck: Engine, tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], width: float
) -> None:
    path = simulated.write_parquet(tmp_path_factory.mktemp("a") / "a.parquet", rows)
    source = inputs.examine([path]).sources[0]
    table = analysis.tidy(duck.read(source), source.columns, duck.stage)
    found = {(row["part"], row["bin"]): row for row in duck.collect(analysis.binned(table, width))}
    expected = _plainly(rows, width)
    assert found.keys() == expected.keys()
    for key, sums in expected.items():
        for name in analysis.COUNTS:
            assert found[key][name] == sums[name], name
        for name in EXPRESSIONS:
            assert found[key][name] == pytest.approx(sums[name], abs=1e-9), name


def test_each_kind_of_file_says_the_same(tmp_path: Path) -> None:
    rows = simulated.readings(1, 600, lecture="Optics, part 1")
    found = []
    for path in (
        simulated.write_csv(tmp_path / "a.csv", rows),
        simulated.write_csv(tmp_path / "semicolons.csv", rows, ";"),
        simulated.write_jsonl(tmp_path / "a.jsonl", rows),
        simulated.write_parquet(tmp_path / "a.parquet", rows),
    ):
        found.append(analyse([path]).timelines[0])
    assert found[0].name == "Optics, part 1"
    for other in found[1:]:
        _alike(found[0], other)


def _alike(one: Timeline, other: Timeline) -> None:
    """Counts are equal; sums may differ by the order of additions."""
    assert (one.name, one.width, len(one.bins)) == (other.name, other.width, len(other.bins))
    for a, b in zip(one.bins, other.bins, strict=True):
        counts = (a.start, a.rows, a.faces, a.nobody, a.looks)
        assert counts == (b.start, b.rows, b.faces, b.nobody, b.looks)
        assert a.shares == pytest.approx(b.shares, abs=1e-12)


#: A Java that compiles less: these few rows are gone before that pays.
_QUICK = """spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
"""


def test_spark_says_what_duckdb_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        import pyspark  # noqa: F401
    except ImportError:
        pytest.skip("needs pyspark (pip install emocam[spark])")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("needs the program java (Debian: default-jre-headless)")
    (tmp_path / "spark-defaults.conf").write_text(_QUICK)
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    folder = tmp_path / "a [b] {c} d%20e"  # what the engines' own patterns are made of
    folder.mkdir()
    files = [
        simulated.write_csv(folder / "a b.csv", simulated.readings(2, 300)),
        simulated.write_parquet(folder / "c.parquet", simulated.readings(3, 300, lecture="L")),
    ]
    both = [analyse(files, engine) for engine in ("duckdb", "spark")]
    assert (both[0].rows, both[0].unusable) == (both[1].rows, both[1].unusable)
    assert [each.name for each in both[0].timelines] == ["L", "a b.csv"]
    for one, other in zip(both[0].timelines, both[1].timelines, strict=True):
        _alike(one, other)


def test_many_recordings_leave_some_out(tmp_path: Path) -> None:
    rows = [row for i in range(15) for row in simulated.readings(i, 20 + i, session=f"s{i:02}")]
    found = analyse([simulated.write_csv(tmp_path / "all.csv", rows)])
    assert len(found.timelines) == own.MOST_PARTS
    assert found.left_out == 3
    assert "s00" not in {each.name for each in found.timelines}
