"""Drawings as numbers: read, written and drawn as resvg draws them; strange ones are not listed."""

from __future__ import annotations

import io

import numpy as np
import pytest
import resvg_py
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from emocam.expression import Expression, Picture
from emocam.resources import resource
from emocam.stage import svg_grammar, vector
from emocam.stage.artwork import Drawing, Still
from emocam.stage.pack import find_pack
from emocam.stage.render import _affordable, draw_artwork, draw_svg
from emocam.stage.subject import Sprite, prepare
from emocam.stage.svg_grammar import NotListedError
from emocam.stage.vector import Vector

SIDE = 160
_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" '
_STOPS = '<stop offset="10%" stop-color="red"/><stop offset=".9" stop-color="#00f"/>'

#: Bodies in a square of 100x100 units.
DRAWINGS = {
    "arc": '<path d="M10 50 A40 30 20 1 0 90 50 a20 20 0 01-10 20z" fill="#c33"/>',
    "relative": '<path d="m10,10 20,0 0,20h-5v10s10 10 20 0t20-10q5 5 10 20z" fill="#3c3"/>',
    "even-odd": '<path fill-rule="evenodd" d="M10 10H90V90H10ZM30 30H70V70H30Z"/>',
    "non-zero": '<path d="M10 10H90V90H10ZM30 30H70V70H30Z"/>',
    "polygons": '<polygon points="10,10 90,20 50 90" fill="gold" stroke="navy" stroke-width="4"/>'
    '<polyline points="5 95 50 60 95 95" fill="none" stroke="red"/>',
    "line": '<line x1="10" y1="10" x2="90" y2="80" stroke="#000" stroke-width="6px"/>',
    "dashes": '<path d="M10 50H90" stroke="#000" stroke-width="6" stroke-dasharray="10 5"/>',
    "rectangle": '<rect x="10" y="10" width="80" height="50" rx="20"/>',
    "ellipse": '<ellipse cx="50" cy="50" rx="40" ry="20" fill="rgb(10,200,30)"/>',
    "per cent": '<rect x="10%" y="10%" width="50%" height="30%"/>',
    "group": '<g opacity="0.5"><rect x="10" y="10" width="50" height="50" fill="red"/>'
    '<rect x="30" y="30" width="50" height="50" fill="blue"/></g>',
    "use": '<defs><circle id="a" cx="20" cy="20" r="10"/></defs>'
    '<use href="#a" x="30" y="10" fill="red"/><use x:href="#a" transform="scale(2)"/>',
    "gradient": f'<linearGradient id="g" y2="1">{_STOPS}</linearGradient>'
    '<rect width="80" height="60" x="10" y="10" fill="url(#g)"/>',
    "gradient of a gradient": f'<linearGradient id="h">{_STOPS}</linearGradient>'
    '<linearGradient id="g" href="#h" gradientTransform="rotate(45)"/>'
    '<rect width="80" height="60" x="10" y="10" fill="url(#g)"/>',
    "focus": f'<radialGradient id="g" fx=".3" fy=".3">{_STOPS}</radialGradient>'
    '<circle cx="50" cy="50" r="40" fill="url(#g)"/>',
    "gradient in place": '<radialGradient id="g" gradientUnits="userSpaceOnUse" cx="0" cy="0" r="1"'
    f' gradientTransform="translate(50 50) scale(40 20)">{_STOPS}</radialGradient>'
    '<circle cx="50" cy="50" r="40" fill="url(#g)"/>',
    "clip": '<clipPath id="c"><circle cx="30" cy="50" r="20"/><use href="#a"/></clipPath>'
    '<defs><circle id="a" cx="60" cy="50" r="20"/></defs>'
    '<g transform="rotate(10)"><rect width="99" height="50" clip-path="url(#c)"/></g>',
    "transform": '<g transform="translate(50,50) rotate(30) skewX(10)">'
    '<rect x="-20" y="-20" width="40" height="40"/></g>',
    "inherited": '<g fill="orange" stroke="black" stroke-width="3"><circle cx="30" cy="30" r="20"/>'
    '<circle cx="70" cy="70" r="20" fill="none"/></g>',
    "style": '<circle cx="30" cy="30" r="20" style="fill:#abc;stroke:red" fill="green"/>',
    "joins": '<path d="M10 90L50 10L90 90" fill="none" stroke="#000" stroke-width="10" '
    'stroke-linejoin="bevel" stroke-linecap="square"/>',
    "not displayed": '<circle cx="30" cy="30" r="20" display="none"/>',
    "silent": "<title>A title</title><!-- a comment --><circle cx='30' cy='30' r='20' class='x'/>",
}

