"""Bad packs: each refused with its reason, and nothing of it kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_packs import CASES, Hostile, table

from emocam.stage.packs import store
from emocam.stage.packs.answers import answer

ROOT = Path(__file__).resolve().parents[2]


def tree(folder: Path) -> dict[str, int]:
    """Everything in a folder with its size."""
    return {
        str(path.relative_to(folder)): path.lstat().st_size
        for path in sorted(folder.rglob("*"))
        if not path.is_dir()
    }


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, so that no pack of the developer counts."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    return home


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.what)
def test_a_bad_pack_is_refused_and_nothing_is_kept(
    one: Hostile, home: Path, tmp_path: Path
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    path = one.build(place)
    before = tree(tmp_path)
    told = answer({"type": "packs", "do": "install", "path": str(path)})
    said = [problem["cause"] for problem in told["problems"]]
    assert any(one.said in sentence for sentence in said), said
    assert len(said) <= 2, said  # what is wrong is told, and not much that follows from it
    assert all(problem["remedy"] for problem in told["problems"])
    assert all(len(sentence) < 400 and sentence.isprintable() for sentence in said)
    assert tree(tmp_path) == before
    assert store.installed() == []


def test_there_are_many_and_each_is_another() -> None:
    assert len(CASES) >= 25
    assert len({one.what for one in CASES}) == len(CASES)


def test_the_document_has_the_table() -> None:
    """Renew it with: python tests/stage/hostile_packs.py."""
    assert table() in (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
