"""The pack "System": the machine's font where there is one, small fonts of each kind, and none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emocam.errors import PackError
from emocam.expression import EMOJI, Picture
from emocam.settings import Settings
from emocam.stage.artwork import Still
from emocam.stage.pack import find_pack
from emocam.stage.packs.fonts import EmojiFont, find_emoji_font
from emocam.stage.packs.system import ALT, load_system_pack
from emocam.stage.render import choose_pack, render_scene

DATA = Path(__file__).parent / "data"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skips where the machine has no colour-emoji font."""
    try:
        find_emoji_font()
    except PackError:
        pytest.skip("needs a colour-emoji font (Debian: fonts-noto-color-emoji)")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any font; the folder in which it would look."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    return tmp_path / "data" / "fonts"


def test_there_is_one_emoji_for_each_picture_and_no_two_are_the_same() -> None:
    assert set(EMOJI) == set(ALT) == set(Picture)
    assert len(set(EMOJI.values())) == len(Picture)
    assert all(len(letter) == 1 for letter in EMOJI.values())
    assert all(len(words) > 8 for words in ALT.values())


@pytest.mark.usefixtures("machine")
def test_the_machines_font_is_drawn() -> None:
    pack = find_pack("system")
    seen = set()
    for picture in Picture:
        still = pack.artwork(picture)
        assert isinstance(still, Still)
        alpha = still.pixels[..., 3]
        assert alpha.shape[0] == alpha.shape[1] > 100
        assert 0.1 < (alpha > 0).mean() < 0.75
        assert not alpha[0].any()  # there is room around it
        assert not alpha[:, 0].any()
        seen.add(still.pixels.tobytes())
    assert len(seen) == len(Picture)


@pytest.mark.usefixtures("machine")
def test_the_machines_font_is_shown() -> None:
    shown = render_scene(Picture.HAPPINESS, Settings().replace("avatar.pack", "system"))
    classic = render_scene(Picture.HAPPINESS, Settings())
    assert np.abs(shown.astype(int) - classic).mean() > 2
    yellow = (shown[..., 0] > 200) & (shown[..., 2] < 100)
    assert yellow.mean() > 0.05


@pytest.mark.parametrize("name", ["colr0.ttf", "colr1.ttf"])
def test_outlines_in_layers_are_drawn_in_their_colours(name: str) -> None:
    pack = load_system_pack(EmojiFont(DATA / name, "Squares"))
    still = pack.artwork(Picture.HEART)
    assert isinstance(still, Still)
    high, low = still.pixels.shape[0] // 8, still.pixels.shape[0] * 5 // 8
    middle = still.pixels.shape[1] // 2
    assert still.pixels[low, middle].tolist() == [51, 0, 102, 255]  # the bar
    assert (still.pixels[2 * high, middle, 0] > 200) == (name == "colr0.ttf")  # its end is violet
    assert still.pixels[high * 7 - 20, middle, 0] > 230  # the lower edge is yellow in both


def test_an_emoji_that_the_font_lacks_is_told() -> None:
    pack = load_system_pack(EmojiFont(DATA / "colr1.ttf", "Squares"))
    with pytest.raises(PackError, match=r"no emoji U\+2615"):
        pack.artwork(Picture.COFFEE)


def test_a_font_without_colour_is_refused() -> None:
    with pytest.raises(PackError, match="no picture in colour"):
        load_system_pack(EmojiFont(DATA / "plain.ttf", "Squares"))


@pytest.mark.parametrize("content", [b"", b"no font", bytes(5000)])
def test_a_broken_font_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.ttf").write_bytes(content)
    with pytest.raises(PackError) as caught:
        load_system_pack(EmojiFont(tmp_path / "a.ttf", "Squares"))
    assert caught.value.remedy


def test_without_a_font_classic_is_shown_and_the_reason_told(bare: Path) -> None:
    told: list[PackError] = []
    assert choose_pack("system", told.append).name == "Classic"
    assert len(told) == 1
    assert "no colour-emoji font" in told[0].cause
    assert "fonts-noto-color-emoji" in told[0].remedy


def test_the_users_own_font_comes_first(bare: Path) -> None:
    (bare / "deep" / "er").mkdir(parents=True)
    (bare / "deep" / "er" / "Noto-COLRv1.ttf").write_bytes((DATA / "colr1.ttf").read_bytes())
    assert find_emoji_font().path == bare / "deep" / "er" / "Noto-COLRv1.ttf"
