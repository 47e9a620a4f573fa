"""Pieces of SVG as text. Pure; numbers are rounded to what a screen can show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

Point = tuple[float, float]


def number(value: float) -> str:
    """A coordinate with two decimals at most.

    Raises:
        ValueError: if it is none: a chart with NaN in it shows nothing and says nothing.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} is no coordinate")
    return f"{value:.2f}".rstrip("0").rstrip(".") if round(value, 2) else "0"


def tag(name: str, content: str = "", **attributes: str | float | None) -> str:
    """An element; ``class_`` stands for ``class`` and other ``_`` for ``-``. None leaves out.

    Args:
        name: of the element.
        content: what stands in it, as SVG already.
        attributes: values are escaped here.
    """
    parts = []
    for key, value in attributes.items():
        if value is None:
            continue
        text = number(value) if isinstance(value, int | float) else escape(value, quote=True)
        parts.append(f' {key.rstrip("_").replace("_", "-")}="{text}"')
    return (
        f"<{name}{''.join(parts)}>{content}</{name}>" if content else f"<{name}{''.join(parts)}/>"
    )


def text(words: str, x: float, y: float, **attributes: str | float | None) -> str:
    """A line of text."""
    return tag("text", escape(words), x=x, y=y, **attributes)


def path(points: Sequence[Point], *, close: bool = False) -> str:
    """Path data through these points."""
    steps = [f"{number(x)} {number(y)}" for x, y in points]
    return f"M{'L'.join(steps)}{'Z' if close else ''}" if steps else ""


def steps(left: Sequence[float], right: float, heights: Sequence[float]) -> list[Point]:
    """The outline of steps: each from its left edge to that of the next, the last to ``right``."""
    found: list[Point] = []
    for i, (x, y) in enumerate(zip(left, heights, strict=True)):
        end = left[i + 1] if i + 1 < len(left) else right
        found += [(x, y), (end, y)]
    return found


def clock(seconds: float) -> str:
    """A time as ``1:05:09``, or ``5:09`` below an hour."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def ticks(end: float, most: int = 10) -> list[float]:
    """Round times from 0 to ``end`` for an axis: at most ``most`` and one."""
    for step in (15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200):
        if end / step <= most:
            break
    return [float(i * step) for i in range(math.floor(end / step) + 1)]