#: Parts that are left to resvg, or that nobody may draw.
STRANGE = [
    '<image href="a.png"/>',
    "<script/>",
    "<text>a</text>",
    "<style>circle{fill:red}</style>",
    '<circle r="5" filter="url(#f)"/>',
    '<circle r="5" mask="url(#m)"/>',
    '<circle r="5" fill="url(http://example.org/a#b)"/>',
    '<circle r="5" fill="url(#a) red"/>',
    '<circle r="5" fill="currentColor"/>',
    '<circle r="1e9"/>',
    '<circle r="five"/>',
    '<circle r="5em"/>',
    '<circle r="5" id="a&quot;b"/>',
    '<use href="http://example.org/a.svg#b"/>',
    '<path d="10 10"/>',
    '<path d="M10"/>',
    '<path d="M10 10 A1 1 0 2 0 5 5"/>',
    '<path d="M0 0Z5 5"/>',
    '<rect transform="spin(5)"/>',
    '<rect style="fill"/>',
    '<rect clip-rule="evenodd"/>',
    '<rect visibility="hidden"/>',
    '<clipPath id="c" clip-path="url(#d)"/>',
    '<path d="M1 1L2 2" data-closed="M1 1C2 2 3 3 4 4"/>',
    "<g>" * 41 + "</g>" * 41,
    "<g/>" * 2001,
]


def whole(body: str, box: str = "0 0 100 100") -> str:
    return f'{_HEAD}viewBox="{box}">{body}</svg>'


def by_resvg(svg: str) -> Image.Image:
    png = resvg_py.svg_to_bytes(svg_string=svg, width=SIDE, height=SIDE, skip_system_fonts=True)
    return Image.open(io.BytesIO(bytes(png))).convert("RGBA")


def assert_alike(one: Image.Image, other: Image.Image) -> None:
    """Two renderers smooth edges each in its own way; what they cover must be the same."""
    pair = [np.asarray(picture.convert("RGBa"), np.int16) for picture in (one, other)]
    differ = np.abs(pair[0] - pair[1]).max(axis=2)
    assert differ.mean() < 2.0
    assert (differ > 64).mean() < 0.004


@pytest.mark.parametrize("body", DRAWINGS.values(), ids=DRAWINGS)
def test_it_is_drawn_as_resvg_draws_it(body: str) -> None:
    svg = whole(body)
    assert isinstance(prepare(Drawing(svg), SIDE), vector.Vector)
    assert_alike(draw_svg(svg, SIDE), by_resvg(svg))


@pytest.mark.parametrize("expression", list(Expression))
def test_the_classic_pack_is_drawn_as_resvg_draws_it(expression: Expression) -> None:
    svg = find_pack("classic").source(Picture.of(expression))
    assert_alike(draw_svg(svg, SIDE), by_resvg(svg))


@pytest.mark.parametrize("body", STRANGE, ids=lambda body: body[:30])
def test_strange_parts_are_not_listed(body: str) -> None:
    with pytest.raises(NotListedError):
        vector.parse(whole(body))


@pytest.mark.parametrize(
    "svg",
    [
        "",
        "<svg/>",
        f"{_HEAD}/>",
        whole("", "0 0 0 9"),
        whole("", "0 0 nan 9"),
        whole("", "0 0 9"),
        '<!DOCTYPE svg [<!ENTITY a "b">]>' + whole(""),
        whole("<g>"),
    ],
)
def test_what_is_no_drawing(svg: str) -> None:
    with pytest.raises(NotListedError):
        vector.parse(svg)


def test_what_is_not_listed_is_drawn_by_resvg() -> None:
    svg = whole('<circle cx="50" cy="50" r="30" clip-rule="evenodd"/>')
    subject = prepare(Drawing(svg), SIDE)
    assert isinstance(subject, Sprite)
    assert_alike(draw_svg(svg, SIDE), by_resvg(svg))


