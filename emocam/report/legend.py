"""What areas are filled with, and samples of areas and lines for the keys of charts."""

from __future__ import annotations

from emocam.report import svg
from emocam.report.charts import Curve
from emocam.report.palette import FILLS


def patterns() -> str:
    """The fills that both charts and the legend refer to; once a page."""
    made = []
    for name, fill in FILLS.items():
        ground = svg.tag("rect", width=8, height=8, fill=fill.colour)
        ink = (
            svg.tag("path", d=fill.shape, stroke=fill.ink, stroke_width=1.4, fill="none")
            if fill.shape
            else ""
        )
        made.append(
            svg.tag(
                "pattern",
                ground + ink,
                id=f"fill-{name}",
                width=8,
                height=8,
                patternUnits="userSpaceOnUse",
            )
        )
    defs = svg.tag("defs", "".join(made))
    return svg.tag("svg", defs, width=0, height=0, aria_hidden="true", class_="patterns")


def swatch(name: str) -> str:
    """A sample of an expression's fill, for the legend."""
    box = svg.tag("rect", width=24, height=16, fill=f"url(#fill-{name})", class_="outline")
    return svg.tag("svg", box, viewBox="0 0 24 16", class_="swatch", aria_hidden="true")


def key(curve: Curve) -> str:
    """A sample of a line, for the legend."""
    line = svg.tag("path", d="M0 6H42", class_=f"line {curve.style}")
    return svg.tag("svg", line, viewBox="0 0 42 12", class_="key", aria_hidden="true")
