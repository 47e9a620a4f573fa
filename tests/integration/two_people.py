"""A made-up recording of two people before one camera, and what a person sees in it.

On the left, and nearer, the man of single_face.mp4; on the right the woman of
WolfgangLanger_Pexels.mp4. Both are taken from the sample recordings frame by frame, so nobody's
recording is kept anywhere. The labels of the acts are those of clear_frames.json in tests/training,
where these frames were labelled from still pictures before any model had read them; who is nearer
follows from how they are put together.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

WIDTH, HEIGHT, FPS = 640, 360, 12
MAN, WOMAN = "single_face.mp4", "WolfgangLanger_Pexels.mp4"
#: Left, top, width and height of what is taken of each of their frames (640x360). The man is drawn
#: half as large again, the woman at three quarters, so that his face has twice the area of hers.
MAN_CUT, WOMAN_CUT = (183, 60, 213, 240), (213, 0, 427, 360)
WOMAN_HEIGHT = 270
#: The wall beside the woman: nobody is there.
WALL_CUT = (0, 0, 200, 360)


@dataclass(frozen=True)
class Act:
    """A part of the film.

    Attributes:
        seconds: its length.
        man, woman: the frames shown, forth and back; None while he is not there.
        each: what is to be seen side by side, from left to right.
        nearest: of the nearer one.
        group: of both as a group; several where they differ and neither is most of them.
    """

    seconds: float
    man: range | None
    woman: range
    each: tuple[str, ...]
    nearest: str
    group: frozenset[str]


ACTS = (
    Act(
        7, range(16), range(20, 61),
        ("neutral", "sadness"), "neutral", frozenset({"neutral"}),
    ),
    Act(
        7, range(30, 61), range(300, 401),
        ("happiness", "happiness"), "happiness", frozenset({"happiness"}),
    ),
    Act(
        7, None, range(300, 401),
        ("happiness",), "happiness", frozenset({"happiness"}),
    ),
    Act(
        7, range(16), range(300, 401),
        ("neutral", "happiness"), "neutral", frozenset({"neutral", "happiness"}),
    ),
)  # fmt: skip


def moments() -> Iterator[tuple[float, float, Act]]:
    """When each act has been going on for so long that everything must have followed: start, end.

    Someone is away after 3 s, a negative expression takes three looks, all with a look a second.
    """
    start = 0.0
    for act in ACTS:
        yield start + max(4.6, act.seconds - 2.4), start + act.seconds - 0.2, act
        start += act.seconds


def film(sample: Callable[[str], Path], path: Path) -> Path:
    """Put the film together: H.264 in an MP4 file, :data:`WIDTH` x :data:`HEIGHT`."""
    men, women = _frames(sample(MAN)), _frames(sample(WOMAN))
    wall = _cut(women[0], WALL_CUT)
    man_at = functools.cache(lambda number: _cut(men[number], MAN_CUT))
    woman_at = functools.cache(lambda number: _cut(women[number], WOMAN_CUT, WOMAN_HEIGHT))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "18"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        count = 0
        for act in ACTS:
            left = _forth_and_back(act.man) if act.man is not None else None
            right = _forth_and_back(act.woman)
            for _ in range(round(act.seconds * FPS)):
                man = man_at(next(left)) if left is not None else wall
                woman = wall.copy()
                woman[-WOMAN_HEIGHT:] = woman_at(next(right))
                both = np.concatenate([man, woman], axis=1)
                frame = VideoFrame.from_ndarray(np.ascontiguousarray(both), format="rgb24")
                frame.pts, frame.time_base = count, Fraction(1, FPS)
                container.mux(stream.encode(frame))
                count += 1
        container.mux(stream.encode(None))
    return path


def _frames(path: Path) -> list[VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def _forth_and_back(numbers: range) -> Iterator[int]:
    return itertools.cycle([*numbers, *reversed(numbers[1:-1])])


def _cut(frame: VideoFrame, cut: tuple[int, int, int, int], height: int = HEIGHT) -> np.ndarray:
    """A part of a frame, as wide as half of the film's picture."""
    x, y, width, depth = cut
    part = frame.to_ndarray(format="rgb24")[y : y + depth, x : x + width]
    scaled = VideoFrame.from_ndarray(np.ascontiguousarray(part), format="rgb24")
    return scaled.reformat(WIDTH // 2, height, interpolation="BICUBIC").to_ndarray()
