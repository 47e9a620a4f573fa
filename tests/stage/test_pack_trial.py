"""The process that draws pictures of others: what it may do, and what comes of one that breaks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pack_parts import GOOD_SVG, SVG, encoded, frames

from emocam.stage.packs import trial
from emocam.stage.packs.trial import try_pictures

GOOD = ("a.svg", GOOD_SVG.encode())
ENDLESS = (
    "b.svg",
    SVG.format(
        'viewBox="0 0 99 99"',
        '<filter id="f"><feTurbulence baseFrequency="0.01" numOctaves="999999"/></filter>'
        '<rect width="99" height="99" filter="url(#f)"/>',
    ).encode(),
)


def test_a_picture_that_breaks_takes_no_other_with_it() -> None:
    """The one that is drawn for ever ends its process; those behind it get another."""
    pictures = [GOOD, ENDLESS, ("c.gif", encoded(frames(3), "gif")), ("d.png", b"x"), GOOD]
    tried = list(try_pictures(pictures))
    assert [one.kind for one in tried] == ["drawing", "", "animation", "", "drawing"]
    assert [one.name for one in tried] == ["a.svg", "b.svg", "c.gif", "d.png", "a.svg"]
    assert "within 5 s" in str(tried[1].error)
    assert "is no PNG" in str(tried[3].error)


def test_nothing_to_try_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert list(try_pictures([])) == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems confine otherwise")
def test_it_has_given_up_files_network_and_programs() -> None:
    child = trial._Child()
    try:
        assert (child.ask(*GOOD) or {})["kind"] == "drawing"
        process = Path("/proc") / str(child._process.pid)
        status = dict(
            line.split(":", 1) for line in (process / "status").read_text().splitlines() if line
        )
        assert status["Seccomp"].strip() == "2"
        assert status["NoNewPrivs"].strip() == "1"
        limits = (process / "limits").read_text()
        for name in ("Max open files", "Max core file size", "Max file size"):
            line = next(line for line in limits.splitlines() if line.startswith(name))
            assert line.removeprefix(name).split()[:2] == ["0", "0"], line
        memory = next(line for line in limits.splitlines() if line.startswith("Max address space"))
        assert "unlimited" not in memory
    finally:
        child.close()
