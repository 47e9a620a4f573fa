"""``emocam packs`` as a user meets it, and a pack from elsewhere on the air."""

from __future__ import annotations

import json
from pathlib import Path

import av
import pytest
from emocam_process import emocam
from PIL import Image

from emocam.errors import ExitCode

TOML = """
[pack]
format = 1
name = "My Squares"
author = "Somebody"
licence = "CC0-1.0"
[pictures.neutral]
file = "calm.gif"
alt.en = "A square that is blue, then green"
[pictures.starting]
file = "start.webp"
alt.en = "A red square"
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack of pixels in a folder."""
    folder = tmp_path / "squares"
    folder.mkdir()
    (folder / "pack.toml").write_text(TOML)
    blue, green, red = (Image.new("RGB", (64, 64), one) for one in ("blue", "lime", "red"))
    blue.save(folder / "calm.gif", save_all=True, append_images=[green], duration=200, loop=0)
    red.save(folder / "start.webp", lossless=True)
    return folder


def test_from_the_check_to_the_removal(pack: Path, tmp_path: Path) -> None:
    checked = emocam(tmp_path, "packs", "check", "squares")
    assert checked.code == 0, checked.errors
    assert 'The pack "My Squares" with 2 pictures is fine.' in checked.output
    assert "neutral is shown for what is missing: happiness, surprise" in checked.output
    installed = emocam(tmp_path, "packs", "install", pack)
    assert "avatar.pack=my-squares" in installed.output
    again = emocam(tmp_path, "packs", "install", pack)
    assert again.code == ExitCode.OUTPUT
    assert "--replace" in again.output
    assert "Nothing was installed" in again.output
    assert emocam(tmp_path, "packs", "install", pack, "--replace").code == 0
    listed = json.loads(emocam(tmp_path, "packs", "list", "--json").output)["packs"]
    mine = next(one for one in listed if one["id"] == "my-squares")
    assert mine["pictures"] == ["neutral", "starting"]
    assert mine["licence"] == "CC0-1.0"
    assert "my-squares  (installed)  My Squares 1" in emocam(tmp_path, "packs", "list").output
    drawn = emocam(tmp_path, "packs", "sheet", "My Squares", "-o", "sheet.png")
    assert "Wrote" in drawn.output
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert (0, 0, 255) in {sheet.getpixel((x, 100)) for x in range(0, 400, 4)}
    assert emocam(tmp_path, "packs", "remove", "my-squares").code == 0
    assert not list((tmp_path / ".local" / "share" / "emocam" / "packs").iterdir())


def test_an_installed_pack_is_published(pack: Path, tmp_path: Path) -> None:
    assert emocam(tmp_path, "packs", "install", pack).code == 0
    arguments = ("--set", "avatar.pack=my-squares", "--output", "out.mp4", "--duration", 10)
    done = emocam(tmp_path, "demo", *arguments)
    assert done.code == 0, done.errors
    seen = set()
    with av.open(str(tmp_path / "out.mp4")) as video:
        for frame in video.decode(video=0):
            middle = frame.to_ndarray(format="rgb24")[360, 640].astype(int)
            seen |= {name for name, one in enumerate("rgb") if middle[name] > 180}
    assert seen >= {1, 2}  # both frames of the animation that stands for neutral


def test_a_pack_that_was_removed_is_replaced_by_classic(tmp_path: Path) -> None:
    arguments = ("--set", "avatar.pack=gone", "--output", "out.mp4", "--duration", 10)
    done = emocam(tmp_path, "demo", *arguments)
    assert done.code == 0
    assert 'There is no emoji pack "gone"' in done.errors + done.output
    assert (tmp_path / "out.mp4").stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "nowhere"), "There is no file or folder"),
        (("install", "nowhere"), "There is no file or folder"),
        (("check", "file.txt"), "is no zip"),
        (("remove", "classic"), "belongs to EmoCam"),
        (("remove", "../../x"), "no emoji pack"),
        (("sheet", "nowhere", "-o", "a.png"), "no emoji pack"),
        (("sheet", "classic", "-o", "no/such/folder/a.png"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_told(
    arguments: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    (tmp_path / "file.txt").write_text("hello")
    before = sorted(tmp_path.iterdir())
    done = emocam(tmp_path, "packs", *arguments)
    assert done.code == ExitCode.OUTPUT
    assert words in done.output + done.errors
    assert "Traceback" not in done.output + done.errors
    assert sorted(tmp_path.iterdir()) == before
    told = json.loads(emocam(tmp_path, "packs", *arguments, "--json").output)
    assert "error" in told or told["problems"]
