"""A layout that puts its widgets side by side and breaks the row where the window ends."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

GAP = 6


class Flow(QLayout):
    """Rows of widgets, from where a line begins in the user's language.

    Args:
        parent: as for every layout.
        grows: whether the first widget takes the room that the others leave it in its row.
    """

    def __init__(self, parent: QWidget | None = None, *, grows: bool = False) -> None:
        super().__init__(parent)
        self._grows = grows
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
        parent = self.parentWidget()
        turned = parent is not None and parent.isRightToLeft()
        y = 0
        for row in self._rows(area.width()):
            height = max(size.height() for _, size in row)
            x = 0
            for item, size in row if move else ():
                left = area.right() + 1 - x - size.width() if turned else area.left() + x
                top = area.top() + y + (height - size.height()) // 2
                item.setGeometry(QRect(QPoint(left, top), size))
                x += size.width() + GAP
            y += height + GAP
        return max(0, y - GAP)

    def _rows(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """What stands in each row, and how large."""
        rows: list[list[tuple[QLayoutItem, QSize]]] = []
        items = [item for item in self._items if not _hidden(item)]
        rest = sum(item.sizeHint().width() + GAP for item in items[1:])
        room = 0
        for number, item in enumerate(items):
            wide = min(item.sizeHint().width(), max(width, item.minimumSize().width()))
            if self._grows and number == 0:
                beside = width - rest
                wide = beside if beside >= item.minimumSize().width() else max(width, wide)
            high = item.heightForWidth(wide) if item.hasHeightForWidth() else -1
            if not rows or wide > room:
                rows.append([])
                room = width
            rows[-1].append((item, QSize(wide, high if high >= 0 else item.sizeHint().height())))
            room -= wide + GAP
        return rows


def _hidden(item: QLayoutItem) -> bool:
    """Whether a widget was hidden; before a window is shown, those that will be are not."""
    widget = item.widget()
    asked = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
    return widget is not None and widget.isHidden() and widget.testAttribute(asked)
