"""A control for each kind of setting, made from its declaration."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QColor, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QDoubleSpinBox,
    QKeySequenceEdit,
    QLineEdit,
    QSpinBox,
)

from emocam.settings import Declaration
from emocam.settings.declaration import Value
from emocam.window import keys, names
from emocam.window.control import (
    FILES,
    Choices,
    Control,
    being_typed,
    chooser,
    only_with_focus,
    typed_in,
)
from emocam.window.flow import Flow
from emocam.window.parts import button
from emocam.words import _

_COLOURS = ("avatar.background",)


class Switch(Control):
    """On or off."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration)
        self._box = QCheckBox(_("on"))
        self._box.toggled.connect(self.changed.emit)
        self.row.addWidget(self._box)
        self.row.addStretch(1)

    def show_value(self, value: Value) -> None:
        """Show a value."""
        with QSignalBlocker(self._box):
            self._box.setChecked(bool(value))


class Number(Control):
    """A number in its range; taken when it is finished, not with every digit."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration)
        self._box = QDoubleSpinBox() if isinstance(declaration.default, float) else QSpinBox()
        low, high = declaration.minimum or 0, declaration.maximum or 999_999
        if isinstance(self._box, QDoubleSpinBox):
            self._box.setDecimals(2)
            self._box.setRange(low, high)
            self._box.setSingleStep(0.05 if high <= 2 else 0.5)
        else:
            self._box.setRange(int(low), int(high))
            self._box.setSingleStep(declaration.multiple or 1)
        self._box.setSuffix(f" {declaration.unit}" if declaration.unit else "")
        self._box.setKeyboardTracking(False)
        self._box.valueChanged.connect(self.changed.emit)
        only_with_focus(self._box)
        self.row.addWidget(self._box)
        self.row.addStretch(1)

    def show_value(self, value: Value) -> None:
        """Show a value."""
        assert isinstance(value, int | float)
        if round(value, 2) == self._box.value():
            return  # if it reads otherwise, then because the user is typing
        with QSignalBlocker(self._box):
            if isinstance(self._box, QDoubleSpinBox):
                self._box.setValue(value)
            else:
                self._box.setValue(int(value))


class Choice(Control):
    """One of several words; of a free text those that are offered, and any other."""

    def __init__(self, declaration: Declaration, *, free: bool = False) -> None:
        super().__init__(declaration)
        self._box = QComboBox()
        self._box.setEditable(free)
        self._box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self._box.setSizeAdjustPolicy(policy)
        self._box.setMinimumContentsLength(10)  # it takes the room that there is
        self._box.activated.connect(self._chosen)
        if free and (line := self._box.lineEdit()) is not None:
            line.editingFinished.connect(self._typed)
        only_with_focus(self._box)
        self._value = ""
        self.row.addWidget(self._box, 1)
        if declaration.key in FILES:
            self.row.addWidget(chooser(self, self._take))
        if not free:
            self.offer(
                [(word, names.choice(declaration.key, word)) for word in declaration.choices]
            )

    def offer(self, choices: Choices) -> None:
        """Offer values."""
        with QSignalBlocker(self._box):
            self._box.clear()
            for value, label in choices:
                self._box.addItem(label, value)
        self.show_value(self._value)

    def show_value(self, value: Value) -> None:
        """Show a value, also one that is not among those offered."""
        if str(value) == self._value and being_typed(self._box):
            return
        self._value = str(value)
        with QSignalBlocker(self._box):
            index = self._box.findData(self._value)
            if index < 0 and self._value:
                self._box.addItem(self._value, self._value)
                index = self._box.count() - 1
            self._box.setCurrentIndex(index)

    def _chosen(self, index: int) -> None:
        self._take(str(self._box.itemData(index)))

    def _typed(self) -> None:
        typed = self._box.currentText().strip()
        index = self._box.findText(typed)
        self._take(typed if index < 0 else str(self._box.itemData(index)))

    def _take(self, value: str) -> None:
        typed_in(self._box)
        if not value:
            self.show_value(self._value)
        elif value != self._value:
            self._value = value
            self.changed.emit(value)


class Several(Control):
    """Any of several words, each with a box."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration)
        self._boxes: dict[str, QCheckBox] = {}
        boxes = Flow()
        for word in declaration.choices:
            box = QCheckBox(names.choice(declaration.key, word))
            box.toggled.connect(self._toggled)
            self._boxes[word] = box
            boxes.addWidget(box)
        self.row.addLayout(boxes, 1)

    def show_value(self, value: Value) -> None:
        """Show a value."""
        assert isinstance(value, tuple)
        for word, box in self._boxes.items():
            with QSignalBlocker(box):
                box.setChecked(word in value)

    def _toggled(self) -> None:
        self.changed.emit(tuple(word for word, box in self._boxes.items() if box.isChecked()))


