"""Draws a face that EmoCam finds and reads, for the documents' pictures: nobody's recording.

``python -m tools.drawn_face FACE.png``, then ``emocam run --camera FACE.png --output out.mp4`` and
``emocam ctl preview on``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

_WALL, _SKIN, _SHADE, _HAIR = (178, 196, 208), (236, 188, 156), (214, 160, 128), (58, 40, 30)


def draw() -> Image.Image:
    """A smiling face, 640x480."""
    picture = Image.new("RGB", (1280, 960), _WALL)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((300, 760, 980, 1300), fill=(60, 90, 140))
    pen.rectangle((560, 640, 720, 820), fill=_SHADE)
    pen.ellipse((410, 140, 870, 520), fill=_HAIR)
    pen.ellipse((440, 200, 840, 720), fill=_SKIN)
    pen.pieslice((420, 130, 860, 560), 180, 360, fill=_HAIR)
    pen.ellipse((440, 270, 840, 720), fill=_SKIN)
    for x in (545, 735):
        pen.ellipse((x - 48, 400, x + 48, 450), fill=(250, 250, 250))
        pen.ellipse((x - 22, 402, x + 22, 448), fill=(70, 50, 40))
        pen.ellipse((x - 9, 415, x + 9, 433), fill=(10, 10, 10))
        pen.arc((x - 60, 345, x + 60, 420), 200, 340, fill=(50, 34, 26), width=12)
        pen.arc((x - 50, 396, x + 50, 450), 190, 350, fill=(80, 50, 40), width=5)
    pen.polygon([(640, 430), (612, 545), (668, 545)], fill=_SHADE)
    pen.chord((545, 560, 735, 670), 0, 180, fill=(150, 50, 50))
    pen.chord((560, 590, 720, 630), 0, 180, fill=(250, 250, 250))
    for x in (432, 848):
        pen.ellipse((x - 26, 400, x + 26, 500), fill=_SHADE)
    return picture.filter(ImageFilter.GaussianBlur(3)).resize((640, 480))


if __name__ == "__main__":
    draw().save(Path(sys.argv[1]))
