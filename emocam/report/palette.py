"""Colours and patterns that are told apart without colour vision, and in grey print.

The colours are those of Okabe and Ito, "Color Universal Design", 2008 (also Wong, "Points of view:
Color blindness", Nature Methods 8, 2011), and a light grey for neutral. Each expression also has a
pattern of its own, so that no colour is needed at all.
"""

from __future__ import annotations

from dataclasses import dataclass

#: From the bottom of the chart to its top: what is pleasant grows from below, the rest from above.
STACK = (
    "happiness",
    "surprise",
    "neutral",
    "contempt",
    "fear",
    "disgust",
    "anger",
    "sadness",
)


#: The same for a class, whose negative expressions are one, and who may not be there.
CLASS_STACK = ("happiness", "surprise", "neutral", "negative", "none")


@dataclass(frozen=True, slots=True)
class Fill:
    """How an area is filled.

    Attributes:
        colour: of the ground, as ``#rrggbb``.
        ink: of the pattern.
        shape: SVG path data of the pattern in a tile of 8 x 8 units; empty for none.
    """

    colour: str
    ink: str
    shape: str = ""


FILLS = {
    "happiness": Fill("#f0e442", "#5f5900", "M1 3q3 4 6 0"),
    "surprise": Fill("#56b4e9", "#0b3d59", "M2 2h2v2h-2zM6 6h2v2h-2z"),
    "neutral": Fill("#e4e4e4", "#6e6e6e"),
    "contempt": Fill("#e69f00", "#5c3f00", "M0 4h8"),
    "fear": Fill("#cc79a7", "#4f1f3a", "M4 0v8"),
    "disgust": Fill("#009e73", "#d7fff3", "M0 4h8M4 0v8"),
    "anger": Fill("#d55e00", "#ffe3cf", "M-2 6l4 -4M0 8l8 -8M6 10l4 -4"),
    "negative": Fill("#0072b2", "#d4efff", "M-2 2l4 4M0 0l8 8M6 -2l4 4"),
    "none": Fill("#ffffff", "#8a8a8a", "M3 4h2"),
    "sadness": Fill("#0072b2", "#d4efff", "M-2 2l4 4M0 0l8 8M6 -2l4 4"),
}

#: Lines: colour on white, colour on black, and how they are dashed.
SCREEN = ("#0072b2", "#56b4e9", "")
PRESENT = ("#a34700", "#e69f00", "5 4")


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0..1 (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1..21 (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
