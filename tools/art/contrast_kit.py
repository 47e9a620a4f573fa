"""How the pack "Contrast" is drawn: flat shapes for eyes that see little.

Ink is black, every paint is light, and no two paints touch: so each edge inside a picture is one
of ink and paint, at 7:1 or better. Around each picture lies a white line around the ink, so that
its outline is such an edge on every background. Each expression has an outline of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

from tools.art.paths import Point, blob, closed, number

INK = "#000000"
WHITE = "#ffffff"
YELLOW = "#ffdf1f"
SKY = "#8fe3ff"
ORANGE = "#ffb05c"
ROSE = "#ffb3c6"

#: Widths around a shape: half of each lies outside it.
HALO = 62
OUTLINE = 42


def document(parts: str) -> str:
    """The SVG text around the parts; white lines come first, so that none lies on a paint."""
    kept = parts.splitlines()
    kept.sort(key=lambda part: "-halo" not in part)
    body = "\n".join(kept)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">\n{body}\n</svg>\n'


def shape(name: str, *outlines: str, paint: str = YELLOW) -> str:
    """Outer shapes that become one: white around ink around paint."""
    whole = " ".join(outlines)
    edge = 'stroke-linejoin="round"'
    return f"""  <path id="{name}-halo" fill="{WHITE}" stroke="{WHITE}" stroke-width="{HALO}" {edge} d="{whole}"/>
  <path id="{name}-ink" fill="{INK}" stroke="{INK}" stroke-width="{OUTLINE}" {edge} d="{whole}"/>
  <path id="{name}-paint" fill="{paint}" d="{whole}"/>
"""


def tube(name: str, data: str, width: float, paint: str = WHITE) -> str:
    """An outer shape that is a thick line with round ends."""
    return (
        stroke(f"{name}-halo", data, width + HALO, WHITE)
        + stroke(f"{name}-ink", data, width + OUTLINE)
        + stroke(f"{name}-paint", data, width, paint)
    )


def stroke(name: str, data: str, width: float = 30, colour: str = INK) -> str:
    """A line with round ends."""
    return (
        f'  <path id="{name}" fill="none" stroke="{colour}" stroke-width="{number(width)}" '
        f'stroke-linecap="round" stroke-linejoin="round" d="{data}"/>\n'
    )


def solid(name: str, data: str, colour: str = INK) -> str:
    """A filled shape."""
    return f'  <path id="{name}" fill="{colour}" d="{data}"/>\n'


def disc(name: str, x: float, y: float, radius: float, colour: str = INK) -> str:
    """A filled circle."""
    return solid(name, closed(blob(x, y, radius, radius)), colour)


def polygon(points: Iterable[Point]) -> str:
    """Path data of straight lines around a shape."""
    return "M" + " L".join(f"{number(x)} {number(y)}" for x, y in points) + " Z"


def around(count: int, *radii: float, y: float = 256) -> list[Point]:
    """Points around the middle, the radii in turns, the first one upwards."""
    steps = count * len(radii)
    return [
        (
            256 + radii[i % len(radii)] * math.sin(2 * math.pi * i / steps),
            y - radii[i % len(radii)] * math.cos(2 * math.pi * i / steps),
        )
        for i in range(steps)
    ]


def petals(count: int, inner: float, outer: float) -> str:
    """A flower: round lobes between points on a circle."""
    points = around(count, inner)
    points.append(points[0])
    curve = [points[0]]
    for a, b in pairwise(points):
        share = outer / inner
        ax, ay = 256 + (a[0] - 256) * share, 256 + (a[1] - 256) * share
        bx, by = 256 + (b[0] - 256) * share, 256 + (b[1] - 256) * share
        curve += [(ax, ay), (bx, by), b]
    return closed(curve)


def eyes(y: float, rx: float, ry: float, apart: float = 76, shift: float = 0) -> str:
    """Two ink eyes."""
    return "".join(
        solid(f"eye-{side}", closed(blob(256 + shift + sign * apart, y, rx, ry)))
        for side, sign in (("left", -1), ("right", 1))
    )


def rings(y: float, radius: float, pupil: float, apart: float = 82) -> str:
    """Two wide-open eyes."""
    return "".join(
        disc(f"eye-{side}", 256 + sign * apart, y, radius)
        + disc(f"white-{side}", 256 + sign * apart, y, radius - 16, WHITE)
        + disc(f"pupil-{side}", 256 + sign * apart, y, pupil)
        for side, sign in (("left", -1), ("right", 1))
    )
