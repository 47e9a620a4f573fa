"""The page "Test my setup": what ``emocam doctor`` looks at, with progress, and what mends it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from emocam.control.doctor import parts
from emocam.control.queries import Check
from emocam.errors import EmoCamError
from emocam.settings import LoadedSettings, Settings
from emocam.window.background import Background
from emocam.window.flow import Flow
from emocam.window.parts import SIGNS, Page, button, text, tint
from emocam.words import _, n_


class SetupPage(Page):
    """Test my setup.

    Args:
        loaded: what holds at the window's start, until a run says what it has.
    """

    def __init__(self, loaded: LoadedSettings) -> None:
        super().__init__(_("Test my setup"))
        self._loaded = loaded
        self._found: list[Check] = []
        self.body.addWidget(
            text(_("Looks for what is missing on this machine, and says what mends it."))
        )
        self._start = button(_("&Test now"))
        self._start.clicked.connect(self.test)
        self._copy = button(_("&Copy the report"), hint=_("Copies all lines as text"))
        self._copy.clicked.connect(self._copy_report)
        self._copy.setEnabled(False)
        row = Flow()
        row.addWidget(self._start)
        row.addWidget(self._copy)
        self.body.addLayout(row)
        self._progress = QProgressBar()
        self._progress.setAccessibleName(_("Progress of the test"))
        self._progress.hide()
        self.body.addWidget(self._progress)
        self._verdict = text()
        self.body.addWidget(self._verdict)
        self._lines = QVBoxLayout()
        self.body.addLayout(self._lines)
        self._work = Background(self)
        self._work.done.connect(self._take)
        self._work.finished.connect(self._finish)

    def configure(self, settings: Settings) -> None:
        """Test with these settings."""
        self._loaded = replace(self._loaded, settings=settings)

    def test(self) -> None:
        """Begin."""
        if self._work.busy:
            return
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._found = []
        pieces = parts(self._loaded)
        self._progress.setRange(0, len(pieces))
        self._progress.setValue(0)
        self._progress.show()
        self._start.setEnabled(False)
        self._copy.setEnabled(False)
        self._verdict.setText(_("EmoCam is looking …"))
        self._work.start(pieces)

    def opened(self) -> None:
        """Test when it is first seen."""
        if not self._found:
            self.test()

    def _take(self, number: int, result: object) -> None:
        self._progress.setValue(number + 1)
        if isinstance(result, EmoCamError):
            result = [Check("test", "problem", result.cause, result.remedy)]
        assert isinstance(result, list)
        for check in result:
            self._found.append(check)
            self._lines.addWidget(_line(check))

    def _finish(self) -> None:
        self._progress.hide()
        self._start.setEnabled(True)
        self._copy.setEnabled(True)
        bad = sum(check.status != "ok" for check in self._found)
        if bad:
            self._verdict.setText(
                n_("One thing can be mended.", "{count} things can be mended.", bad).format(
                    count=bad
                )
            )
        else:
            self._verdict.setText(_("All is well."))

    def _copy_report(self) -> None:
        from emocam.control.doctor import report

        QGuiApplication.clipboard().setText(report(self._found))


def _line(check: Check) -> QWidget:
    whole = QWidget()
    lines = QVBoxLayout(whole)
    lines.setContentsMargins(0, 2, 0, 6)
    lines.setSpacing(2)
    says = {"ok": _("Well"), "warning": _("Could be better"), "problem": _("Wrong")}[check.status]
    head = text(f"{SIGNS[check.status]}  {check.id}: {check.summary}.")
    head.setAccessibleName(
        _("{state}: {summary}").format(state=says, summary=f"{check.id}, {check.summary}")
    )
    tint(head, check.status)
    lines.addWidget(head)
    if check.remedy:
        row = QHBoxLayout()
        row.setContentsMargins(20, 0, 0, 0)
        row.addWidget(text(check.remedy), 1)
        copy = button(_("Copy"), _("Copy: {remedy}").format(remedy=check.remedy))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(check.remedy))
        row.addWidget(copy)
        lines.addLayout(row)
    return whole
