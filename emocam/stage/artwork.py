"""What a pack gives for one picture: a drawing, a still, or an animation.

The stage draws nothing else. A drawing can morph into another one of the same structure and can
blink (docs/motion.md says by which ids); stills and animations fade into what comes next.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from emocam.errors import PackError
from emocam.stage.colour import Bytes

#: The longest side of a still or of a frame, in pixels: the height of the largest picture that
#: EmoCam publishes. Packs scale down what is larger when they read it.
MAX_SIDE = 1080
#: All frames of an animation together, decoded: 24 MiB hold 23 frames of 512x512.
MAX_ANIMATION = 24 << 20
#: The shortest time of a frame in seconds; what claims less gets a tenth, as in browsers.
MIN_DURATION = 0.02
_REMEDY = "Take another picture, or another pack"


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG.

    Attributes:
        svg: the text of the file; it refers to nothing outside itself.
    """

    svg: str


@dataclass(frozen=True, slots=True)
class Still:
    """A picture of pixels.

    Attributes:
        pixels: RGBA, straight alpha, uint8, shape (H, W, 4), both sides 1..:data:`MAX_SIDE`.
    """

    pixels: Bytes

    def __post_init__(self) -> None:
        _check(self.pixels)


@dataclass(frozen=True, slots=True)
class Animation:
    """Pictures that follow each other, from the beginning again when they are over.

    Attributes:
        frames: one or more, all of one size; each as :attr:`Still.pixels`, together at most
            :data:`MAX_ANIMATION` bytes. The first one is shown where motion is reduced.
        durations: how long each is shown, in seconds, at least :data:`MIN_DURATION`.
    """

    frames: tuple[Bytes, ...]
    durations: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.frames or len(self.frames) != len(self.durations):
            raise PackError("An animation has frames and durations that do not match", _REMEDY)
        for frame in self.frames:
            _check(frame)
        if len({frame.shape for frame in self.frames}) > 1:
            raise PackError("An animation has frames of different sizes", _REMEDY)
        if sum(frame.nbytes for frame in self.frames) > MAX_ANIMATION:
            raise PackError("An animation takes too much memory", _REMEDY)
        if not all(MIN_DURATION <= one <= 3600.0 for one in self.durations):
            raise PackError("An animation has a frame of no sensible duration", _REMEDY)

    @property
    def length(self) -> float:
        """Seconds until it begins again."""
        return math.fsum(self.durations)

    def index(self, time: float) -> int:
        """The number of the frame to show.

        Args:
            time: seconds since the animation began, >= 0.
        """
        ends = list(accumulate(self.durations))
        return min(bisect_right(ends, math.fmod(time, ends[-1])), len(self.frames) - 1)


#: What :meth:`.Pack.artwork` gives.
Artwork = Drawing | Still | Animation


def _check(pixels: Bytes) -> None:
    if (
        pixels.dtype != "uint8"
        or pixels.ndim != 3
        or pixels.shape[2] != 4
        or not all(1 <= side <= MAX_SIDE for side in pixels.shape[:2])
    ):
        raise PackError(
            f"A picture of the pack has the shape {pixels.shape}, which cannot be shown", _REMEDY
        )
