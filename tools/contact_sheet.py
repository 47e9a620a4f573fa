"""Draw the contact sheets of the emoji packs that ship, and the picture at the top of the README.

    python tools/contact_sheet.py                 # both sheets of both packs, and the README's
    python tools/contact_sheet.py --pack classic  # docs/art/classic-320x180.png and -160x90.png
    python tools/contact_sheet.py --readme        # docs/art/readme.png

Every picture is drawn by the stage's own code at 1280x720 and reduced as a meeting program does, to
the tiles of a small and of a large meeting, on the background that the camera has by default.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.packs.sheet import SURROUND, rounded, tile

ROOT = Path(__file__).resolve().parent.parent
ART = ROOT / "docs" / "art"
PACKS = ("classic", "contrast")
#: Size of a tile and how many stand side by side.
SHEETS = (((320, 180), 5), ((160, 90), 7))
GAP = 16
#: Height of the line with a picture's name.
LINE = 20
LETTERS = "#c5d1e0"


def sheet(pack: str, size: tuple[int, int], columns: int) -> Image.Image:
    """All pictures of a pack in the order of the vocabulary, each over its name."""
    settings = Settings().replace("avatar.pack", pack)
    pictures = list(Picture)
    rows = -(-len(pictures) // columns)
    step = (size[0] + GAP, size[1] + LINE + GAP)
    whole = Image.new("RGB", (columns * step[0] + GAP, rows * step[1] + GAP), SURROUND)
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(13)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        left, top = GAP + column * step[0], GAP + row * step[1]
        shown = rounded(tile(picture, settings, size), size[1] // 18)
        whole.paste(shown, (left, top), shown)
        pen.text((left + size[0] / 2, top + size[1] + 4), picture, LETTERS, font, "ma")
    return whole


def readme(pack: str) -> Image.Image:
    """Eight participants of a meeting, as the camera shows them, 1200 pixels wide."""
    settings = Settings().replace("avatar.pack", pack).replace("avatar.size", 0.86)
    cast = (
        (Picture.SURPRISE, "#24344f"),
        (Picture.HAPPINESS, "#1f4446"),
        (Picture.NEUTRAL, "#3a2f55"),
        (Picture.RAISED_HAND, "#2b3a33"),
        (Picture.LAUGHING, "#2f3f5c"),
        (Picture.SADNESS, "#4a3340"),
        (Picture.THUMBS_UP, "#33324a"),
        (Picture.COFFEE, "#24423f"),
    )
    columns, speaker, size = 4, 1, (280, 158)
    step = (size[0] + GAP, size[1] + GAP)
    whole = Image.new("RGB", (columns * step[0] + GAP, 2 * step[1] + GAP), SURROUND)
    for index, (picture, background) in enumerate(cast):
        row, column = divmod(index, columns)
        shown = tile(picture, settings.replace("avatar.background", background), size)
        part = rounded(shown, 12)
        left, top = GAP + column * step[0], GAP + row * step[1]
        whole.paste(part, (left, top), part)
        if index == speaker:  # the ring that meeting programs draw around who speaks
            box = (left - 5, top - 5, left + size[0] + 4, top + size[1] + 4)
            ring = Image.new("L", (whole.width * 4, whole.height * 4))
            ImageDraw.Draw(ring).rounded_rectangle(
                tuple(4 * v for v in box), 64, outline=255, width=14
            )
            whole.paste("#ffd02e", mask=ring.resize(whole.size, Image.Resampling.LANCZOS))
    return whole


def main(arguments: list[str]) -> int:
    """Write the pictures that were asked for."""
    parser = argparse.ArgumentParser(
        description="Draw the contact sheets and the README's picture."
    )
    parser.add_argument("--pack", action="append", help="only the sheets of this pack")
    parser.add_argument("--readme", action="store_true", help="only the picture of the README")
    parser.add_argument("--output", type=Path, default=ART, help="a folder; default docs/art")
    given = parser.parse_args(arguments)
    folder: Path = given.output
    folder.mkdir(parents=True, exist_ok=True)
    drawn: dict[str, Image.Image] = {}
    if not given.readme:
        for pack in given.pack or PACKS:
            for size, columns in SHEETS:
                drawn[f"{pack}-{size[0]}x{size[1]}.png"] = sheet(pack, size, columns)
    if not given.pack:
        drawn["readme.png"] = readme("classic")
    for name, picture in drawn.items():
        picture.save(folder / name, optimize=True)
        print(f"{folder / name}: {picture.width}x{picture.height}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
