"""What a pack gives, made ready to be drawn at one size again and again.

A drawing that is made of listed parts only (:mod:`emocam.stage.svg_grammar`) is kept as numbers and
drawn by thorvg. Everything else becomes pixels once: other SVGs by resvg, pictures by Pillow.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import resvg_py
from PIL import Image

from emocam.errors import PackError
from emocam.stage import vector
from emocam.stage.artwork import Animation, Artwork, Drawing, Still
from emocam.stage.colour import Bytes, rgb_to_ycc
from emocam.stage.raster import Layer
from emocam.stage.svg_grammar import NotListedError
from emocam.stage.vector import Values, Vector


@dataclass(frozen=True, slots=True)
class Sprite:
    """Pixels, no larger than they are shown.

    Attributes:
        frames: RGBA, straight alpha, uint8, shape (H, W, 4); one, or those of an animation.
        animation: says which frame is shown when; None for a still.
    """

    frames: tuple[Bytes, ...]
    animation: Animation | None = None

    def frame(self, time: float) -> int:
        """The number of the frame to show, ``time`` seconds after the first."""
        return 0 if self.animation is None else self.animation.index(time)

    def turned(self) -> Sprite:
        """The same pixels in the colours of :func:`.colour.rgb_to_ycc`."""
        return Sprite(tuple(rgb_to_ycc(frame) for frame in self.frames), self.animation)


Subject = Vector | Sprite


def prepare(artwork: Artwork, side: int) -> Subject:
    """Make artwork ready for a square of ``side`` pixels.

    Raises:
        PackError: if it cannot be drawn.
    """
    if isinstance(artwork, Drawing):
        try:
            return vector.parse(artwork.svg)
        except NotListedError:
            return Sprite((_by_resvg(artwork.svg, side),))
    if isinstance(artwork, Still):
        return Sprite((_fit(Image.fromarray(artwork.pixels), side),))
    frames = tuple(_fit(Image.fromarray(frame), side) for frame in artwork.frames)
    return Sprite(frames, artwork)


def weight(subject: Subject) -> int:
    """The bytes that a subject takes."""
    if isinstance(subject, Vector):
        return subject.values.nbytes + len(subject.template)
    return sum(frame.nbytes for frame in subject.frames)


def layer(
    subject: Subject,
    side: int,
    values: Values | None = None,
    blink: float = 0.0,
    frame: int = 0,
    size: float = 1.0,
    opacity: float = 1.0,
) -> Layer:
    """A subject in its square, which it fills as far as its proportions allow, in the middle.

    Args:
        side: of the square, in pixels.
        values: the numbers to draw a drawing with; its own if None.
        blink: how far the eyes of a drawing are closed, 0..1.
        frame: which frame of a sprite.
        size: share of the full size, seen from the middle of the lower edge.
    """
    if isinstance(subject, Vector):
        width, height = subject.width, subject.height
        source: str | Bytes = subject.text(subject.values if values is None else values, blink)
        scale = side / max(width, height)
    else:
        source = subject.frames[frame]
        height, width = source.shape[:2]
        scale = side / max(width, height)
    top = (side - height * scale) / 2
    left = (side - width * scale * size) / 2
    return Layer(source, scale * size, left, top * size + side * (1 - size), opacity)


def _by_resvg(svg: str, side: int) -> Bytes:
    """An SVG as pixels. resvg is written in Rust and given no system fonts."""
    try:
        png = resvg_py.svg_to_bytes(svg_string=svg, width=side, height=side, skip_system_fonts=True)
        drawing = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
    except (ValueError, OSError, Image.DecompressionBombError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise PackError(f"The SVG cannot be drawn: {reason:.200}", "Mend the SVG") from None
    return _fit(drawing, side)


def _fit(picture: Image.Image, side: int) -> Bytes:
    """The picture, smaller if it is larger than a square; :func:`layer` makes it larger."""
    if max(picture.size) > side:
        scale = side / max(picture.size)
        width, height = (max(1, round(length * scale)) for length in picture.size)
        # Pillow weighs colours with their alpha while it scales: no dark rims.
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    return np.ascontiguousarray(picture)
