"""Share files are drawn once; exports and tables say what is in a log."""

from __future__ import annotations

import csv
import json
import stat
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import STARTED, face, log_of

from emocam.errors import SessionError
from emocam.sessions import sharing, store, tables
from emocam.sessions.export import export, written
from emocam.sessions.layout import COLUMNS, Header, Row, row_of
from emocam.sessions.reader import Log, read_log
from emocam.sessions.sharing import Asked, Given, settle, starting

LOG = Log(Header("a", STARTED), tuple(face(float(t)) for t in range(0, 3600, 5)))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A", "B", "C"]),
            st.sampled_from([None, 15, 60]),
            st.sampled_from([None, 0.5, 2.0]),
            st.sampled_from([None, 0.0, 900.0, 1800.0]),
            st.sampled_from([None, 600.0, 900.0]),
        ),
        max_size=8,
    )
)
def test_no_second_of_a_log_is_ever_answered_for_twice(wishes: list[tuple[object, ...]]) -> None:
    given_so_far: list[Given] = []
    for wish in wishes:
        try:
            chosen, again = settle(LOG, given_so_far, Asked(*wish))  # type: ignore[arg-type]
        except SessionError:
            continue
        if again:
            assert chosen in given_so_far
        else:
            given_so_far.append(chosen)
    spans = sorted((each.start, each.end) for each in given_so_far)
    assert all(one[1] <= later[0] for one, later in pairwise(spans))
    assert len({each.share.lecture for each in given_so_far}) == len(given_so_far)
    assert len({each.share.id for each in given_so_far}) == len(given_so_far)


@pytest.mark.parametrize("length", [float("nan"), float("inf"), -float("inf"), -60.0, 0.0])
def test_a_length_that_is_none_is_refused_also_the_second_time(length: float) -> None:
    first, _ = settle(LOG, [], Asked("A"))
    for before in ([], [first]):
        with pytest.raises(SessionError, match="cannot have"):
            settle(LOG, before, Asked("A", length=length))
    with pytest.raises(SessionError, match="15 to 600"):
        settle(LOG, [], Asked("A", bin=0))


