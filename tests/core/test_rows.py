"""docs/reliability.md and the tests have the same rows."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_each_row_of_the_document_is_a_test_and_the_other_way_round() -> None:
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| ([^|]+?) \|", text, re.MULTILINE)) - {"what goes wrong", "---"}
    marked: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        marked |= set(re.findall(r'mark\.fault\(\s*"([^"]+)"', path.read_text(encoding="utf-8")))
    assert rows == marked
