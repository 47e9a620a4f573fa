"""Pictures of motion and composition for the documents.

    python tools/motion_sheets.py [docs/motion]

Every tile is a frame as the virtual camera hands it over, turned back into RGB; the small ones are
the same frames scaled down as a meeting program scales a tile.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from emocam.expression import Picture
from emocam.resources import resource
from emocam.scene import Figure, Scene
from emocam.settings import Settings
from emocam.stage import life
from emocam.stage.performance import Performance
from emocam.stage.seats import safe_area

INK, PAPER = "#1c2026", "#ffffff"
TILE = (320, 180)
SMALL = (160, 90)


def font(size: int) -> ImageFont.FreeTypeFont:
    """The font of labels."""
    return ImageFont.truetype(resource("assets", "fonts", "SourceSansPro-Semibold.ttf"), size)


def settings_with(**values: object) -> Settings:
    """Settings with some of the group ``avatar`` changed."""
    settings = Settings()
    for name, value in values.items():
        settings = settings.replace(f"avatar.{name}", value)
    return settings


class Film:
    """A performance of which frames are taken at times of one's choice."""

    def __init__(self, settings: Settings, *pictures: Picture, now: float = 0.0) -> None:
        self.settings = settings
        self._performance = Performance(settings, scene(*pictures), now=now)

    def show(self, *figures: Picture | Figure) -> None:
        """Go to a scene with the next frame."""
        self._performance.show(scene(*figures))

    def frame(self, now: float) -> Image.Image:
        """The frame at a time, in RGB."""
        width, height = self.settings.output.width, self.settings.output.height
        i420 = self._performance.frame(now).reshape(height * 3 // 2, width)
        frame = av.VideoFrame.from_ndarray(i420, format="yuv420p")
        rgb = frame.to_ndarray(format="rgb24", src_colorspace="ITU601", src_color_range="MPEG")
        return Image.fromarray(np.ascontiguousarray(rgb))


def scene(*figures: Picture | Figure) -> Scene:
    """A scene of pictures or figures."""
    return Scene(tuple(f if isinstance(f, Figure) else Figure(f) for f in figures))


def sheet(
    rows: Sequence[tuple[str, Sequence[tuple[str, Image.Image]]]], tile: tuple[int, int]
) -> Image.Image:
    """Rows of labelled tiles, each row with a heading."""
    columns = max(len(row) for _, row in rows)
    gap, head, foot = 8, 30, 24
    step = (tile[0] + gap, tile[1] + foot + gap)
    paper = Image.new("RGB", (columns * step[0] + gap, len(rows) * (step[1] + head) + gap), PAPER)
    pen = ImageDraw.Draw(paper)
    for y, (heading, row) in enumerate(rows):
        top = gap + y * (step[1] + head)
        pen.text((gap, top), heading, font=font(20), fill=INK)
        for x, (label, picture) in enumerate(row):
            left = gap + x * step[0]
            paper.paste(picture.resize(tile, Image.Resampling.BOX), (left, top + head))
            pen.text((left, top + head + tile[1] + 2), label, font=font(15), fill=INK)
    return paper


def ways() -> list[tuple[str, list[tuple[str, Image.Image]]]]:
    """From one picture to another: morphs, an interrupted one, and fades."""
    rows = []
    times = [n * 0.05 for n in range(6)]
    for heading, pictures in {
        "Morph: neutral to happiness": (Picture.NEUTRAL, Picture.HAPPINESS),
        "Morph: surprise to sadness": (Picture.SURPRISE, Picture.SADNESS),
        "Fade: happiness to away, which has another structure": (Picture.HAPPINESS, Picture.AWAY),
        "A reaction comes in: neutral to thumbs up": (Picture.NEUTRAL, Picture.THUMBS_UP),
    }.items():
        film = Film(settings_with(), pictures[0])
        film.frame(0.0)
        film.show(pictures[1])
        rows.append((heading, [(f"{1000 * t:.0f} ms", film.frame(t)) for t in times]))
    film = Film(settings_with(), Picture.NEUTRAL)
    film.frame(0.0)
    film.show(Picture.ANGER)
    row = [(f"{1000 * t:.0f} ms", film.frame(t)) for t in times[:3]]
    film.show(Picture.HAPPINESS)
    row += [(f"{1000 * t:.0f} ms", film.frame(t)) for t in (0.11, 0.2, 0.36)]
    rows.append(("Interrupted: neutral to anger, from 110 ms on to happiness", row))
    return rows


def lives() -> list[tuple[str, list[tuple[str, Image.Image]]]]:
    """What goes on while the picture stays the same."""
    film = Film(settings_with(), Picture.HAPPINESS)
    begin = next(n / 1000 for n in range(8000) if life.blink(n / 1000, 0) > 0)
    times = [begin + t for t in (0.0, 0.045, 0.1, 0.17, 0.21, 0.28)]
    blink = [(f"{1000 * (t - begin):.0f} ms", film.frame(t)) for t in times]
    strengths = []
    for strength in (0.0, 0.4, 0.5, 0.6, 0.7, 1.0):
        film = Film(settings_with(), Picture.NEUTRAL)
        film.show(Figure(Picture.HAPPINESS, strength))
        film.frame(0.0)
        strengths.append((f"strength {strength:g}", film.frame(9.2)))
    breath = [
        (f"{t:.1f} s", Film(settings_with(), Picture.HAPPINESS, now=t).frame(t))
        for t in np.linspace(0, life.BREATH, 6)
    ]
    return [("A blink", blink), ("Strength", strengths), ("A breath", breath)]


def backgrounds(picture: Path) -> list[tuple[str, list[tuple[str, Image.Image]]]]:
    """Backgrounds, places, name plates."""

    def still(label: str, *pictures: Picture, **values: object) -> tuple[str, Image.Image]:
        film = Film(settings_with(motion="reduced", **values), *(pictures or (Picture.HAPPINESS,)))
        return label, film.frame(0.0)

    return [
        (
            "avatar.background",
            [
                still('"#20262e", as it comes'),
                still('"#20262e-#5b7aa8"', background="#20262e-#5b7aa8"),
                still('"green"', background="green"),
                still('"~/Pictures/hills.png"', background=str(picture)),
            ],
        ),
        (
            "avatar.name_plate",
            [
                still('"Jürgen Müller"', background="#f3ead8-#d8b98a", name_plate="Jürgen Müller"),
                still('"Ольга, Πέτρος"', name_plate="Ольга, Πέτρος"),
                still("Hebrew, with Latin in it", background="#ffffff", name_plate="שלום Dana"),
                still("60 letters", background=str(picture), name_plate="Abcdefghi " * 6),
            ],
        ),
        (
            "avatar.position, avatar.size, several people",
            [
                still('"left"', position="left", background=str(picture), name_plate="Ana"),
                still('"top-right", 0.4', position="top-right", size=0.4),
                still("two", Picture.HAPPINESS, Picture.SURPRISE, name_plate="Ana & Ben"),
                still("four", *[Picture.NEUTRAL, Picture.FEAR, Picture.SADNESS, Picture.LAUGHING]),
            ],
        ),
    ]


def cropped(picture: Path) -> Image.Image:
    """One picture as tiles of different proportions show it, and the safe area."""
    settings = settings_with(background=str(picture), name_plate="Jürgen Müller")
    whole = Film(settings, Picture.HAPPINESS).frame(0.0)
    marked = whole.copy()
    safe = safe_area(*whole.size)
    box = (safe.left, safe.top, safe.left + safe.width - 1, safe.top + safe.height - 1)
    ImageDraw.Draw(marked).rectangle(box, outline="#ff2d55", width=6)
    row = [("16:9, and what 4:3 leaves of it", marked)]
    for label, aspect in (("4:3", 4 / 3), ("1:1", 1.0)):
        width = round(whole.height * aspect)
        tile = Image.new("RGB", whole.size, PAPER)
        left = (whole.width - width) // 2
        tile.paste(whole.crop((left, 0, left + width, whole.height)), (left, 0))
        row.append((label, tile))
    return sheet([("The same picture in tiles of other proportions", row)], TILE)


def hills(path: Path) -> None:
    """A picture that stands for the user's own."""
    hill = Image.new("RGB", (1600, 1200), "#9cc9ea")
    pen = ImageDraw.Draw(hill)
    pen.ellipse((1180, 160, 1340, 320), fill="#fff3c4")
    for centre, radius, colour in (
        (300, 900, "#6fa287"),
        (1250, 1000, "#4f8a6d"),
        (700, 760, "#39745a"),
    ):
        pen.ellipse((centre - radius, 1330 - radius, centre + radius, 1330 + radius), fill=colour)
    hill.save(path)


def main(arguments: Sequence[str]) -> int:
    """Write the pictures."""
    folder = Path(arguments[0] if arguments else "docs/motion")
    folder.mkdir(parents=True, exist_ok=True)
    rows = ways()
    sheet(rows, TILE).save(folder / "ways.png", optimize=True)
    sheet(rows[:3], SMALL).save(folder / "ways-160x90.png", optimize=True)
    sheet(lives(), TILE).save(folder / "life.png", optimize=True)
    with tempfile.TemporaryDirectory() as temporary:
        picture = Path(temporary) / "hills.png"
        hills(picture)
        grounds = backgrounds(picture)
        sheet(grounds, TILE).save(folder / "composition.png", optimize=True)
        sheet(grounds[:2], SMALL).save(folder / "composition-160x90.png", optimize=True)
        cropped(picture).save(folder / "tiles.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
