"""Renew the golden pictures of the packs: ``python tools/goldens.py``, then look at the difference.

One file for each pack in tests/stage/goldens, with its pictures side by side in the order of the
vocabulary: drawn at 256 pixels on mid grey and averaged to 64, so that another version of the
renderer, or another renderer, comes to nearly the same.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from emocam.expression import Picture
from emocam.stage.pack import find_pack
from emocam.stage.render import draw_svg

GOLDENS = Path(__file__).resolve().parent.parent / "tests" / "stage" / "goldens"
PACKS = ("classic", "contrast")
DRAWN, KEPT, COLUMNS = 256, 64, 7
GROUND = "#808080"


def golden(svg: str) -> Image.Image:
    """A drawing as it is kept: RGB, 64x64."""
    drawing = draw_svg(svg, DRAWN)
    whole = Image.new("RGB", drawing.size, GROUND)
    whole.paste(drawing, (0, 0), drawing)
    return whole.resize((KEPT, KEPT), Image.Resampling.BOX)


def place(picture: Picture) -> tuple[int, int, int, int]:
    """Where a picture is in the file of its pack: left, top, right, bottom."""
    row, column = divmod(list(Picture).index(picture), COLUMNS)
    return column * KEPT, row * KEPT, (column + 1) * KEPT, (row + 1) * KEPT


def main() -> int:
    """Write the files."""
    GOLDENS.mkdir(exist_ok=True)
    for name in PACKS:
        pack = find_pack(name)
        rows = -(-len(Picture) // COLUMNS)
        whole = Image.new("RGB", (COLUMNS * KEPT, rows * KEPT), GROUND)
        for picture in Picture:
            whole.paste(golden(pack.source(picture)), place(picture))
        whole.save(GOLDENS / f"{name}.png", optimize=True)
        print(GOLDENS / f"{name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
