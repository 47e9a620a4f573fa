"""The report on a class: of share files alone, of five people at least, with honest intervals."""

from __future__ import annotations

import base64
import csv
import itertools
import random
import re
from pathlib import Path

import pytest
import simulated
from hypothesis import given
from hypothesis import strategies as st
from test_report_command import report

from emocam.errors import ReportError
from emocam.report.accuracy import errors
from emocam.report.class_page import class_moments, class_report
from emocam.report.classes import STEP, lectures, nearest
from emocam.sessions.layout import Row
from emocam.sessions.share import Share, Terms, make

BINS, LONG = 60, 60


def shares(people: int, epsilon: float = 2.0, seed: int = 1, bins: int = BINS) -> list[Share]:
    """Share files of a class that smiles in its second quarter and looks away in the fourth."""
    chance = random.Random(seed)
    found = []
    for _ in range(people):
        rows = []
        for i in range(bins):
            smiles = chance.random() < (0.9 if bins <= 4 * i < 2 * bins else 0.1)
            away = chance.random() < (0.8 if 4 * i >= 3 * bins else 0.1)
            label = "happiness" if smiles else "neutral"
            look = "elsewhere" if away else "screen"
            rows.append(Row(float(i * LONG), "face", label, (0.125,) * 8, look))
        terms = Terms("Optics 3", LONG, epsilon, bins, attention=True)
        found.append(make(rows, terms, chance.randrange))
    return found


def test_the_truth_lies_within_the_intervals() -> None:
    inside, total = 0, 0
    for seed in range(6):
        (lecture,) = lectures(shares(30, seed=seed))
        for point in lecture.points:
            share = 0.9 if BINS <= 4 * point.start / LONG < 2 * BINS else 0.1
            estimate = point.expression["happiness"]
            # The class's own share differs from the chance it was drawn with by two draws or so.
            inside += estimate.low - 0.1 <= share <= estimate.high + 0.1
            total += 1
    assert inside / total > 0.95
    assert {each.why for each in class_moments(lecture)} == {"smiled", "drifted"}
    assert all(900 <= each.at <= 1800 for each in class_moments(lecture) if each.why == "smiled")


def test_one_file_that_says_next_to_nothing_does_not_blur_the_rest() -> None:
    alike, mixed = shares(30), [*shares(29), *shares(1, epsilon=0.25, seed=2)]
    (plain,), (other,) = lectures(alike), lectures(mixed)
    assert not plain.weighted
    assert other.weighted
    for one, two in zip(plain.points, other.points, strict=True):
        was, is_now = one.expression["happiness"], two.expression["happiness"]
        assert is_now.high - is_now.low <= was.high - was.low + 0.15


def test_nothing_is_said_of_fewer_than_five() -> None:
    with pytest.raises(ReportError, match="No lecture has the share files of 5 people"):
        lectures(shares(4))
    one = shares(1)
    with pytest.raises(ReportError, match="No lecture"):
        lectures(one * 9)  # the same file counts once
    both = shares(5) + shares(4, bins=90, seed=2)
    (lecture,) = lectures(both, width=60)
    assert lecture.points[-1].start == (BINS - 1) * LONG  # the rest is told by four


def test_a_report_does_not_count_exactly() -> None:
    all_of_them = shares(23)
    (more,), (less,) = lectures(all_of_them), lectures(all_of_them[:-1])
    assert more.people == less.people == 20
    numbers = [
        number
        for point in more.points
        for each in point.expression.values()
        for number in (each.share, each.low, each.high)
    ]
    assert all(number / STEP == pytest.approx(round(number / STEP)) for number in numbers)


def test_the_last_point_ends_with_the_lecture() -> None:
    (lecture,) = lectures(shares(6, bins=62))
    assert lecture.width == 3 * LONG
    assert lecture.end == 62 * LONG < lecture.points[-1].start + lecture.width
    line = lecture.timeline()
    assert line.end == lecture.end
    assert line.stop(lecture.points[0].start) == 3 * LONG
    page = class_report([lecture], [], errors(), {}, "", "en")
    assert "1:00:00\u20131:02:00" in page
    assert "1:03:00" not in page
    [data] = re.findall(r"data:text/csv;charset=utf-8;base64,([^\"]+)", page)
    rows = list(csv.DictReader(base64.b64decode(data).decode().splitlines()))
    assert float(rows[-1]["to_s"]) == lecture.end


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=8))
def test_the_nearest_shares_are_shares(given: list[float]) -> None:
    found = nearest(given)
    assert sum(found) == pytest.approx(1)
    assert all(each >= 0 for each in found)
    order = sorted(range(len(given)), key=given.__getitem__)
    assert all(found[a] <= found[b] + 1e-9 for a, b in itertools.pairwise(order))


def test_shares_stay_as_they_are() -> None:
    assert nearest([0.2, 0.3, 0.5]) == pytest.approx((0.2, 0.3, 0.5))


def _write(folder: Path, people: int) -> Path:
    folder.mkdir()
    for index, share in enumerate(shares(people)):
        (folder / f"{index}.json").write_bytes(share.encode())
    return folder


def test_the_command_makes_a_page_of_a_class(tmp_path: Path) -> None:
    folder = _write(tmp_path / "shares", 6)
    (folder / "again.json").write_bytes((folder / "0.json").read_bytes())
    (folder / "bad.json").write_text('{"emocam_share": 1}')
    page = tmp_path / "page.html"
    done = report(folder, "-o", page)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(": 6 share files (1 given again), 1 lecture(s).\n")
    text = page.read_text(encoding="utf-8")
    assert "Optics 3" in text
    assert "At least 5 people" in text
    assert "bad.json" in text
    assert not any(share.id in text for share in shares(6))


def test_what_is_refused_for_a_class(tmp_path: Path) -> None:
    folder = _write(tmp_path / "shares", 5)
    page = tmp_path / "page.html"
    done = report(folder, "-o", page, "--set", "session.class_reports=false")
    assert done.returncode == 1
    assert "not allowed here" in done.stderr
    simulated.write_csv(folder / "log.csv", simulated.readings(1, 60))
    done = report(folder, "-o", page)
    assert done.returncode == 1
    assert "both logs and share files" in done.stderr
    assert not page.exists()
