"""docs/packs.md: its example is a good pack, and its limits and fallbacks are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from pack_parts import encoded, frames

from emocam.expression import Picture
from emocam.stage.pack import FALLBACK
from emocam.stage.packs import limits
from emocam.stage.packs.inspection import inspect_path
from emocam.stage.packs.names import PICTURES

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "packs.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The first block of code in that language."""
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found is not None
    return re.sub(r"^   ", "", found[1], flags=re.MULTILINE)


def test_the_example_is_a_good_pack(tmp_path: Path) -> None:
    (tmp_path / "pack.toml").write_text(block("toml"), encoding="utf-8")
    (tmp_path / "neutral.svg").write_text(block("svg"), encoding="utf-8")
    (tmp_path / "grin.png").write_bytes(encoded(frames(1, 64), "png"))
    findings = inspect_path(tmp_path)
    assert findings.problems == []
    assert findings.manifest.id == "discs"
    assert set(findings.manifest.entries) == {Picture.NEUTRAL, Picture.HAPPINESS}


def test_every_limit_is_stated() -> None:
    table = DOCUMENT[DOCUMENT.index("| limit |") : DOCUMENT.index("In memory, stills")]
    sizes = ("ARCHIVE_SIZE", "TOTAL_SIZE", "MANIFEST_SIZE", "SVG_SIZE", "RASTER_SIZE", "DECODED")
    stated = [limits.size_in_words(getattr(limits, f"MAX_{name}")) for name in sizes]
    stated += [limits.size_in_words(limits.MAX_DRAWING_MEMORY)]
    stated += [f"{limits.MAX_FILES} files", f"1/{limits.MAX_RATIO}", f"{limits.MAX_LINE} char"]
    stated += [f"{limits.MAX_ELEMENTS} elements", f"{limits.MAX_DEPTH} deep"]
    stated += [f"beyond {limits.MAX_COORDINATE:.0f}", f"{limits.MAX_SIDE} pixels"]
    stated += [f"{limits.MAX_FRAMES} frames", f"{limits.MIN_DURATION} to {limits.MAX_DURATION} ms"]
    stated += [f"{limits.MAX_DRAWING_TIME} s of", f"{limits.MAX_DRAWING_WAIT:.0f} s on the clock"]
    assert [words for words in stated if words not in table] == []
    for words in (f"{limits.MAX_NAME} characters", f"{limits.MAX_ALT} characters"):
        assert words in DOCUMENT
    assert all(ending[1:] in DOCUMENT.lower() for ending in PICTURES)


def test_every_fallback_is_stated() -> None:
    start = DOCUMENT.index("| picture | if it is missing |")
    rows = re.findall(r"^\| (`.*`) \| `(\w+)` \|$", DOCUMENT[start:], re.MULTILINE)
    stated = {
        Picture(word): Picture(stand_in)
        for words, stand_in in rows
        for word in re.findall(r"`(\w+)`", words)
    }
    assert stated == FALLBACK
