"""What draws a face and turns it into a frame, and whether other threads can run meanwhile.

    python -m benchmarks.renderers [--rounds 40]

One face of the pack "classic" in 576x576 pixels, the avatar's square at 1280x720. CPU milliseconds,
the median of the rounds; and the longest time for which a thread that wants to run every
millisecond could not, which shows who holds Python's lock.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import threading
import time
from collections.abc import Callable

import av
import numpy as np
import resvg_py
from av.video.reformatter import Colorspace
from PIL import Image

from emocam.expression import Picture
from emocam.stage import vector
from emocam.stage.colour import rgb_to_i420, rgb_to_ycc, ycc_to_i420
from emocam.stage.pack import find_pack
from emocam.stage.raster import Easel, Layer

SIDE = 576


def cost(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """CPU milliseconds of one call, and the longest wait of another thread, in milliseconds."""
    waits = [0.0]
    ended = threading.Event()

    def look() -> None:
        last = time.perf_counter()
        while not ended.is_set():
            time.sleep(0.001)
            now = time.perf_counter()
            waits.append(now - last)
            last = now

    used = []
    other = threading.Thread(target=look)
    other.start()
    for _ in range(rounds):
        before = time.thread_time()
        work()
        used.append(time.thread_time() - before)
    ended.set()
    other.join()
    return statistics.median(used) * 1000, max(waits) * 1000


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Renderers and conversions of the stage.")
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args(arguments).rounds
    svg = find_pack("classic").source(Picture.HAPPINESS)
    drawing = vector.parse(svg)
    turned = drawing.turned()
    easel = Easel(SIDE, SIDE)
    ground = np.full((SIDE, SIDE, 4), 255, np.uint8)
    scale = SIDE / drawing.width

    def by_thorvg() -> object:
        return easel.draw(ground, [Layer(drawing.text(turned.values), scale)])

    def by_resvg() -> object:
        png = resvg_py.svg_to_bytes(svg_string=svg, width=SIDE, height=SIDE, skip_system_fonts=True)
        return Image.open(io.BytesIO(bytes(png))).convert("RGBA")

    pixels = easel.draw(ground, [Layer(drawing.text(drawing.values), scale)]).copy()
    ycc = rgb_to_ycc(pixels)

    def by_swscale() -> object:
        frame = av.VideoFrame.from_ndarray(pixels, format="rgba")
        return frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU601)

    print(f"{SIDE}x{SIDE} pixels, {rounds} rounds")
    print(f"{'':44}{'CPU ms':>8}{'longest wait ms':>17}")
    for name, work in {
        "draw: thorvg, through ctypes": by_thorvg,
        "draw: resvg-py, PNG and back": by_resvg,
        "read an SVG into numbers": lambda: vector.parse(svg),
        "to I420: Pillow": lambda: rgb_to_i420(pixels),
        "to I420: swscale (PyAV)": by_swscale,
        "to I420: drawn in Y, Cb, Cr": lambda: ycc_to_i420(ycc),
    }.items():
        used, wait = cost(work, rounds)
        print(f"{name:44}{used:8.2f}{wait:17.1f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
