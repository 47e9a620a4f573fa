"""The window's few colours of its own, and how far they stand out. Pure but for Qt's palette."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

#: The least contrast of text (WCAG 2.1, 1.4.3, level AA).
LEAST = 4.5

#: For light and for dark backgrounds: what is well, what could be better, what is wrong.
_LIGHT = {"ok": "#0b6b2d", "warning": "#7a4b00", "problem": "#b00020", "quiet": "#595959"}
_DARK = {"ok": "#7ee29b", "warning": "#ffcf70", "problem": "#ffb3b8", "quiet": "#c4c4c4"}


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0..1 (WCAG 2.1)."""
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1..21 (WCAG 2.1)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def colours(background: str, text: str) -> Mapping[str, str]:
    """The colours that stand out from a background; its text's own where one would not.

    Args:
        background, text: of the palette, ``#rrggbb``.
    """
    chosen = _LIGHT if luminance(background) > 0.18 else _DARK
    return {
        name: colour if contrast(colour, background) >= LEAST else text
        for name, colour in chosen.items()
    }


def of_palette(palette: QPalette) -> Mapping[str, str]:
    """The colours for what stands on the window itself."""
    return colours(palette.window().color().name(), palette.windowText().color().name())


def scale(application: QApplication, percent: int) -> None:
    """Make all text larger or smaller than the desktop has it."""
    font = application.font()
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * percent / 100)
    else:
        font.setPixelSize(round(font.pixelSize() * percent / 100))
    application.setFont(font)


def is_dark(colour: QColor) -> bool:
    """Whether light text is read on it."""
    return luminance(colour.name()) < 0.18
