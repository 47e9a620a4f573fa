"""The window itself: a list of pages, the page, and a line that says what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QProcess, Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from emocam.control.child import command
from emocam.errors import EmoCamError
from emocam.settings import Settings
from emocam.window.link import Link
from emocam.window.pages.view import ViewPage
from emocam.window.parts import Page, button, text, tint
from emocam.words import _


@dataclass(frozen=True, slots=True)
class Start:
    """How the window begins.

    Attributes:
        settings: as the file has them, until a run says what it has.
        arguments: for ``emocam run``, should the user start one here.
        language: in which emoji are spoken.
        page: to begin with; empty for the first.
    """

    settings: Settings
    arguments: tuple[str, ...]
    language: str
    page: str = ""


class MainWindow(QMainWindow):
    """The window.

    Args:
        link: to the run; not started yet.
        start: how it begins.
    """

    def __init__(self, link: Link, start: Start) -> None:
        super().__init__()
        self._link, self._start = link, start
        self.setWindowTitle("EmoCam")
        self._view = ViewPage(start.language)
        self._view.configure(start.settings)
        self._view.wanted.connect(self._ask)
        self._pages: dict[str, Page] = {"view": self._view}
        self._list, self._stack = QListWidget(), QStackedWidget()
        for title, page in zip((_("What others see"),), self._pages.values(), strict=True):
            self._list.addItem(title)
            self._stack.addWidget(page)
        self._lay_out()
        self._connect()
        self.open_page(start.page or "view")

    # -- from the link ----------------------------------------------------------------------------

    def take_status(self, status: object) -> None:
        """Show how things stand in the run."""
        assert isinstance(status, Mapping)
        self._absent.hide()
        self._view.show_status(status)

    def take_end(self, error: object) -> None:
        """Show that there is no run."""
        assert isinstance(error, EmoCamError)
        self._view.show_status(None)
        self._absent_words.setText(_("EmoCam does not run, so the others see nothing of it."))
        self._absent_words.setToolTip(str(error))
        self._absent_button.setEnabled(True)
        self._absent.show()

    def come(self, page: str) -> None:
        """Come to the front, as another start of the window asks."""
        if page:
            self.open_page(page)
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # -- pages ------------------------------------------------------------------------------------

    def open_page(self, name: str) -> None:
        """Go to a page; one that is not known changes nothing."""
        if name in self._pages:
            self._list.setCurrentRow(list(self._pages).index(name))

    def _turn(self, row: int) -> None:
        before = self._stack.currentWidget()
        self._stack.setCurrentIndex(row)
        after = self._stack.currentWidget()
        if isinstance(before, Page) and before is not after:
            before.closed()
        if isinstance(after, Page):
            after.opened()

    # -- actions ----------------------------------------------------------------------------------

    def _ask(self, action: str, arguments: Mapping[str, str]) -> None:
        self._problem.hide()
        self._link.ask(action, arguments, self.take_status, self._tell)

    def _tell(self, error: EmoCamError) -> None:
        """Show what went wrong, and what mends it, until the next action."""
        self._problem.setText(str(error))
        self._problem.show()

    def _begin(self) -> None:
        """Start a run."""
        program, *arguments = command("emocam", "run", "--wait", *self._start.arguments)
        started = QProcess.startDetached(program, arguments)
        ok = started[0] if isinstance(started, tuple) else started
        if ok:
            self._absent_words.setText(_("EmoCam is starting …"))
            self._absent_button.setEnabled(False)
        else:
            self._absent_words.setText(_("EmoCam could not be started. Start it with: emocam run"))

    # -- the frame --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._list.setAccessibleName(_("Pages"))
        self._list.setAccessibleDescription(_("Choose a page with the arrow keys"))
        self._list.setSizePolicy(
            self._list.sizePolicy().horizontalPolicy(), self._stack.sizePolicy().verticalPolicy()
        )
        self._list.setWordWrap(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        wide = self._list.sizeHintForColumn(0) + 4 * self._list.frameWidth() + 24
        self._list.setFixedWidth(min(max(wide, 120), 320))
        self._absent = QWidget()
        self._absent_words = text()
        self._absent_button = button(_("S&tart EmoCam"), hint=_("Starts the camera EmoCam"))
        self._absent_button.clicked.connect(self._begin)
        line = QHBoxLayout(self._absent)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._absent_words, 1)
        line.addWidget(self._absent_button)
        self._absent.hide()
        self._problem = text()
        self._problem.setAccessibleName(_("What went wrong"))
        tint(self._problem, "problem")
        self._problem.hide()
        right = QVBoxLayout()
        right.addWidget(self._absent)
        right.addWidget(self._problem)
        right.addWidget(self._stack, 1)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.addWidget(self._list)
        row.addLayout(right, 1)
        self.setCentralWidget(whole)
        self.resize(880, 720)

    def _connect(self) -> None:
        self._list.currentRowChanged.connect(self._turn)
        self._link.status.connect(self.take_status)
        self._link.gone.connect(self.take_end)
        self._link.called.connect(self.come)
        for keys in (QKeySequence.StandardKey.Close, QKeySequence.StandardKey.Quit):
            QShortcut(QKeySequence(keys), self, self.close)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """End what the pages have started."""
        for page in self._pages.values():
            page.closed()
        super().closeEvent(event)
