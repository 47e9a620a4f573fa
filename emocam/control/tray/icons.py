"""The icon's pictures, told apart by shape as well as colour; drawn here, so no files to lose.

Imported by the tray's own process alone, which needs Pillow for pystray in any case.
"""

from __future__ import annotations

from functools import cache

from PIL import Image, ImageDraw

from emocam.control.tray.look import Shape

#: Side of the picture in pixels; hosts scale it down to 16 to 48.
SIDE = 64
_FINE = 4  # drawn so many times larger, then made smooth

_Box = tuple[float, float, float, float]

_YELLOW, _GREY, _BLUE, _RED = "#ffcc33", "#c8ccd0", "#4a90d9", "#e0352b"
_INK, _WHITE = "#20262e", "#ffffff"


@cache
def icon(shape: Shape) -> Image.Image:
    """The picture of a state.

    Returns:
        RGBA, :data:`SIDE` pixels wide and high, transparent around the shape.
    """
    picture = Image.new("RGBA", (SIDE * _FINE, SIDE * _FINE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    _DRAW[shape](pen)
    return picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def _box(left: float, top: float, right: float, bottom: float) -> _Box:
    return (left * _FINE, top * _FINE, right * _FINE, bottom * _FINE)


def _line(width: float) -> int:
    return round(width * _FINE)


def _watched(pen: ImageDraw.ImageDraw) -> None:
    """A full, smiling disc: somebody sees it."""
    pen.ellipse(_box(3, 3, 61, 61), fill=_YELLOW, outline=_INK, width=_line(4))
    for left in (18, 37):
        pen.ellipse(_box(left, 19, left + 9, 32), fill=_INK)
    pen.arc(_box(16, 20, 48, 50), 20, 160, fill=_INK, width=_line(5))


def _idle(pen: ImageDraw.ImageDraw) -> None:
    """An empty ring: ready, and nobody looks."""
    pen.ellipse(_box(3, 3, 61, 61), fill=_INK)
    pen.ellipse(_box(6, 6, 58, 58), fill=_GREY)
    pen.ellipse(_box(16, 16, 48, 48), fill=_INK)
    pen.ellipse(_box(19, 19, 45, 45), fill=(0, 0, 0, 0))


def _paused(pen: ImageDraw.ImageDraw) -> None:
    """A square with two bars."""
    pen.rounded_rectangle(
        _box(4, 4, 60, 60), radius=8 * _FINE, fill=_BLUE, outline=_WHITE, width=_line(3)
    )
    for left in (19, 36):
        pen.rectangle(_box(left, 17, left + 9, 47), fill=_WHITE)


def _attention(pen: ImageDraw.ImageDraw) -> None:
    """A triangle with an exclamation mark."""
    corners = [(32, 2), (63, 60), (1, 60)]
    pen.polygon([(x * _FINE, y * _FINE) for x, y in corners], fill=_RED, outline=_WHITE)
    pen.rounded_rectangle(_box(28, 20, 36, 42), radius=3 * _FINE, fill=_WHITE)
    pen.ellipse(_box(28, 46, 36, 54), fill=_WHITE)


_DRAW = {
    Shape.WATCHED: _watched,
    Shape.IDLE: _idle,
    Shape.PAUSED: _paused,
    Shape.ATTENTION: _attention,
}