class Words(Control):
    """A text, or several with commas between them; taken with Enter or when it is left."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration)
        self._line = QLineEdit()
        self._line.setMinimumWidth(180)
        self._line.editingFinished.connect(self._finished)
        self._shown = ""
        self.row.addWidget(self._line, 1)
        if declaration.key in _COLOURS:
            colour = button(_("Colour …"))
            colour.clicked.connect(self._choose_colour)
            self.row.addWidget(colour)
        if declaration.key in FILES:
            self.row.addWidget(chooser(self, self._take))

    def show_value(self, value: Value) -> None:
        """Show a value."""
        words = ", ".join(value) if isinstance(value, tuple) else str(value)
        if words == self._shown and being_typed(self):
            return
        self._shown = words
        self._line.setText(words)

    def _finished(self) -> None:
        self._take(self._line.text().strip())

    def _take(self, typed: str) -> None:
        typed_in(self)
        if typed == self._shown:
            return
        self._shown = typed
        if isinstance(self.declaration.default, tuple):
            parts = [part.strip() for part in typed.split(",")]
            self.changed.emit(tuple(part for part in parts if part))
        else:
            self.changed.emit(typed)

    def _choose_colour(self) -> None:
        now = QColor(self._shown[:7]) if self._shown.startswith("#") else QColor("#20262e")
        chosen = QColorDialog.getColor(now, self)
        if chosen.isValid():
            self._take(chosen.name())


class Keys(Control):
    """A combination of keys, pressed."""

    def __init__(self, declaration: Declaration) -> None:
        super().__init__(declaration)
        self._edit = QKeySequenceEdit()
        self._edit.setMaximumSequenceLength(1)
        self._edit.setClearButtonEnabled(True)
        self._edit.editingFinished.connect(self._finished)
        self._edit.keySequenceChanged.connect(self._cleared)
        self._shown = ""
        self.row.addWidget(self._edit)
        self.row.addStretch(1)

    def show_value(self, value: Value) -> None:
        """Show a value."""
        if str(value) == self._shown:
            return  # keys may be half pressed
        self._shown = str(value)
        with QSignalBlocker(self._edit):
            self._edit.setKeySequence(QKeySequence(keys.for_qt(self._shown)))

    def _cleared(self, sequence: QKeySequence) -> None:
        if sequence.isEmpty():
            self._finished()

    def _finished(self) -> None:
        portable = QKeySequence.SequenceFormat.PortableText
        pressed = keys.from_qt(self._edit.keySequence().toString(portable))
        if pressed != self._shown:
            self._shown = pressed
            self.changed.emit(pressed)


def control(declaration: Declaration) -> Control:
    """The control that fits a setting."""
    default = declaration.default
    if isinstance(default, bool):
        return Switch(declaration)
    if isinstance(default, int | float):
        return Number(declaration)
    if isinstance(default, tuple):
        return Several(declaration) if declaration.choices else Words(declaration)
    if declaration.key.startswith("keys."):
        return Keys(declaration)
    if declaration.choices or declaration.key in ("camera.source", "avatar.pack"):
        return Choice(declaration, free=declaration.key == "camera.source")
    return Words(declaration)
