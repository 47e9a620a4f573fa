"""The window itself: a list of pages, the page, and a line that says what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from emocam.errors import EmoCamError
from emocam.settings import Layers, LoadedSettings, Settings
from emocam.window import memory
from emocam.window.background import Background, camera_choices, pack_choices
from emocam.window.contents import Contents
from emocam.window.corners import CornersDialog
from emocam.window.keeper import Keeper, settings_of
from emocam.window.link import Link
from emocam.window.pages.about import HelpPage
from emocam.window.pages.expressions import ExpressionsPage
from emocam.window.pages.first import FirstPage
from emocam.window.pages.settings import SettingsPage
from emocam.window.pages.setup import SetupPage
from emocam.window.pages.view import ViewPage
from emocam.window.parts import Page, text, tint
from emocam.window.start import NoRun
from emocam.words import _

#: What can be chosen from for these settings, in the order in which it is asked for.
_OFFERED = ("camera.source", "avatar.pack")
#: What is told at most of a damaged settings file.
_TOLD = 3
#: The window at first, where the screen is that large.
_SIZE = QSize(880, 680)


@dataclass(frozen=True, slots=True)
class Start:
    """How the window begins.

    Attributes:
        load: reads what holds while there is no run.
        arguments: for ``emocam run``, should the user start one here.
        language: in which emoji are spoken.
        page: to begin with; empty for the first.
    """

    load: Callable[[], LoadedSettings]
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
        loaded = start.load()
        self._link, self._start = link, start
        self._settings = loaded.settings
        self._damage = text()
        self._keeper = Keeper(link, self._load)
        self.setWindowTitle("EmoCam")
        self._first, self._view = FirstPage(), ViewPage(start.language)
        self._all, self._expressions = SettingsPage(), ExpressionsPage(start.language)
        self._setup = SetupPage(loaded)
        self._list, self._stack = Contents(), QStackedWidget()
        self._pages: dict[str, Page] = {}
        self._add("first", _("First steps"), self._first)
        self._add("view", _("What others see"), self._view)
        self._add("settings", _("Settings"), self._all)
        self._add("expressions", _("Expressions"), self._expressions)
        self._add("setup", _("Test my setup"), self._setup)
        self._add("help", _("Help"), HelpPage())
        self._looking = Background(self)
        self._lay_out()
        self._connect()
        self._configure(loaded.settings)
        self._keeper.take_end()
        self._looking.start((lambda: camera_choices(self._settings), pack_choices))
        self._place = memory.place()
        file = loaded.layers.path
        new = not memory.introduced(self._place) and (file is None or not file.exists())
        self.open_page(start.page or ("first" if new else "view"))

    # -- from the link ----------------------------------------------------------------------------

    def take_status(self, status: object) -> None:
        """Show how things stand in the run."""
        assert isinstance(status, Mapping)
        self._absent.hide()
        self._view.show_status(status)
        self._first.show_status(status)
        self._keeper.take_status(status)

    def take_end(self, error: object) -> None:
        """Show that there is no run."""
        assert isinstance(error, EmoCamError)
        self._view.show_status(None)
        self._first.show_status(None)
        self._keeper.take_end()
        self._absent.say(str(error))

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
            self._list.choose(list(self._pages).index(name))

    def _add(self, name: str, title: str, page: Page) -> None:
        self._pages[name] = page
        self._list.add(title)
        self._stack.addWidget(page)

    def _turn(self, row: int) -> None:
        before, after = self._stack.currentWidget(), self._stack.widget(row)
        self._stack.setCurrentIndex(row)
        self._problem.hide()
        if isinstance(before, Page) and before is not after:
            before.closed()
        if isinstance(after, Page):
            after.opened()

    def _introduced(self) -> None:
        memory.remember(self._place)
        self.open_page("view")

    # -- settings ---------------------------------------------------------------------------------

    def _take_settings(self, answer: object) -> None:
        assert isinstance(answer, Mapping)
        for page in (self._all, self._expressions, self._first):
            page.show_settings(answer)
        settings = settings_of(answer)
        self._view.allow_preview(settings.preview.allowed)
        self._view.allow_logs(settings.session.allowed)
        self._configure(settings)

    def _load(self) -> Layers:
        """What holds without a run; says what of the user's file cannot be used.

        Raises:
            EmoCamError: if nothing can be read.
        """
        loaded = self._start.load()
        self._damage.setText("\n".join(str(each) for each in loaded.problems[:_TOLD]))
        self._damage.setVisible(bool(loaded.problems))
        return loaded.layers

    def _configure(self, settings: Settings) -> None:
        self._settings = settings
        for page in (self._view, self._first, self._setup):
            page.configure(settings)

    def _refused(self, key: str, error: object) -> None:
        assert isinstance(error, EmoCamError)
        self._all.refused(key, error)
        self._expressions.refused(key, error)
        self._first.refused(key, error)

    def _calibrate(self) -> None:
        CornersDialog(self, self._link, self._settings, self._keeper.keep).open()

    def _offer(self, number: int, found: object) -> None:
        if isinstance(found, tuple):
            choices = list(found)
            if _OFFERED[number] == "camera.source":
                choices.insert(0, ("auto", _("Automatic")))
            for page in (self._all, self._first):
                page.offer(_OFFERED[number], choices)

    # -- actions ----------------------------------------------------------------------------------

    def _ask(self, action: str, arguments: Mapping[str, str]) -> None:
        self._problem.hide()
        self._link.ask(action, arguments, self.take_status, self.tell)

    def tell(self, error: EmoCamError) -> None:
        """Show what went wrong, and what mends it, until the next action."""
        self._warn(str(error))
        self._view.restore()

    def _warn(self, words: str) -> None:
        self._problem.setText(words)
        self._problem.show()

    # -- the frame --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._absent = NoRun(self._start.arguments)
        self._problem = text()
        self._problem.setAccessibleDescription(_("What went wrong"))
        tint(self._problem, "problem")
        self._problem.hide()
        self._damage.setAccessibleDescription(_("What went wrong"))
        tint(self._damage, "problem")
        right = QVBoxLayout()
        right.addWidget(self._absent)
        right.addWidget(self._damage)
        right.addWidget(self._problem)
        right.addWidget(self._stack, 1)
        whole = QWidget()
        self._two = QBoxLayout(QBoxLayout.Direction.LeftToRight, whole)
        self._two.addWidget(self._list)
        self._two.addLayout(right, 1)
        self.setCentralWidget(whole)
        self.resize(_SIZE.boundedTo(self.screen().availableSize()))

    def _connect(self) -> None:
        self._list.turned.connect(self._turn)
        self._link.status.connect(self.take_status)
        self._link.gone.connect(self.take_end)
        self._link.called.connect(self.come)
        self._keeper.known.connect(self._take_settings)
        self._keeper.refused.connect(self._refused)
        self._looking.done.connect(self._offer)
        self._view.wanted.connect(self._ask)
        for page in (self._all, self._expressions, self._first):
            page.kept.connect(self._keeper.keep)
            page.reset.connect(self._keeper.reset)
        self._first.over.connect(self._introduced)
        self._all.calibrating.connect(self._calibrate)
        self._absent.failed.connect(self._warn)
        for keys in (QKeySequence.StandardKey.Close, QKeySequence.StandardKey.Quit):
            QShortcut(QKeySequence(keys), self, self.close)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the list of pages above them where the window is narrow."""
        self._list.arrange(event.size().width())
        side = QBoxLayout.Direction.TopToBottom
        self._two.setDirection(side if self._list.narrow else QBoxLayout.Direction.LeftToRight)
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Draw no live view while the window is minimised; look into the file when one returns."""
        if event.type() == QEvent.Type.WindowStateChange:
            page = self._stack.currentWidget()
            if isinstance(page, Page):
                (page.closed if self.isMinimized() else page.opened)()
        elif event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._keeper.look_again()  # the file may have been changed by hand meanwhile
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """End what the pages have started, and a calibration, which gives the camera back."""
        for dialog in self.findChildren(CornersDialog):
            dialog.reject()
        for page in self._pages.values():
            page.closed()
        super().closeEvent(event)
