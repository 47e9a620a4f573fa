"""A lecture's video that nobody has held: slides drawn by code, one a minute."""

from __future__ import annotations

import math
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

_SIZE = (640, 360)
_TITLES = ("Light", "Mirrors", "Lenses", "Images", "Colour", "Waves", "Interference", "Lasers")


def slide(minute: int) -> Image.Image:
    """The slide of a minute."""
    picture = Image.new("RGB", _SIZE, (250, 249, 244))
    draw = ImageDraw.Draw(picture)
    title = _TITLES[minute // 12 % len(_TITLES)]
    draw.rectangle((0, 0, _SIZE[0], 58), fill=(28, 58, 94))
    draw.text((24, 12), title, font=ImageFont.load_default(30), fill="white")
    draw.text((560, 18), str(minute + 1), font=ImageFont.load_default(20), fill="white")
    draw.line((40, 210, 600, 210), fill=(120, 120, 120), width=2)
    draw.ellipse((300, 110, 340, 310), outline=(28, 58, 94), width=4)
    for ray in range(3):
        y = 150 + 60 * ray
        focus = 400 + 80 * math.sin(minute)
        draw.line((60, y, 320, y), fill=(200, 60, 30), width=3)
        draw.line((320, y, focus, 210), fill=(200, 60, 30), width=3)
    return picture


def video(path: Path, minutes: int) -> Path:
    """The video, a frame a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("h264", rate=1, options={"crf": "30", "preset": "ultrafast"})
        stream.width, stream.height = _SIZE
        stream.pix_fmt = "yuv420p"
        for minute in range(minutes):
            frame = av.VideoFrame.from_image(slide(minute))
            for second in range(60):
                frame.pts = None
                frame.pts = minute * 60 + second
                for packet in stream.encode(frame):
                    container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path
