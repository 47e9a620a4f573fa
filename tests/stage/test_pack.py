"""The pack that ships, and packs that are broken."""

from __future__ import annotations

import itertools
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from emocam.errors import PackError
from emocam.expression import Expression, Picture
from emocam.resources import resource
from emocam.settings import Settings
from emocam.stage.pack import FALLBACK, Pack, chain, find_pack, load_pack
from emocam.stage.render import Artist, draw_svg, render_scene

CLASSIC = resource("assets", "emoji", "classic")
#: Those that morph into each other; everything else is an object, and is faded to.
FACES = [
    *(Picture.of(expression) for expression in Expression),
    Picture.LOOKING_AWAY,
    Picture.STARTING,
    Picture.PAUSED,
    Picture.LAUGHING,
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the pack to break."""
    return Path(shutil.copytree(CLASSIC, tmp_path / "pack"))


def artist_of(folder: Path) -> tuple[Artist, list[PackError]]:
    told: list[PackError] = []
    return Artist(load_pack(folder), told.append), told


def test_the_pack_has_every_picture_with_a_description() -> None:
    pack = find_pack("classic")
    assert set(pack.entries) == set(Picture)
    assert all(len(pack.alt(picture)) > 10 for picture in Picture)
    assert len({pack.alt(picture) for picture in Picture}) == len(Picture)
    assert pack.licence == "GPL-2.0-or-later"
    assert pack.alt(Picture.ANGER, "xx") == pack.alt(Picture.ANGER, "en")


@pytest.mark.parametrize("picture", list(Picture))
def test_a_picture_stands_alone(picture: Picture) -> None:
    source = find_pack("classic").source(picture)
    root = ElementTree.fromstring(source)
    assert root.attrib["viewBox"] == "0 0 512 512"
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not tags & {"text", "script", "image", "style", "foreignObject"}
    references = re.findall(r'(?:href="|url\()([^")]*)', source)
    assert all(reference.startswith("#") for reference in references)
    drawing = np.asarray(draw_svg(source, 256))
    inked = (drawing[..., 3] > 0).mean()
    assert 0.15 < inked < 0.9
    assert not drawing[0, :, 3].any()  # nothing is cut off at the edges
    assert not drawing[-1, :, 3].any()


def skeleton(picture: Picture) -> str:
    """The text of a picture without its numbers and colours."""
    source = find_pack("classic").source(picture)
    return re.sub(r"#[0-9a-f]{6}|-?[0-9.]+", "_", source)


def test_all_faces_have_one_structure() -> None:
    for picture in FACES:
        assert skeleton(picture) == skeleton(Picture.NEUTRAL), picture


def test_pictures_differ_in_a_small_tile() -> None:
    """At 96x54 pixels: mean absolute difference a channel over the tile, and the same in grey.

    The grey one is for those who cannot tell the colours apart.
    """
    colour, grey = {}, {}
    for picture in Picture:
        whole = Image.fromarray(render_scene(picture, Settings()))
        tile = whole.resize((96, 54), Image.Resampling.BOX)
        colour[picture] = np.asarray(tile).astype(np.int16)
        grey[picture] = np.asarray(tile.convert("L")).astype(np.int16)
    for one, other in itertools.combinations(Picture, 2):
        assert np.abs(colour[one] - colour[other]).mean() > 5, (one, other)
    for one, other in itertools.combinations(FACES[: len(Expression)], 2):
        assert np.abs(grey[one] - grey[other]).mean() > 4, (one, other)


def test_each_chain_ends_with_neutral() -> None:
    for picture in Picture:
        steps = list(chain(picture))
        assert steps[0] is picture
        assert steps[-1] is Picture.NEUTRAL
        assert len(steps) == len(set(steps))
    for picture, stand_in in FALLBACK.items():
        assert picture.expression is None or stand_in is Picture.NEUTRAL


def test_a_missing_picture_falls_back_and_is_told_once(copy: Path) -> None:
    (copy / "fear.svg").unlink()
    artist, told = artist_of(copy)
    expected = artist.draw(Picture.NEUTRAL, 64).tobytes()
    for _ in range(3):
        assert artist.draw(Picture.FEAR, 64).tobytes() == expected
    assert len(told) == 1
    assert "fear" in told[0].cause
    assert told[0].remedy


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no drawing",
        b"<svg xmlns='http://www.w3.org/2000/svg'",
        b"\xff\xfe\x00",
        b" " * (2 << 20),
        b"<svg xmlns='http://www.w3.org/2000/svg' width='0' height='0'/>",
    ],
    ids=["empty", "text", "cut off", "not UTF-8", "giant", "no size"],
)
def test_a_broken_picture_falls_back(copy: Path, content: bytes) -> None:
    (copy / "busy.svg").write_bytes(content)
    artist, told = artist_of(copy)
    assert artist.draw(Picture.BUSY, 64).tobytes() == artist.draw(Picture.UNPLUGGED, 64).tobytes()
    assert len(told) == 1


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">{}</svg>'


@pytest.mark.parametrize(
    "part",
    [
        '<image width="9" height="9" href="{png}"/>',
        '<image width="9" height="9" x:href="{png}"/>',
        '<image width="9" height="9" href="file://{png}"/>',
        '<filter id="f"><feImage href="{png}"/></filter>',
        '<use href="{png}#a"/>',
        '<rect width="9" height="9" fill="url(http://example.org/a.svg#b)"/>',
        "<rect style=\"fill: url( 'http://example.org/a#b' )\"/>",
        "<style>@import 'http://example.org/a.css';</style>",
        "<script>alert(1)</script>",
        "<foreignObject/>",
    ],
)
def test_a_picture_that_leads_outside_is_not_drawn(copy: Path, tmp_path: Path, part: str) -> None:
    png = tmp_path / "private.png"
    Image.new("RGB", (9, 9), "red").save(png)
    (copy / "fear.svg").write_text(SVG.format(part.replace("{png}", str(png))))
    artist, told = artist_of(copy)
    neutral = artist.draw(Picture.NEUTRAL, 64).tobytes()
    assert artist.draw(Picture.FEAR, 64).tobytes() == neutral
    assert len(told) == 1


def test_a_document_type_is_refused(copy: Path) -> None:
    text = '<!DOCTYPE svg [<!ENTITY a "image">]>' + SVG.format("<title>&a;</title>")
    (copy / "fear.svg").write_text(text)
    with pytest.raises(PackError, match="document type"):
        load_pack(copy).source(Picture.FEAR)


def test_a_pack_without_any_picture_still_draws_something(copy: Path) -> None:
    for file in copy.glob("*.svg"):
        file.unlink()
    artist, told = artist_of(copy)
    assert np.asarray(artist.draw(Picture.HAPPINESS, 64)).any()
    assert [error.cause.split('"')[1] for error in told] == ["happiness", "neutral"]


@pytest.mark.parametrize(
    ("manifest", "part"),
    [
        ("", "no table [pack]"),
        ("pack = 3", "no table [pack]"),
        ("[pack", "not TOML"),
        ('[pack]\nformat = 2\nname = "a"\nauthor = "b"\nlicence = "c"', "format 2"),
        ('[pack]\nformat = 1\nauthor = "b"\nlicence = "c"', "its name"),
        ('[pack]\nformat = 1\nname = " "\nauthor = "b"\nlicence = "c"', "its name"),
        ('{ok}\n[pictures.fear]\nfile = "../../secret.svg"', "no picture beside it"),
        ('{ok}\n[pictures.fear]\nfile = "/etc/passwd"', "no picture beside it"),
        ('{ok}\n[pictures.fear]\nalt = "words"', "fear.alt"),
        ("{ok}\n[pictures.fear]\nalt.en = 3", "the alt text en"),
        ("{ok}\n[pictures]\nfear = 1", "no table [pictures.fear]"),
    ],
)
def test_a_bad_manifest_is_refused(copy: Path, manifest: str, part: str) -> None:
    good = '[pack]\nformat = 1\nname = "a"\nauthor = "b"\nlicence = "c"'
    (copy / "pack.toml").write_text(manifest.replace("{ok}", good))
    with pytest.raises(PackError) as caught:
        load_pack(copy)
    assert part in caught.value.cause
    assert caught.value.remedy


def test_an_unknown_pack_is_refused_by_name() -> None:
    with pytest.raises(PackError, match="no emoji pack"):
        find_pack("nowhere")


def test_a_later_pack_may_have_more_pictures(copy: Path) -> None:
    with (copy / "pack.toml").open("a") as file:
        file.write('\n[pictures.applause]\nalt.en = "Two hands"\n')
    assert isinstance(load_pack(copy), Pack)


def test_a_drawing_that_is_not_square_is_centred() -> None:
    wide = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">'
        '<rect width="200" height="100" fill="#fff"/></svg>'
    )
    alpha = np.asarray(draw_svg(wide, 100))[..., 3]
    assert alpha.shape == (100, 100)
    assert alpha[50].all()
    assert not alpha[:20].any()
    assert not alpha[80:].any()
