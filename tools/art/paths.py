"""Points and cubic curves, and how they are written as path data.

The drawing's unit is that of its viewBox, 512 wide and high; y grows downwards. A curve is a list
of points: a start, then three for each cubic.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

Point = tuple[float, float]
Curve = Sequence[Point]
#: Moves a point: a turn of the head, or a tilt.
Bend = Callable[[Point], Point]

#: Handle length of a cubic that follows a quarter of a circle.
ROUND = 0.5523


def number(value: float) -> str:
    """One digit after the point is a 2000th of the picture's width; no minus zero."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _words(points: Iterable[Point]) -> str:
    return " ".join(f"{number(x)} {number(y)}" for x, y in points)


def opened(curve: Curve) -> str:
    """Path data of a curve that is not closed."""
    cubics = (curve[i : i + 3] for i in range(1, len(curve), 3))
    return f"M{_words(curve[:1])}" + "".join(f" C{_words(cubic)}" for cubic in cubics)


def closed(curve: Curve) -> str:
    """Path data of a curve that ends where it started."""
    return opened(curve) + " Z"


def lines(*ends: tuple[Point, Point]) -> str:
    """Path data of single straight lines."""
    return " ".join(f"M{_words([a])} L{_words([b])}" for a, b in ends)


def joined(there: Curve, back: Curve) -> list[Point]:
    """The closed curve along ``there`` and home along ``back`` (given in the same direction)."""
    return [*there, *list(back)[::-1][1:]]


def blob(x: float, y: float, rx: float, ry: float, k: float = ROUND) -> list[Point]:
    """A closed curve of four cubics around a centre; k 0.5523: ellipse, more: squarer."""
    return [
        (x - rx, y), (x - rx, y - ry * k), (x - rx * k, y - ry),
        (x, y - ry), (x + rx * k, y - ry), (x + rx, y - ry * k),
        (x + rx, y), (x + rx, y + ry * k), (x + rx * k, y + ry),
        (x, y + ry), (x - rx * k, y + ry), (x - rx, y + ry * k), (x - rx, y),
    ]  # fmt: skip


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    """Two cubics along an ellipse from one angle to another, in radians, clockwise on screen."""
    middle = (start + end) / 2
    first = _cubic(x, y, rx, ry, start, middle)
    return [*first, *_cubic(x, y, rx, ry, middle, end)[1:]]


def _cubic(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    handle = 4 / 3 * math.tan((end - start) / 4)

    def at(angle: float, along: float) -> Point:
        c, s = math.cos(angle), math.sin(angle)
        return x + rx * (c - along * s), y + ry * (s + along * c)

    return [at(start, 0), at(start, handle), at(end, -handle), at(end, 0)]


def between(one: Curve, other: Curve, share: float) -> list[Point]:
    """The curve that lies at a share of the way from one to the other."""
    return [
        (ax + (bx - ax) * share, ay + (by - ay) * share)
        for (ax, ay), (bx, by) in zip(one, other, strict=True)
    ]


def part(cubic: Curve, start: float, end: float) -> list[Point]:
    """The piece of one cubic between two shares of it (de Casteljau's construction)."""

    def blossom(*shares: float) -> Point:
        points = list(cubic)
        for share in shares:
            points = [
                (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
                for a, b in pairwise(points)
            ]
        return points[0]

    return [
        blossom(start, start, start),
        blossom(start, start, end),
        blossom(start, end, end),
        blossom(end, end, end),
    ]


def point_at(cubic: Curve, share: float) -> Point:
    """The point of one cubic at a share of it."""
    return part(cubic, share, share)[0]


def tapered(curve: Curve, widths: Sequence[float]) -> list[Point]:
    """The closed outline of a brush stroke along a curve; one width for each of its points."""
    upper, lower = [], []
    for index, (x, y) in enumerate(curve):
        (ax, ay), (bx, by) = curve[max(index - 1, 0)], curve[min(index + 1, len(curve) - 1)]
        length = math.hypot(bx - ax, by - ay) or 1
        nx, ny = (by - ay) / length * widths[index] / 2, (ax - bx) / length * widths[index] / 2
        upper.append((x + nx, y + ny))
        lower.append((x - nx, y - ny))
    # a straight cubic at the far end keeps the outline in cubics
    cap = between([upper[-1]] * 3, [lower[-1]] * 3, 1)
    home = [lower[0], upper[0], upper[0]]
    return [*upper, *cap, *lower[::-1][1:], *home]


def mirrored(curve: Curve) -> list[Point]:
    """The same curve on the other side of the picture."""
    return [(512 - x, y) for x, y in curve]


def moved(curve: Curve, bend: Bend) -> list[Point]:
    """Every point of a curve moved."""
    return [bend(point) for point in curve]


def turned(degrees: float, x: float = 256, y: float = 256) -> Bend:
    """A turn of the picture about a point, clockwise on screen."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return lambda p: (x + (p[0] - x) * c - (p[1] - y) * s, y + (p[0] - x) * s + (p[1] - y) * c)


def on_ball(yaw: float, pitch: float, radius: float = 250) -> Bend:
    """What a turn of a ball does to the points of the picture on its front.

    Args:
        yaw: degrees, to the right of the picture.
        pitch: degrees, downwards.
        radius: of the ball around the middle of the picture.
    """

    def turn(offset: float, degrees: float) -> float:
        angle = math.asin(max(-1.0, min(1.0, offset / radius))) + math.radians(degrees)
        return radius * math.sin(angle)

    return lambda p: (256 + turn(p[0] - 256, yaw), 256 + turn(p[1] - 256, pitch))