def test_the_same_file_is_given_again_also_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    assert sharing.remembered(path) == []
    first, again = settle(LOG, [], Asked("A", 60, 1.5))
    assert not again
    sharing.remember(path, [first])
    assert stat.S_IMODE(store.answers(path).stat().st_mode) == 0o600
    assert settle(LOG, sharing.remembered(path), Asked("A")) == (first, True)
    with pytest.raises(SessionError, match="before"):
        settle(LOG, sharing.remembered(path), Asked("A", 60, 2.0))
    with pytest.raises(SessionError, match='shared for "A" before'):
        settle(LOG, sharing.remembered(path), Asked("B"))


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[1]", b'[{"start":0}]', b'[{"start":0,"share":"x"}]']
)
def test_nothing_is_shared_where_it_is_not_known_what_was(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    store.answers(path).write_bytes(data)
    with pytest.raises(SessionError, match="cannot be read"):
        sharing.remembered(path)


def test_a_lecture_starts_by_the_clock_on_the_wall() -> None:
    header = Header("a", STARTED)
    assert starting("2023-11-14 23:00", header) % 60 == -STARTED % 60
    assert abs(starting("10:15", header)) < 86400
    for text in ("", "25:00", "10:15:00", "tomorrow", "0000-00-00 00:00"):
        with pytest.raises(SessionError, match="no time"):
            starting(text, header)
    with pytest.raises(SessionError, match="recorded lecture"):
        starting("10:15", Header("a", STARTED, lecture="A"))


def test_a_log_without_rows_there_cannot_be_shared() -> None:
    for asked in (
        Asked("A", start=1e6),
        Asked("A", length=0.0),
        Asked("A", 5),
        Asked("A", 60, 9.0),
    ):
        with pytest.raises(SessionError):
            settle(LOG, [], asked)


def test_a_log_that_is_too_long_is_not_cut_without_a_word() -> None:
    rows = (face(0.0), face(25 * 3600.0))
    log = Log(Header("a", STARTED), rows)
    with pytest.raises(SessionError, match=r"room for 5760 bins.*--length.*--bin"):
        settle(log, [], Asked("A", 15))
    assert len(settle(log, [], Asked("A", 30))[0].share.expression) == 25 * 120 + 30
    assert len(settle(log, [], Asked("A", 15, length=86400.0))[0].share.expression) == 5760


def test_whether_attention_is_told_need_not_say_what_was_seen() -> None:
    seen = Log(Header("a", STARTED), (face(0.0, "fear", "screen"),))
    unseen = Log(Header("a", STARTED), (Row(0.0, "no_face"),))
    for log in (seen, unseen):
        assert settle(log, [], Asked("A", attention=True))[0].share.attention is not None
        left_out, _ = settle(log, [], Asked("A", attention=False))
        assert left_out.share.attention is None
        assert "attention   not in it" in "\n".join(tables.preview(left_out.share, again=False))
    told, _ = settle(seen, [], Asked("A"))
    assert told.share.attention is not None
    assert settle(unseen, [], Asked("A"))[0].share.attention is None
    assert settle(seen, [told], Asked("A", attention=True)) == (told, True)
    with pytest.raises(SessionError, match="before"):
        settle(seen, [told], Asked("A", attention=False))


def test_exports_hold_the_rows(tmp_path: Path) -> None:
    log = read_log(log_of(tmp_path / "a.sqlite", 20))
    for name in ("a.csv", "a.jsonl"):
        path = tmp_path / name
        export(log, path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        text = path.read_text(encoding="utf-8")
        if name == "a.csv":
            found = [
                tuple(each[key] for key in COLUMNS) for each in csv.DictReader(text.splitlines())
            ]
            lines = [
                tuple(
                    (float(each) if place == 0 or 3 <= place <= 10 else each) if each else None
                    for place, each in enumerate(line)
                )
                for line in found
            ]
        else:
            lines = [tuple(json.loads(line)[key] for key in COLUMNS) for line in text.splitlines()]
        assert tuple(row_of(line) for line in lines) == log.rows
        assert log.header.id in text.splitlines()[-1]
        with pytest.raises(SessionError, match="there already"):
            export(log, path)
        export(log, path, replace=True)
    with pytest.raises(SessionError, match="ends with none"):
        export(log, tmp_path / "a.txt")
    with pytest.raises(SessionError, match="cannot be written"):
        export(log, tmp_path / "no" / "a.csv")


def test_half_a_file_is_never_left(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before")

    def fail() -> None:
        with written(path, replace=True) as file:
            file.write("half")
            raise OSError(28, "No space left on device")

    with pytest.raises(SessionError, match="No space"):
        fail()
    assert path.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


def test_tables_are_for_people(tmp_path: Path) -> None:
    log = read_log(log_of(tmp_path / "a.sqlite", lecture="Optics"))
    text = "\n".join(tables.report(log))
    for words in ('"Optics"', "0:09:59, 600 rows", "happiness", "no_face", "screen      100.0%"):
        assert words in text
    entry = tables.Entry("a", 5000, log.header, 600, log.seconds)
    text = "\n".join(tables.listing([entry, tables.Entry("b", 0, problem="b is empty.")]))
    assert "0:09:59     600    5 KiB" in text
    assert "b is empty." in text
    assert "emocam session start" in tables.listing([])[0]
    empty = Log(Header("a", 1e300), (Row(1e300, "silent"),))
    assert "unknown" in "\n".join(tables.report(empty))
    chosen, _ = settle(log, [], Asked("Optics", 15, 2.0))
    text = "\n".join(tables.preview(chosen.share, again=True))
    assert "60 bins of 15 s" in text
    assert "right at most 88% of the times" in text
    assert "120 for all bins" in text
