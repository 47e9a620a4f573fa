"""Draw the contact sheet of an emoji pack, and the picture at the top of the README.

    python tools/contact_sheet.py                 # docs/art/classic-sheet.png
    python tools/contact_sheet.py --readme        # docs/art/readme.png
    python tools/contact_sheet.py --pack classic --output sheet.png

Every picture is drawn by the stage's own code, large and in the tiles of 160x90 pixels that a
meeting of 25 shows, on the background that the camera has.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PIL import Image, ImageDraw

from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.packs.sheet import SURROUND, rounded, sheet, tile

ROOT = Path(__file__).resolve().parent.parent
ART = ROOT / "docs" / "art"


def readme(pack: str) -> Image.Image:
    """Three participants of a meeting, as the camera shows them, 1200 pixels wide."""
    settings = Settings().replace("avatar.pack", pack).replace("avatar.size", 0.92)
    width, height, gap = 1200, 272, 20
    whole = Image.new("RGB", (width, height), SURROUND)
    size = ((width - 4 * gap) // 3, height - 2 * gap)
    cast = {
        Picture.SURPRISE: "#24344f",
        Picture.HAPPINESS: "#1f4446",
        Picture.NEUTRAL: "#3a2f55",
    }
    for index, (picture, background) in enumerate(cast.items()):
        shown = tile(picture, settings.replace("avatar.background", background), (412, 232))
        side = (shown.width - size[0]) // 2
        part = rounded(shown.crop((side, 0, side + size[0], size[1])), 16)
        left = gap + index * (size[0] + gap)
        whole.paste(part, (left, gap), part)
        if index == 1:  # the ring that meeting programs draw around the speaker
            box = (left - 5, gap - 5, left + size[0] + 4, gap + size[1] + 4)
            ring = Image.new("L", (width * 4, height * 4))
            ImageDraw.Draw(ring).rounded_rectangle(
                tuple(4 * v for v in box), 80, outline=255, width=14
            )
            whole.paste("#ffd02e", mask=ring.resize(whole.size, Image.Resampling.LANCZOS))
    return whole


def main(arguments: list[str]) -> int:
    """Write the picture that was asked for."""
    parser = argparse.ArgumentParser(description="Draw the contact sheet of an emoji pack.")
    parser.add_argument("--pack", default="classic")
    parser.add_argument("--readme", action="store_true", help="draw the picture of the README")
    parser.add_argument("--output", type=Path, help="where to write the PNG")
    given = parser.parse_args(arguments)
    name = "readme.png" if given.readme else f"{given.pack}-sheet.png"
    path: Path = given.output or ART / name
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = (
        readme(given.pack) if given.readme else sheet(Settings().replace("avatar.pack", given.pack))
    )
    picture.save(path, optimize=True)
    print(f"{path}: {picture.width}x{picture.height}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
