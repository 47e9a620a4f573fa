"""What makes one face of the pack "Classic" differ from another: numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from tools.art.paths import Curve, Point, blob

INK = "#2b1d3a"
WHITE = "#ffffff"


@dataclass(frozen=True)
class Skin:
    """Colours of a head: where light falls, its own, in shade, its rim, lids, cheeks."""

    light: str
    base: str
    deep: str
    rim: str
    lid: str
    cheek: str
    blush: float = 0.5


@dataclass(frozen=True)
class Eye:
    """One eye, as the left one of the picture; lids as shares of its height from the top.

    ``lid`` and ``low`` are the heights of the lid's edge at the outer end, in the middle and at
    the inner end. ``arch`` bends the lash line of a shut eye: 1 hangs down (asleep), -1 is lifted
    (laughing).
    """

    rx: float = 50
    ry: float = 60
    lid: tuple[float, float, float] = (0.26, 0.0, 0.26)
    low: tuple[float, float, float] = (0.8, 1.0, 0.8)
    pupil: tuple[float, float, float, float] = (0, 2, 31, 37)
    shut: bool = False
    arch: float = 1
    ink: str = WHITE
    square: float = 0.5523
    inward: float = 0
    lash: float = 14
    """Width of the line along the upper lid; 0 for eyes that are no eyes, which do not blink."""


@dataclass(frozen=True)
class Mouth:
    """Upper and lower lip from left to right, and what is behind them."""

    upper: Curve
    lower: Curve
    teeth: float = 0
    """The share of the opening that the upper teeth fill."""
    lines: float = 0
    """Width of the lines between clenched teeth."""
    tongue: float = 0
    """Height of the tongue over the lower lip."""
    width: float = 20
    """Of the lips' line."""


def smile(
    half: float, y: float, top: float, bottom: float, corner: float = 0.5, x: float = 256
) -> Mouth:
    """A symmetric mouth: half-width, height of the corners, and how far the lips go down."""
    return Mouth(lip(half, y, top, corner, x), lip(half, y, bottom, corner, x))


def lip(half: float, y: float, sag: float, corner: float = 0.5, x: float = 256) -> list[Point]:
    """One lip from corner to corner; sag is downwards, corner the length of the handles there."""
    return [
        (x - half, y), (x - half * (1 - corner * 0.3), y + sag * corner * 1.4),
        (x - half * 0.5, y + sag), (x, y + sag), (x + half * 0.5, y + sag),
        (x + half * (1 - corner * 0.3), y + sag * corner * 1.4), (x + half, y),
    ]  # fmt: skip


def oval(rx: float, ry: float, y: float) -> Mouth:
    """A round mouth."""
    around = blob(256, y, rx, ry)
    return Mouth(around[:7], around[6:][::-1])


@dataclass(frozen=True)
class Face:
    """Everything that differs between two faces."""

    skin: Skin
    brow: Curve
    mouth: Mouth
    eye: Eye = field(default_factory=Eye)
    eye_right: Eye | None = None
    brow_right: Curve | None = None
    brow_width: float = 27
    nose: float = 0
    """How deep the wrinkles beside the nose are, 0..1."""
    tongue_out: tuple[float, float, float, float] = (256, 372, 0, 0)
    drops: tuple[tuple[float, float, float], ...] = ()
    """At most two: x, y and size, on the left and on the right of the picture."""
    dots: float = 0
    """Radius of the three dots in the mouth's place."""
    yaw: float = 0
    pitch: float = 0
    roll: float = 0
    """How the head is turned: to the right, down, and tilted clockwise, in degrees."""
