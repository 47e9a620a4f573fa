"""Makes the small fonts beside this file: python make_fonts.py (needs fonttools; run with 4.68).

Each has a square with a bar for every emoji of the pack "System" but the last one, coffee:
``colr0.ttf`` in two flat colours, ``colr1.ttf`` with a gradient, ``plain.ttf`` in no colour.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables.otTables import PaintFormat

from emocam.expression import EMOJI

GRADIENT = {
    "Format": PaintFormat.PaintLinearGradient,
    "ColorLine": {"ColorStop": [(0, 0), (1, 1)], "Extend": "pad"},
    "x0": 0,
    "y0": 0,
    "x1": 0,
    "y1": 1000,
    "x2": 1000,
    "y2": 0,
}
BAR = {"Format": PaintFormat.PaintSolid, "PaletteIndex": 1}
LAYERS = [
    {"Format": PaintFormat.PaintGlyph, "Glyph": "square", "Paint": GRADIENT},
    {"Format": PaintFormat.PaintGlyph, "Glyph": "bar", "Paint": BAR},
]


def box(left: int, low: int, right: int, high: int):
    pen = TTGlyphPen(None)
    pen.moveTo((left, low))
    for point in ((left, high), (right, high), (right, low)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def make(path: Path, colour: int | None) -> None:
    font = FontBuilder(1000, isTTF=True)
    names = [".notdef", "face", "square", "bar"]
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(letter): "face" for letter in list(EMOJI.values())[:-1]})
    shapes = {"face": box(0, 0, 1000, 1000), "square": box(0, 0, 1000, 1000)}
    shapes |= {".notdef": TTGlyphPen(None).glyph(), "bar": box(250, 250, 750, 500)}
    font.setupGlyf(shapes)
    font.setupHorizontalMetrics({name: (1000, 250 * (name == "bar")) for name in names})
    font.setupHorizontalHeader(ascent=1000, descent=0)
    about = {"familyName": "Squares", "styleName": "Regular", "psName": "Squares"}
    font.setupNameTable(about, mac=False)
    font.setupOS2(sTypoAscender=1000, usWinAscent=1000, usWinDescent=0)
    font.setupPost()
    if colour == 0:
        font.setupCOLR({"face": [("square", 0), ("bar", 1)]}, version=0)
    elif colour == 1:
        font.setupCOLR({"face": (PaintFormat.PaintColrLayers, LAYERS)}, version=1)
    if colour is not None:
        font.setupCPAL([[(1, 0.8, 0, 1), (0.2, 0, 0.4, 1)]])
    font.save(path)


if __name__ == "__main__":
    here = Path(__file__).parent
    make(here / "colr0.ttf", 0)
    make(here / "colr1.ttf", 1)
    make(here / "plain.ttf", None)
