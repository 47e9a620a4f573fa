"""A lecture's video that says in each picture and tone where it is: for tests of a player."""

from __future__ import annotations

import array
import math
from pathlib import Path

import av
from PIL import Image, ImageDraw

from benchmarks.lecture import slides

RATE, SOUND_RATE = 10, 44_100
_SIZE = (640, 360)
_BITS, _BLOCK, _TOP = 14, 40, 310


def tone(second: int) -> int:
    """The frequency of a second's tone in Hz."""
    return 400 + 100 * (second % 8)


def picture(number: int) -> Image.Image:
    """The frame of a number: a slide, and below it the number in black and white blocks."""
    made = slides.slide(number // (5 * RATE))
    draw = ImageDraw.Draw(made)
    for bit in range(_BITS):
        fill = "white" if number >> bit & 1 else "black"
        left = _BLOCK * (bit + 1)
        draw.rectangle((left, _TOP, left + _BLOCK - 1, _SIZE[1]), fill=fill)
    return made


def number(shown: Image.Image) -> int:
    """The number of a frame, from its picture at any size."""
    grey = shown.convert("L").resize(_SIZE)
    found = 0
    for bit in range(_BITS):
        middle = (_BLOCK * (bit + 1) + _BLOCK // 2, (_TOP + _SIZE[1]) // 2)
        value = grey.getpixel(middle)
        assert isinstance(value, int)
        found |= (value > 127) << bit
    return found


def video(path: Path, seconds: int, *, sound: bool = True) -> Path:
    """The video, :data:`RATE` frames a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "h264", rate=RATE, options={"crf": "28", "preset": "ultrafast", "g": "50"}
        )
        stream.width, stream.height = _SIZE
        stream.pix_fmt = "yuv420p"
        audio = container.add_stream("aac", rate=SOUND_RATE) if sound else None
        if audio is not None:
            audio.layout = "mono"
        for second in range(seconds):
            for step in range(RATE):
                frame = av.VideoFrame.from_image(picture(second * RATE + step))
                frame.pts = second * RATE + step
                for packet in stream.encode(frame):
                    container.mux(packet)
            if audio is not None:
                for packet in audio.encode(_tone(second)):
                    container.mux(packet)
        for each in (stream, audio):
            for packet in each.encode() if each is not None else ():
                container.mux(packet)
    return path


def _tone(second: int) -> av.AudioFrame:
    turn = 2 * math.pi * tone(second) / SOUND_RATE
    samples = array.array("h", (round(12_000 * math.sin(turn * n)) for n in range(SOUND_RATE)))
    frame = av.AudioFrame("s16", "mono", SOUND_RATE)
    frame.planes[0].update(samples.tobytes())
    frame.sample_rate, frame.pts = SOUND_RATE, second * SOUND_RATE
    return frame
