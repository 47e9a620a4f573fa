"""The drawings of the packs that ship: what they may consist of, and what they look like."""

from __future__ import annotations

import io
import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import resvg_py
from PIL import Image

from benchmarks.colorimetry import contrast
from benchmarks.legibility import paints
from emocam.expression import REACTIONS, Picture
from emocam.settings import Settings
from emocam.stage.pack import find_pack
from emocam.stage.render import draw_svg
from emocam.stage.vector import parse
from tools.art.__main__ import EMOJI, pictures
from tools.goldens import GOLDENS, golden, place

PACKS = ("classic", "contrast")
LANGUAGES = {"en", "de", "fr", "es", "pt", "zh", "ja", "ar"}
#: What any SVG drawer draws alike: no masks, clips, filters, text or style sheets.
ELEMENTS = {
    "svg", "defs", "linearGradient", "radialGradient", "stop",
    "g", "path", "circle", "ellipse", "rect",
}  # fmt: skip
FILES = sorted(EMOJI.rglob("*.svg"))
#: Those that cannot be symmetric: one hand, one drop, one raised brow, a look to the side, a
#: question mark, a cup with a handle, a shutter, the two halves of a plug.
ONE_SIDED = {
    "classic": "sadness fear contempt looking_away covered busy stalled unplugged raised_hand "
    "thumbs_up thumbs_down clapping heart question coffee moment",
    "contrast": "disgust contempt looking_away covered raised_hand thumbs_up thumbs_down clapping "
    "question coffee",
}
#: Those that morph into each other, and those of them without eyes that can shut.
FACES = [
    *list(Picture)[:8],
    Picture.LOOKING_AWAY,
    Picture.STARTING,
    Picture.PAUSED,
    Picture.LAUGHING,
]
STILL = (Picture.STARTING, Picture.PAUSED, Picture.LAUGHING)
each_pack = pytest.mark.parametrize("pack", PACKS)


def pixels(svg: str, size: int) -> np.ndarray:
    """RGBA, premultiplied, int32, shape (size, size, 4)."""
    rgba = np.asarray(draw_svg(svg, size)).astype(np.int32)
    rgba[..., :3] = rgba[..., :3] * rgba[..., 3:] // 255
    return rgba


def test_the_files_are_what_the_generator_writes() -> None:
    """Renew them with ``python -m tools.art``."""
    drawn = pictures()
    assert {path.relative_to(EMOJI).as_posix() for path in FILES} == set(drawn)
    for name, text in drawn.items():
        assert (EMOJI / name).read_text(encoding="utf-8") == text, name


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_picture_uses_only_what_every_drawer_knows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    elements = list(ElementTree.fromstring(text).iter())
    assert {element.tag.rpartition("}")[2] for element in elements} <= ELEMENTS
    assert not {name for element in elements for name in element.attrib} & {"style", "class"}
    ids = [element.attrib["id"] for element in elements if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]*)\)", text)) <= set(ids)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_picture_has_room_around_it_and_is_drawn_alike(path: Path) -> None:
    """By the renderer of the stage, and by resvg, which draws what the first one does not know."""
    text = path.read_text(encoding="utf-8")
    drawn = pixels(text, 512)
    edges = (drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1])
    assert not any(edge[..., 3].any() for edge in edges)
    png = resvg_py.svg_to_bytes(svg_string=text, width=512, height=512, skip_system_fonts=True)
    other = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA")).astype(np.int32)
    other[..., :3] = other[..., :3] * other[..., 3:] // 255
    assert np.abs(drawn - other).mean() < 1
    blocks = np.abs((drawn - other).reshape(32, 16, 32, 16, 4).mean((1, 3)))
    assert blocks.max() < 16  # two renderers smooth an edge in two ways


def test_faces_of_classic_morph_and_nothing_else_does() -> None:
    """What has another structure is faded to: a thumb up that turns over would be squashed flat."""
    drawings = {
        (pack, picture): parse(find_pack(pack).source(picture))
        for pack, picture in itertools.product(PACKS, Picture)
    }
    faces = {("classic", face) for face in FACES}
    for one, other in itertools.combinations(drawings, 2):
        both = {one, other} <= faces
        assert drawings[one].fits(drawings[other]) == both, (one, other)
    for key, drawing in drawings.items():
        assert drawing.blinks == (key in faces and key[1] not in STILL), key


