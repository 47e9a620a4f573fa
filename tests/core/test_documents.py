"""What the documents point to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GUIDE = ROOT / "docs" / "user-guide"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("models/*.md")])
#: Pages that tell how to choose EmoCam in a program of others.
PROGRAMS = ("zoom", "teams", "meet", "chrome", "firefox", "obs")


def links(path: Path) -> list[str]:
    text = re.sub(r"```.*?```|`[^`]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]


def anchors(path: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_link_leads_somewhere(path: Path) -> None:
    for link in links(path):
        name, _, heading = link.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), link
        assert not heading or heading in anchors(there), link


def test_each_page_of_the_guide_is_in_its_index() -> None:
    listed = {link for link in links(GUIDE.with_suffix(".md")) if link.startswith("user-guide/")}
    assert listed == {f"user-guide/{page.name}" for page in GUIDE.glob("*.md")}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_page_on_a_program_says_what_was_run(name: str) -> None:
    text = (GUIDE / f"{name}.md").read_text(encoding="utf-8")
    assert "not run" in text
    assert all(system in text for system in ("Linux", "Windows", "macOS"))
