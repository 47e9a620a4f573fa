"""The page "Expressions": which may be shown, how careful EmoCam is, and how often it errs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel

from emocam.errors import EmoCamError
from emocam.expression import EMOJI, Expression, Picture
from emocam.settings import declarations
from emocam.settings.describe import as_toml
from emocam.window import words
from emocam.window.language import spoken
from emocam.window.parts import Page, has_emoji, text, tint, titled
from emocam.window.rates import Rate, rates
from emocam.window.rows import Row
from emocam.words import _

_OFF, _CAUTION, _MODEL = "mood.off", "mood.caution", "model.path"


class ExpressionsPage(Page):
    """Which expressions may be shown.

    Args:
        language: in which emoji are spoken.
    """

    kept = Signal(str, str)
    """Key and value, as for ``--set``: the user wants it so."""
    reset = Signal(str)
    """Key: the user wants to have said nothing."""

    def __init__(self, language: str) -> None:
        super().__init__(_("Expressions"))
        self._caution = Row(declarations()[_CAUTION])
        self._caution.kept.connect(self.kept.emit)
        self._caution.reset.connect(self.reset.emit)
        self.body.addWidget(self._caution)
        self._boxes: dict[str, QCheckBox] = {}
        self._off: tuple[str, ...] = ()
        self._locked = text(quiet=True)
        self._problem = text()
        tint(self._problem, "problem")
        self._cells: dict[str, tuple[QLabel, QLabel, QLabel]] = {}
        self._beside: list[QLabel] = []
        self._below: dict[str, QLabel] = {}
        self._narrow, self._wanted = False, 0
        self._make_table(language)
        self._source = text(quiet=True)
        for each in (self._locked, self._problem, self._source):
            self.body.addWidget(each)
            each.hide()

    def show_settings(self, answer: Mapping[str, Any]) -> None:
        """Show what holds.

        Args:
            answer: to the action ``settings``.
        """
        entries = answer["settings"]
        self._caution.show_entry(entries[_CAUTION])
        off = entries[_OFF]
        self._off = tuple(off["value"])
        self._show_boxes(enabled=not off["locked"])
        self._locked.setVisible(bool(off["locked"]))
        self._locked.setText(
            "🔒 " + _("Which expressions are shown is locked by {who}.").format(who=off["by"])
        )
        self._show_rates(rates(str(entries[_MODEL]["value"])))

    def refused(self, key: str, error: EmoCamError) -> None:
        """Show what is wrong with a change, and what holds instead."""
        if key == _CAUTION:
            self._caution.refused(error)
        elif key == _OFF:
            self._show_boxes(enabled=True)
            self._problem.setText(str(error))
            self._problem.show()

    def _make_table(self, language: str) -> None:
        self._table, box = titled(_("Expressions that may be shown"))
        grid = QGridLayout(box)
        grid.setHorizontalSpacing(18)
        grid.setColumnStretch(4, 1)
        heads = (_("Expression"), _("Missed"), _("Wrongly read"), _("Faces tried"))
        for column, head in enumerate(heads):
            label = QLabel(head)
            label.setWordWrap(True)  # German at twice the size is wide
            font = label.font()
            font.setBold(True)
            label.setFont(font)
            grid.addWidget(label, 0, column)
            self._beside.append(label)
        signs = has_emoji()
        for line, expression in enumerate(Expression):
            picture = Picture.of(expression)
            name = words.sentence(words.picture(picture.value))
            made = QCheckBox(f"{EMOJI[picture]} {name}" if signs else name)
            made.setAccessibleName(
                _("{name}, {emoji}").format(name=name, emoji=spoken(picture, language))
            )
            made.toggled.connect(self._toggled)
            grid.addWidget(made, 2 * line + 1, 0)
            below = text(quiet=True)
            grid.addWidget(below, 2 * line + 2, 0, 1, grid.columnCount())
            below.hide()
            self._below[expression.label] = below
            self._boxes[expression.label] = made
            cells = (QLabel(), QLabel(), QLabel())
            for column, cell in enumerate(cells, 1):
                cell.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
                grid.addWidget(cell, 2 * line + 1, column)
                self._beside.append(cell)
            self._cells[expression.label] = cells
        neutral = self._boxes[Expression.NEUTRAL.label]
        neutral.setToolTip(_("Shown in the place of those that are not"))
        neutral.setEnabled(False)
        self.body.addWidget(self._table)
        explained = _(
            "Missed: of 100 faces with this expression, how many are read as another one."
            " Wrongly read: of 100 faces that are read so, how many show another one."
        )
        self.body.addWidget(text(explained, quiet=True))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Say the figures below each expression where a table is too wide."""
        super().resizeEvent(event)
        self._reflow()

    def _reflow(self) -> None:
        if not self._narrow:
            self._wanted = self._table.minimumSizeHint().width() + self.edges
        narrow = self.viewport().width() < self._wanted
        if narrow != self._narrow:
            self._narrow = narrow
            for label in self._beside:
                label.setHidden(narrow)
            for label in self._below.values():
                label.setVisible(narrow)

    def _show_rates(self, found: Mapping[str, Rate]) -> None:
        share = _("{share} of 100")
        for label, cells in self._cells.items():
            rate = found.get(label)
            missed = wrong = faces = "–"
            if rate is not None:
                missed, faces = share.format(share=round(rate.missed)), str(rate.faces)
                if rate.wrong is not None:
                    wrong = share.format(share=round(rate.wrong))
            for cell, figure in zip(cells, (missed, wrong, faces), strict=True):
                cell.setText(figure)
            said = _("Missed: {missed}. Wrongly read: {wrong}.").format(missed=missed, wrong=wrong)
            self._boxes[label].setAccessibleDescription(said)
            self._below[label].setText(said)
        self._source.show()
        self._source.setText(
            _(
                "Counted on faces that are not those of a webcam, by the votes of ten people"
                " (models/MODEL_CARD.md). An expression is how a face looks, not what its owner"
                " feels. Negative expressions are shown only when they are clear and steady, so"
                " that they are shown wrongly more seldom than they are read."
            )
            if found
            else _("How often this model errs is not known: its sidecar does not say.")
        )
        self._reflow()

    def _show_boxes(self, *, enabled: bool) -> None:
        for label, box in self._boxes.items():
            with QSignalBlocker(box):
                box.setChecked(label not in self._off)
            box.setEnabled(enabled and label != Expression.NEUTRAL.label)

    def _toggled(self) -> None:
        self._problem.hide()
        off = tuple(label for label, box in self._boxes.items() if not box.isChecked())
        self.kept.emit(_OFF, as_toml(off))