def test_shut_eyes_show_no_white() -> None:
    for picture in set(FACES) - set(STILL):
        face = parse(find_pack("classic").source(picture))
        whites = []
        for blink in (0.0, 0.5, 1.0):
            shown = np.asarray(draw_svg(face.text(face.values, blink), 256).convert("RGB"))
            whites.append(int((shown[84:152, 50:210].min(-1) > 248).sum()))
        # half way the lids of tired eyes cover nearly all of it; glints are white as well
        assert whites[0] > 200 and whites[0] > whites[1] > whites[2], (picture, whites)  # noqa: PT018
        assert whites[2] == 0, (picture, whites)


@each_pack
def test_every_picture_is_described_in_every_language(pack: str) -> None:
    entries = find_pack(pack).entries
    assert set(entries) == set(Picture)
    for language in LANGUAGES:
        texts = [entry.alt.get(language, "") for entry in entries.values()]
        assert all(2 <= len(text) <= 120 for text in texts), language
        assert len(set(texts)) == len(texts), language
    for picture in REACTIONS:  # what is held up is said in few words
        assert len(entries[picture].alt["en"]) <= 60


@each_pack
def test_a_picture_is_symmetric_where_it_can_be(pack: str) -> None:
    """The view of oneself is mirrored in meeting programs."""
    for picture in Picture:
        if picture in ONE_SIDED[pack].split():
            continue
        drawn = pixels(find_pack(pack).source(picture), 128)
        difference = np.abs(drawn - drawn[:, ::-1]).mean()
        assert difference < 4, (picture, difference)  # glints are on one side


@each_pack
def test_golden_pictures(pack: str) -> None:
    """Renew them with ``python tools/goldens.py``; the tolerance is for other renderers."""
    kept = Image.open(GOLDENS / f"{pack}.png").convert("RGB")
    now = {picture: golden(find_pack(pack).source(picture)) for picture in Picture}
    for picture, drawn in now.items():
        apart = _apart(drawn, kept.crop(place(picture)))
        assert apart < 1.5, (picture, apart)
    for one, other in itertools.combinations(Picture, 2):
        assert _apart(now[one], now[other]) > 6, (one, other)  # so the test can fail


def _apart(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, np.int32) - np.asarray(other, np.int32)).mean())


def test_each_edge_of_contrast_is_one_of_ink_and_paint() -> None:
    """At least 7:1 (WCAG 2.2, level AAA for text): paints on ink, and on the default background."""
    background = Settings().avatar.background
    colours = paints("contrast")
    assert len(colours) <= 5
    for colour in colours:
        assert contrast(colour, "#000000") >= 7
        assert contrast(colour, background) >= 7
    known = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colours])
    for picture in Picture:
        drawn = np.asarray(draw_svg(find_pack("contrast").source(picture), 512).convert("RGB"))
        # which paint a pixel has, purely; 0 for everything else
        paint = (drawn[:, :, None] == known).all(-1) @ np.arange(1, len(known) + 1)
        for across, down in ((3, 0), (0, 3)):
            a = paint[: 512 - down, : 512 - across]
            b = paint[down:, across:]
            assert not ((a > 0) & (b > 0) & (a != b)).any(), picture


def test_outlines_of_contrast_differ_without_any_colour() -> None:
    """Of the expressions as silhouettes, at 43 pixels: share of the square that differs."""
    outlines = {}
    for picture in list(Picture)[:8]:
        alpha = draw_svg(find_pack("contrast").source(picture), 344).getchannel("A")
        outlines[picture] = np.asarray(alpha.resize((43, 43), Image.Resampling.BOX)) / 255
    for one, other in itertools.combinations(outlines, 2):
        assert np.abs(outlines[one] - outlines[other]).mean() > 0.03, (one, other)
