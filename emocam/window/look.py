"""The window's few colours of its own, and how far they stand out. Pure but for Qt's palette."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

#: The least contrast of text (WCAG 2.1, 1.4.3, level AA).
LEAST = 4.5

#: For light and for dark backgrounds: what is well, what could be better, what is wrong, what says
#: less than the rest, and what has the keyboard.
_NAMES = ("ok", "warning", "problem", "quiet", "focus")
_LIGHT = dict(zip(_NAMES, ("#0b6b2d", "#7a4b00", "#b00020", "#595959", "#0842a0"), strict=True))
_DARK = dict(zip(_NAMES, ("#7ee29b", "#ffcf70", "#ffb3b8", "#c4c4c4", "#a8c7fa"), strict=True))


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


def ring_of(palette: QPalette) -> str:
    """The colour of the ring around what has the keyboard: the desktop's where it stands out."""
    own, background = palette.highlight().color().name(), palette.window().color().name()
    return own if contrast(own, background) >= LEAST else of_palette(palette)["focus"]


def scale(application: QApplication, percent: int) -> None:
    """Make all text larger or smaller than the desktop has it."""
    font = application.font()
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * percent / 100)
    else:
        font.setPixelSize(round(font.pixelSize() * percent / 100))
    application.setFont(font)


#: High contrast: what is written or drawn, on which ground.
HIGH = {
    "text": ("#ffffff", "#000000"),
    "button": ("#ffffff", "#000000"),
    "chosen": ("#000000", "#ffff00"),
    "focus": ("#ffff00", "#000000"),
    "disabled": ("#b8b8b8", "#000000"),
    "edge": ("#ffffff", "#000000"),
}
_EDGES = """
QPushButton, QLineEdit, QComboBox, QAbstractSpinBox, QListWidget {
    border: 2px solid #ffffff; padding: 3px 6px; background: #000000; color: #ffffff;
}
QPushButton:focus, QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus, QListWidget:focus,
QCheckBox:focus { border: 2px solid #ffff00; }
QPushButton:checked, QListWidget::item:selected { background: #ffff00; color: #000000; }
QPushButton:disabled, QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
    color: #b8b8b8; border-color: #b8b8b8;
}
QComboBox QLineEdit, QAbstractSpinBox QLineEdit { border: none; padding: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; }
QCheckBox::indicator { width: 12px; height: 12px; border: 2px solid #ffffff; }
QCheckBox::indicator:checked { background: #ffff00; }
QCheckBox::indicator:disabled { border-color: #b8b8b8; }
QCheckBox::indicator:checked:disabled { background: #b8b8b8; }
QScrollBar { background: #000000; border: 1px solid #ffffff; }
QScrollBar::handle { background: #ffffff; }
QGroupBox { border: 1px solid #ffffff; margin-top: 1.3em; padding-top: 0.4em; }
QGroupBox#untitled { margin-top: 0; padding-top: 0; }
QGroupBox::title { subcontrol-origin: margin; subcontrol-position: top left; }
"""


def heighten(application: QApplication) -> None:
    """Draw everything in high contrast."""
    palette = QPalette()
    roles, groups = QPalette.ColorRole, QPalette.ColorGroup
    text, ground = (QColor(colour) for colour in HIGH["text"])
    chosen_text, chosen = (QColor(colour) for colour in HIGH["chosen"])
    for role in (roles.Window, roles.Base, roles.AlternateBase, roles.Button, roles.ToolTipBase):
        palette.setColor(role, ground)
    texts = (roles.WindowText, roles.Text, roles.ButtonText, roles.ToolTipText, roles.BrightText)
    for role in texts:
        palette.setColor(role, text)
        palette.setColor(groups.Disabled, role, QColor(HIGH["disabled"][0]))
    palette.setColor(roles.Highlight, chosen)
    palette.setColor(roles.HighlightedText, chosen_text)
    # The style makes its edges and ticks from these.
    for role in (roles.Light, roles.Midlight, roles.Mid, roles.Dark, roles.Shadow):
        palette.setColor(role, text)
    application.setPalette(palette)
    application.setStyleSheet(_EDGES)
