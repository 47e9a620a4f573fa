"""The error rates beside the charts are the ones that were measured and are told in docs/."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.attention.labels import labels
from emocam.errors import ModelError
from emocam.report import accuracy
from emocam.report.accuracy import errors
from emocam.sessions.layout import ATTENTION

DOCS = Path(__file__).parents[2] / "docs" / "attention.md"


def test_the_rates_of_attention_are_those_of_the_document() -> None:
    rates = errors().attention
    text = DOCS.read_text(encoding="utf-8")
    table = text[text.index("In a row, at three looks a second") :].split("\n\n")[1]
    assert list(rates.classes) == list(ATTENTION)
    for name in ATTENTION:
        found = rates.classes[name]
        [row] = re.findall(rf"^\| {name} \| (.*) \|$", table, re.MULTILINE)
        *counts, precision, recall = row.split(" | ")
        assert sum(map(int, counts)) == found.rows
        assert precision == f"{found.precision or 0:.0%}"
        assert recall == f"{found.recall:.0%}"
    marked = [label for each in labels().values() for label in each.values()]
    assert {name: marked.count(name) for name in ATTENTION} == {
        name: found.rows for name, found in rates.classes.items()
    }
    assert "81 looks" in rates.caption


def test_missing_rates_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accuracy, "SIDECAR", "NOTICE-face_detector.txt")
    with pytest.raises(ModelError, match="missing or damaged"):
        errors()
