"""The drawings of the packs that ship, as files."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tools.art.__main__ import EMOJI, pictures

#: What any SVG drawer draws alike: no masks, clips, filters, text or style sheets.
ELEMENTS = {
    "svg", "defs", "linearGradient", "radialGradient", "stop",
    "g", "path", "circle", "ellipse", "rect",
}  # fmt: skip
FILES = sorted(EMOJI.rglob("*.svg"))


def test_the_files_are_what_the_generator_writes() -> None:
    """Renew them with ``python -m tools.art``."""
    drawn = pictures()
    assert {path.relative_to(EMOJI).as_posix() for path in FILES} == set(drawn)
    for name, text in drawn.items():
        assert (EMOJI / name).read_text(encoding="utf-8") == text, name


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_picture_uses_only_what_every_drawer_knows(path: Path) -> None:
    root = ElementTree.parse(path).getroot()
    elements = list(root.iter())
    assert {element.tag.rpartition("}")[2] for element in elements} <= ELEMENTS
    assert not {name for element in elements for name in element.attrib} & {"style", "class"}
    ids = [element.attrib["id"] for element in elements if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    paints = re.findall(r"url\(#([^)]*)\)", path.read_text(encoding="utf-8"))
    assert set(paints) <= set(ids)
