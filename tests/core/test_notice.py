"""NOTICE names every package that the lock file installs."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_locked_package_is_named() -> None:
    notice = plain((ROOT / "NOTICE").read_text(encoding="utf-8"))
    lock = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    names = {plain(match) for match in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)}
    assert len(names) > 8
    missing = {name for name in names if name not in notice}
    assert {name for name in missing if not name.startswith("pyobjc-framework-")} == set()
