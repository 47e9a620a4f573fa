"""Nothing in EmoCam goes by the clock on the wall, which anybody may set while it runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "emocam"
#: What tells the time of day, by the last part of its name.
WALL = {"time", "time_ns", "now", "utcnow", "today", "localtime", "gmtime", "ctime", "strftime"}
MODULES = {"time", "datetime", "date"}
#: Where the time of day is meant: the age of a file, when a line of the log or a report was made.
MEANT = ("stage/packs/store.py", "sessions/", "control/log.py", "control/recording.py", "report/")


def wall_clocks(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in MODULES:
                if name in WALL:
                    yield f"{module}.{name}"
            case ast.Attribute(value=ast.Attribute(attr="datetime"), attr=name) if name in WALL:
                yield f"datetime.{name}"
            case ast.ImportFrom(module="time", names=names):
                yield from (each.name for each in names if each.name in WALL)


def test_the_look_finds_them() -> None:
    text = "import time, datetime\ntime.time()\ndatetime.datetime.now()\nfrom time import time_ns"
    assert len(list(wall_clocks(text))) == 3
    assert not list(wall_clocks("import time\ntime.monotonic()"))


def test_no_decision_goes_by_the_wall_clock() -> None:
    """Seen in the booted kernel too, where the clock is set (tests/e2e)."""
    found = {
        path.relative_to(PACKAGE).as_posix(): clocks
        for path in PACKAGE.rglob("*.py")
        if (clocks := list(wall_clocks(path.read_text(encoding="utf-8"))))
    }
    assert all(path.startswith(MEANT) for path in found), found
