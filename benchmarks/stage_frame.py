"""What a frame costs the stage: at rest, inside a fade, and as a plain loop would do it.

    python -m benchmarks.stage_frame [--seconds 10]

All loops run at the same rate with the same sleep, and hand their frame to a sink that copies it,
as the write to a virtual camera does. Figures are CPU milliseconds a frame of this process and
their ratio to the floor: a loop that does nothing but copy a ready frame. Only the ratios mean
something on a machine that others use too.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np

from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.colour import Bytes, rgb_to_i420
from emocam.stage.pacer import Pacer
from emocam.stage.pack import find_pack
from emocam.stage.performance import Performance
from emocam.stage.render import Layout, draw_svg, plain

#: Side of the avatar in the plain loop, in pixels.
_SIDE = 480


def measure(frame: Callable[[float], Bytes], fps: int, seconds: float) -> float:
    """CPU milliseconds a frame of a loop at a steady rate."""
    taken = np.empty_like(frame(time.monotonic()).reshape(-1))
    pacer = Pacer(fps, time.monotonic())
    frames, used = 0, time.process_time()
    until = time.monotonic() + seconds
    while (now := time.monotonic()) < until:
        np.copyto(taken, frame(now).reshape(-1))
        pacer.take(now)
        frames += 1
        if delay := pacer.delay(time.monotonic()):
            time.sleep(delay)
    return (time.process_time() - used) / frames * 1000


def at_rest(settings: Settings) -> Callable[[float], Bytes]:
    """The stage while the picture stands still."""
    return Performance(settings, Picture.HAPPINESS).frame


def fading(settings: Settings) -> Callable[[float], Bytes]:
    """The stage with fades that follow each other without a pause."""
    performance = Performance(settings)
    while performance.prepare():
        pass
    pictures = (Picture.HAPPINESS, Picture.SADNESS)
    count = 0

    def frame(now: float) -> Bytes:
        nonlocal count
        if performance.timeline.steady:
            count += 1
            performance.show(pictures[count % 2], now)
        return performance.frame(now)

    return frame


def plain_loop(settings: Settings) -> Callable[[float], Bytes]:
    """As one would write it first: blend with numpy and convert, for every frame."""
    ground = plain(Layout.of(settings), settings.avatar.background)
    avatar = np.asarray(draw_svg(find_pack("classic").source(Picture.HAPPINESS), _SIDE))
    top, left = ((ground.shape[0] - _SIDE) // 2, (ground.shape[1] - _SIDE) // 2)

    def frame(now: float) -> Bytes:
        canvas = ground.copy()
        box = canvas[top : top + _SIDE, left : left + _SIDE]
        alpha = avatar[..., 3:].astype(np.float32) / 255
        box[:] = (avatar[..., :3] * alpha + box * (1 - alpha)).astype(np.uint8)
        return rgb_to_i420(canvas)

    return frame


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="CPU time a frame of the stage.")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each loop")
    given = parser.parse_args(arguments)
    settings = Settings()
    fps = settings.output.fps
    ready = rgb_to_i420(plain(Layout.of(settings), "#000000"))
    loops = {
        "floor: copy a ready frame": lambda now: ready,
        "stage, picture at rest": at_rest(settings),
        "stage, inside fades": fading(settings),
        "plain numpy loop": plain_loop(settings),
    }
    print(f"{settings.output.width}x{settings.output.height} at {fps} fps, I420")
    print(f"{'':28}{'ms a frame':>11}{'% of a core':>13}{'x floor':>9}")
    floor = 0.0
    for name, loop in loops.items():
        cost = measure(loop, fps, given.seconds)
        floor = floor or cost
        print(f"{name:28}{cost:11.3f}{cost * fps / 10:13.2f}{cost / floor:9.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
