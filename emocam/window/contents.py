"""What pages there are: a list beside them, or one line above them where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QVBoxLayout, QWidget

from emocam.words import _

#: The least room of a page beside the list, in letters.
_LETTERS = 40


class Contents(QWidget):
    """The list of pages; its two forms have the same entry chosen."""

    turned = Signal(int)
    """The number of the page that is to be shown."""

    def __init__(self) -> None:
        super().__init__()
        self._list, self._line = QListWidget(), QComboBox()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        for each in (self._list, self._line):
            each.setAccessibleName(_("Pages"))
            each.setAccessibleDescription(_("Choose a page with the arrow keys"))
            whole.addWidget(each)
        self._line.view().setAccessibleName(_("Pages"))
        # On Linux Qt tells its value as its name, and as its label one that stands beside it.
        label = QLabel(_("Pages"), self)
        label.setBuddy(self._line)
        label.hide()
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._line.hide()
        self._list.currentRowChanged.connect(self._turn)
        self._line.activated.connect(self._list.setCurrentRow)

    @property
    def narrow(self) -> bool:
        """Whether it is one line."""
        return self._list.isHidden()

    def add(self, title: str) -> None:
        """Add a page."""
        letters = self._list.fontMetrics()
        self._list.addItem(title)
        with QSignalBlocker(self._line):
            self._line.addItem(title)
        last = self._list.item(self._list.count() - 1)
        last.setSizeHint(QSize(0, round(letters.height() * 2.2)))
        wide = letters.horizontalAdvance(title) + 36
        self._list.setFixedWidth(max(wide, self._list.minimumWidth()))

    def choose(self, row: int) -> None:
        """Go to a page."""
        self._list.setCurrentRow(row)

    def arrange(self, width: int) -> None:
        """Take the form that fits a window.

        Args:
            width: of the window, in pixels.
        """
        room = width - self._list.minimumWidth()
        narrow = room < _LETTERS * self._list.fontMetrics().averageCharWidth()
        if narrow == self.narrow:
            return
        before, after = (self._list, self._line) if narrow else (self._line, self._list)
        had = before.hasFocus()
        before.hide()
        after.show()
        if had:
            after.setFocus()

    def _turn(self, row: int) -> None:
        with QSignalBlocker(self._line):
            self._line.setCurrentIndex(row)
        self.turned.emit(row)
