"""What a frame costs the stage: at rest, alive, inside morphs and fades; and whether one is late.

    python -m benchmarks.stage_frame [--seconds 10] [--changes 60] [--json FILE]

All loops run at the same rate with the same sleep, and hand their frame to a sink that copies it,
as the write to a virtual camera does. Figures are CPU milliseconds a frame of this process, all its
threads, and their ratio to the floor: a loop that does nothing but copy a ready frame. Only the
ratios mean something on a machine that others use too.

Then pictures, strengths and the number of avatars change at random moments for --changes seconds:
the longest time between two frames is told, in frame times, beside that of the floor loop, which is
the machine's own; and how much memory the stage keeps.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.procfs import memory
from emocam.expression import Picture
from emocam.scene import Figure, Scene
from emocam.settings import Settings
from emocam.stage.colour import Bytes, rgb_to_i420
from emocam.stage.composition import ground
from emocam.stage.ensemble import BOXES
from emocam.stage.pacer import Pacer
from emocam.stage.pack import find_pack
from emocam.stage.performance import SUBJECTS, Performance
from emocam.stage.render import draw_svg

#: Side of the avatar in the plain loop, in pixels.
_SIDE = 480
#: A whole breath and a blink, after which the pictures of both are kept.
_WARM = 10.0
Frame = Callable[[float], Bytes]


def run(frame: Frame, fps: int, seconds: float) -> Iterator[float]:
    """Take frames at a steady rate; gives the time of each after it was handed over."""
    taken = np.empty_like(frame(time.monotonic()).reshape(-1))
    start = time.monotonic()
    pacer = Pacer(fps, start)
    while (now := time.monotonic()) < start + seconds:
        np.copyto(taken, frame(now).reshape(-1))
        pacer.take(now)
        yield time.monotonic()
        if delay := pacer.delay(time.monotonic()):
            time.sleep(delay)


def measure(frame: Frame, fps: int, seconds: float) -> float:
    """CPU milliseconds a frame of a loop at a steady rate."""
    used = time.process_time()
    frames = sum(1 for _ in run(frame, fps, seconds))
    return (time.process_time() - used) / frames * 1000


def standing(settings: Settings, *figures: Picture) -> Frame:
    """The stage while the picture stays the same, once its pictures are kept."""
    scene = Scene(tuple(Figure(picture) for picture in figures))
    performance = Performance(settings, scene, now=time.monotonic(), threaded=True)
    for _ in run(performance.frame, settings.output.fps, _WARM):
        pass
    return performance.frame


def changing(settings: Settings, *pictures: Picture) -> Frame:
    """The stage with changes that follow each other without a pause."""
    performance = Performance(settings, now=time.monotonic(), threaded=True)
    count, until = 0, 0.0
    length = settings.avatar.transition
    for picture in pictures:  # all are made ready
        performance.cut(Scene.of(picture), time.monotonic())

    def frame(now: float) -> Bytes:
        nonlocal count, until
        if now >= until:
            count, until = count + 1, now + length
            performance.show(Scene.of(pictures[count % len(pictures)]))
        return performance.frame(now)

    return frame


def plain_loop(settings: Settings) -> Frame:
    """As one would write it first: blend with numpy and convert, for every frame."""
    background = ground(settings)[..., :3]
    avatar = np.asarray(draw_svg(find_pack("classic").source(Picture.HAPPINESS), _SIDE))
    top, left = ((background.shape[0] - _SIDE) // 2, (background.shape[1] - _SIDE) // 2)

    def frame(now: float) -> Bytes:
        canvas = background.copy()
        box = canvas[top : top + _SIDE, left : left + _SIDE]
        alpha = avatar[..., 3:].astype(np.float32) / 255
        box[:] = (avatar[..., :3] * alpha + box * (1 - alpha)).astype(np.uint8)
        return rgb_to_i420(canvas)

    return frame


def random_changes(settings: Settings, seconds: float, seed: int = 1) -> dict[str, float]:
    """Anything at any moment: the longest time between two frames, and the memory that is kept."""
    chance = random.Random(seed)
    before = memory_of_this_process()
    performance = Performance(settings, now=time.monotonic(), threaded=True)
    pictures = list(Picture)
    times: list[float] = []
    change = ahead = 0.0
    changes = 0
    for now in run(performance.frame, settings.output.fps, seconds):
        times.append(now)
        if now >= change:
            change = now + chance.choice((0.05, 0.15, 0.5, 1.0, 2.0))
            count = chance.choice((1, 1, 1, 1, 1, 2, 3, 4))
            figures = [Figure(chance.choice(pictures), chance.random()) for _ in range(count)]
            performance.show(Scene(tuple(figures)))
            changes += 1
        if now >= ahead:
            ahead = now + 1.0
            performance.prepare()
    used = memory_of_this_process() - before
    performance.close()
    gaps = np.diff(times) * settings.output.fps
    return {
        "changes": changes,
        "frames": len(times),
        "longest": float(gaps.max()),
        "later_than_two": int((gaps > 2).sum()),
        "memory": used,
    }


def memory_of_this_process() -> int:
    """Anonymous memory in bytes: what this process alone keeps."""
    return int(memory(os.getpid())["anonymous"] * 1e6)


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="CPU time a frame of the stage.")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each loop")
    parser.add_argument("--changes", type=float, default=60.0, help="length of random changes")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    given = parser.parse_args(arguments)
    full = Settings()
    still = full.replace("avatar.motion", "reduced")
    fps = full.output.fps
    ready = rgb_to_i420(ground(full))
    happy, sad = Picture.HAPPINESS, Picture.SADNESS
    loops: dict[str, Callable[[], Frame]] = {
        "floor: copy a ready frame": lambda: lambda now: ready,
        "reduced motion, at rest": lambda: standing(still, happy),
        "alive: breath and blinks": lambda: standing(full, happy),
        "alive, two avatars": lambda: standing(full, happy, sad),
        "inside morphs": lambda: changing(full, happy, sad),
        "inside fades": lambda: changing(full, Picture.AWAY, Picture.COFFEE),
        "reduced motion, inside fades": lambda: changing(still, happy, sad),
        "plain numpy loop": lambda: plain_loop(full),
    }
    print(f"{full.output.width}x{full.output.height} at {fps} fps, I420")
    print(f"{'':30}{'ms a frame':>11}{'% of a core':>13}{'x floor':>9}")
    figures: dict[str, Any] = {}
    floor = 0.0
    for name, loop in loops.items():
        cost = measure(loop(), fps, given.seconds)
        floor = floor or cost
        figures[name] = cost
        print(f"{name:30}{cost:11.3f}{cost * fps / 10:13.2f}{cost / floor:9.1f}", flush=True)
    waits = np.diff(list(run(lambda now: ready, fps, given.changes))) * fps
    figures["longest wait of the floor"] = float(waits.max())
    print(f"the floor's longest wait in {given.changes:g} s: {waits.max():.2f} frame times")
    found = figures["random changes"] = random_changes(full, given.changes)
    print(
        f"{found['changes']} random changes in {given.changes:g} s: {found['frames']} frames, the "
        f"longest wait {found['longest']:.2f} frame times, {found['later_than_two']} above two"
    )
    print(
        f"kept at most {BOXES / 1e6:.0f} MB of frames and {SUBJECTS / 1e6:.0f} MB of pictures; "
        f"memory grew by {found['memory'] / 1e6:.0f} MB"
    )
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