def test_all_expressions_of_the_classic_pack_can_morph() -> None:
    pack = find_pack("classic")
    drawings = [vector.parse(pack.source(Picture.of(each))) for each in Expression]
    assert all(drawings[0].fits(each) for each in drawings)
    assert not drawings[0].fits(vector.parse(pack.source(Picture.AWAY)))


@given(st.floats(-0.5, 1.5), st.floats(0, 1), st.floats(0, 1))
def test_a_mix_begins_and_ends_exactly(share: float, nearer: float, step: float) -> None:
    pack = find_pack("classic")
    one, other = (vector.parse(pack.source(p)) for p in (Picture.NEUTRAL, Picture.FEAR))
    mixed = vector.mix(one.values, other.values, share)
    if share <= 0:
        assert mixed is one.values
    if share >= 1:
        assert mixed is other.values
    span = np.abs(other.values - one.values)
    low, high = np.minimum(one.values, other.values), np.maximum(one.values, other.values)
    assert (low - 1e-9 <= mixed).all()
    assert (mixed <= high + 1e-9).all()
    later = vector.mix(one.values, other.values, min(nearer + step, 1.0))
    sooner = vector.mix(one.values, other.values, nearer)
    assert (np.abs(later - sooner) <= span * step + 1e-9).all()
    vector.parse(one.text(mixed))  # each mix is a drawing again


@given(st.text("MmLlCcAaZz0123456789.-+, e", max_size=40))
def test_any_text_is_a_path_or_not_listed(text: str) -> None:
    try:
        commands = list(svg_grammar.path(text))
    except NotListedError:
        return
    assert all(len(n) == svg_grammar.ARITY[c.upper()] for c, n in commands)


def test_the_place_of_a_number_is_known() -> None:
    drawing = vector.parse(whole('<circle id="a" cx="12" cy="34" r="5" fill="#010203"/>'))
    assert drawing.values[0][drawing.places["a", "cy"]].tolist() == [34.0]
    assert drawing.values[0][drawing.places["a", "fill"]].tolist() == [1.0, 2.0, 3.0]


def test_closed_eyes() -> None:
    svg = whole('<path d="M0 0L9 9" data-closed="M0 0 9 5"/><path d="M1 1L2 2"/>')
    drawing = vector.parse(svg)
    assert drawing.blinks
    assert "L9 7" in drawing.text(drawing.values, 0.5)
    assert "L2 2" in drawing.text(drawing.values, 0.5)
    assert not vector.parse(whole(DRAWINGS["arc"])).blinks


@pytest.mark.parametrize(("shape", "kept"), [((40, 80), (40, 80)), ((300, 600), (50, 100))])
def test_pixels_keep_their_proportions(shape: tuple[int, int], kept: tuple[int, int]) -> None:
    artwork = Still(np.full((*shape, 4), 255, np.uint8))
    subject = prepare(artwork, 100)
    assert isinstance(subject, Sprite)
    assert subject.frames[0].shape == (*kept, 4)  # what is small takes little memory
    alpha = np.asarray(draw_artwork(artwork, 100))[..., 3]
    assert alpha.shape == (100, 100)
    assert (alpha[26:74, 2:98] == 255).all()
    assert (alpha[:24] == 0).all()
    assert (alpha[76:] == 0).all()


def test_a_drawing_that_takes_long_is_drawn_once() -> None:
    """Copies of copies: thorvg would draw thousands of discs for each step of a breath."""
    copies = "".join(
        f'<g id="a{n}"><use href="#a{n - 1}"/><use href="#a{n - 1}" x="1"/></g>'
        for n in range(1, 12)
    )
    disc = '<circle id="a0" cx="250" cy="256" r="200" fill="#ff8800" fill-opacity="0.5"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">{disc}{copies}</svg>'
    heavy = prepare(Drawing(svg), 400)
    assert isinstance(heavy, Vector)
    assert isinstance(_affordable(heavy, 400), Sprite)
    face = prepare(Drawing(resource("assets", "emoji", "classic", "neutral.svg").read_text()), 400)
    assert _affordable(face, 400) is face
