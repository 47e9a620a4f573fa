"""A layout that puts its widgets side by side and breaks the row where the window ends."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

GAP = 6


class Flow(QLayout):
    """Rows of widgets, from where a line begins in the user's language."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's name
        """As QLayout has it."""
        self._items.append(item)

    def count(self) -> int:
        """As QLayout has it."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """As QLayout has it."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """As QLayout has it."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802
        """As QLayout has it."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """As QLayout has it."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """As QLayout has it."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, area: QRect) -> None:  # noqa: N802
        """As QLayout has it."""
        super().setGeometry(area)
        self._place(area, move=True)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As QLayout has it."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802
        """The largest of its widgets: one at least fits in a row."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size.grownBy(QMargins(0, 0, 0, 0))

    def _place(self, area: QRect, *, move: bool) -> int:
        """Put everything in its place; returns the height that it takes."""
        x = y = height = 0
        parent = self.parentWidget()
        turned = parent is not None and parent.isRightToLeft()
        for item in self._items:
            size = item.sizeHint()
            if x and x + size.width() > area.width():
                x, y, height = 0, y + height + GAP, 0
            if move:
                left = area.right() + 1 - x - size.width() if turned else area.left() + x
                item.setGeometry(QRect(QPoint(left, area.top() + y), size))
            x += size.width() + GAP
            height = max(height, size.height())
        return y + height
