"""Small parts that several pages are made of."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QFrame,
    QGroupBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from emocam.window.look import of_palette

#: Signs that say the same as a colour does.
SIGNS = {"ok": "✓", "warning": "!", "problem": "✗"}


class _Inner(QWidget):
    """As high as its words need in the width that they have; Qt would take the least width."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As QWidget has it."""
        size, parent, layout = super().minimumSizeHint(), self.parentWidget(), self.layout()
        if parent is None or layout is None:
            return size
        width = max(parent.width(), size.width())
        return QSize(size.width(), layout.totalHeightForWidth(width))


class Page(QScrollArea):
    """A page that scrolls where text is large; put things into :attr:`body`.

    Args:
        title: of the page, shown above it and told to a screen reader.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        inner = _Inner()
        whole = QVBoxLayout(inner)
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        whole.addLayout(self.body)
        margins = whole.contentsMargins()
        #: Pixels of its width that are no room.
        self.edges = margins.left() + margins.right()
        whole.addStretch(1)
        heading = QLabel(title)
        font = heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setBold(True)
        heading.setFont(font)
        heading.setWordWrap(True)
        self.body.addWidget(lead(heading))
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(title)
        # Its controls take the focus; the page itself only scrolls.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def opened(self) -> None:
        """The page has come to the front."""

    def closed(self) -> None:
        """The page is not seen any more."""


def lead(label: QLabel) -> QLabel:
    """Have words begin where lines begin in the window's language, whatever they are written in."""
    turned = label.layoutDirection() == Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if turned else Qt.AlignmentFlag.AlignLeft
    label.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)
    return label


def text(words: str = "", *, quiet: bool = False) -> QLabel:
    """Words that wrap, can be marked, and are read as they stand."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    if quiet:
        tint(label, "quiet")
    return lead(label)


def tint(label: QWidget, colour: str) -> None:
    """Give words one of the window's own colours: ``ok``, ``warning``, ``problem``, ``quiet``."""
    label.setStyleSheet(f"color: {of_palette(label.palette())[colour]}")


def untint(label: QWidget) -> None:
    """Give words the desktop's colour."""
    label.setStyleSheet("")


def button(words: str, says: str = "", hint: str = "") -> QPushButton:
    """A button.

    Args:
        words: on it; ``&`` marks the letter that works with Alt.
        says: its name for a screen reader, where that differs from the words.
        hint: what it does, in a sentence.
    """
    made = QPushButton(words)
    made.setAccessibleName(says or words.replace("&", ""))
    made.setAccessibleDescription(hint)
    made.setToolTip(hint)
    made.setAutoDefault(False)
    return made


def group(title: str) -> QGroupBox:
    """A box with a title, which a screen reader says for what is in it."""
    box = QGroupBox(title)
    box.setAccessibleName(title)
    return box


def titled(title: str) -> tuple[QWidget, QGroupBox]:
    """A box below a title that wraps, which that of a group does not.

    Returns:
        Both together, for the page, and the box, for what is to be in it.
    """
    whole, box, heading = QWidget(), group(""), text(title)
    box.setAccessibleName(title)
    box.setObjectName("untitled")
    lines = QVBoxLayout(whole)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(3)
    lines.addWidget(heading)
    lines.addWidget(box)
    return whole, box


def has_emoji() -> bool:
    """Whether the machine has a font of emoji; without one there are only empty boxes."""
    return any("emoji" in family.lower() for family in QFontDatabase.families())
