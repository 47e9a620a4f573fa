"""The page "What others see": the picture, the status in words, and what can be done at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QPushButton, QVBoxLayout

from emocam.control.direction import HOLDABLE
from emocam.expression import EMOJI, Picture
from emocam.window import words
from emocam.window.flow import Flow
from emocam.window.language import spoken
from emocam.window.pages.live import LivePage
from emocam.window.parts import button, group, has_emoji, text, titled
from emocam.words import _, n_


class ViewPage(LivePage):
    """What others see.

    Args:
        language: in which emoji are spoken.
    """

    wanted = Signal(str, object)
    """An action of the run and its arguments."""

    def __init__(self, language: str) -> None:
        super().__init__(_("What others see"))
        self._language = language
        self._allowed = self._logs = True
        self.body.addWidget(self._view)
        self._rows = self._make_rows()
        self._make_buttons()
        self._holds = self._make_holds()
        self._make_preview()
        self._make_session()

    def allow_preview(self, allowed: bool) -> None:
        """Say whether the user may see what EmoCam sees."""
        self._allowed = allowed
        self._update_preview()

    def allow_logs(self, allowed: bool) -> None:
        """Say whether session logs may be kept."""
        self._logs = allowed
        self._update_session()

    def show_status(self, status: Mapping[str, Any] | None) -> None:
        """Show how things stand; None for no run."""
        super().show_status(status)
        for each in (self._pause, self._freeze, *self._holds.values()):
            each.setEnabled(status is not None)
        self._update_preview()
        self._update_session()
        if status is None:
            for row in self._rows.values():
                row.setText("–")
            return
        self._rows["shown"].setText(words.sentence(words.shown(status)))
        self._rows["watchers"].setText(words.watchers(status["watchers"]))
        self._rows["camera"].setText(words.camera(status["camera"]))
        self._rows["output"].setText(words.output(status["output"]))
        self._rows["protections"].setText(words.protections(status["protections"]))
        self._update_buttons(status)

    def restore(self) -> None:
        """Show how things stand once more, after a button that could not do what it says."""
        if self._status is not None:
            self._update_buttons(self._status)
        self._update_preview()
        self._update_session()

    # -- the parts --------------------------------------------------------------------------------

    def _make_rows(self) -> dict[str, QLabel]:
        about = group(_("Now"))
        form = QFormLayout(about)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows = {}
        for name, title in (
            ("shown", _("Shown:")),
            ("watchers", _("Who watches:")),
            ("camera", _("Your camera:")),
            ("output", _("Published:")),
            ("protections", _("Protections:")),
        ):
            rows[name] = text("–")
            form.addRow(title, rows[name])
        self.body.addWidget(about)
        return rows

    def _make_buttons(self) -> None:
        self._pause = button(_("&Pause: close the camera"))
        self._pause.clicked.connect(self._toggle_pause)
        self._freeze = button(_("&Freeze what is shown"))
        self._freeze.clicked.connect(self._toggle_freeze)
        row = Flow()
        row.addWidget(self._pause)
        row.addWidget(self._freeze)
        self.body.addLayout(row)

    def _make_holds(self) -> dict[str, QPushButton]:
        whole, box = titled(_("Hold a picture until you release it"))
        inside = QVBoxLayout(box)
        signs = has_emoji()
        made = {}
        kinds = (
            [each for each in HOLDABLE if each.expression is not None],
            [each for each in HOLDABLE if each.expression is None],
        )
        for pictures in kinds:
            row = Flow()
            for picture in pictures:
                made[picture.value] = self._make_hold(picture, signs)
                row.addWidget(made[picture.value])
            inside.addLayout(row)
        self.body.addWidget(whole)
        return made

    def _make_hold(self, picture: Picture, signs: bool) -> QPushButton:
        name = words.sentence(words.picture(picture.value))
        says = _("{name}, {emoji}").format(name=name, emoji=spoken(picture, self._language))
        hint = _("Shows this picture until you release it")
        made = button(f"{EMOJI[picture]} {name}" if signs else name, says, hint)
        made.setCheckable(True)
        made.clicked.connect(lambda checked: self._hold(picture.value, checked))
        return made

    def _make_preview(self) -> None:
        box = group(_("What EmoCam sees"))
        inside = QVBoxLayout(box)
        inside.addWidget(
            text(
                _(
                    "Your webcam's picture, with what is read in it, in a window of its own. It is"
                    " drawn by the process that opens the webcam, and goes nowhere else. The"
                    " camera is on as long as that window is open."
                ),
                quiet=True,
            )
        )
        self._preview = button(_("&Show what EmoCam sees"))
        self._preview.setCheckable(True)
        self._preview.clicked.connect(self._toggle_preview)
        row = Flow()
        row.addWidget(self._preview)
        inside.addLayout(row)
        self._why = text(quiet=True)
        inside.addWidget(self._why)
        self.body.addWidget(box)
        self._update_preview()

    def _make_session(self) -> None:
        box = group(_("Session log"))
        inside = QVBoxLayout(box)
        self._log_words = text(quiet=True)
        inside.addWidget(self._log_words)
        self._log = button(_("Start a session lo&g"))
        self._log.clicked.connect(self._toggle_session)
        row = Flow()
        row.addWidget(self._log)
        inside.addLayout(row)
        self.body.addWidget(box)
        self._update_session()

    # -- what they do -----------------------------------------------------------------------------

    def _toggle_pause(self) -> None:
        if self._status is not None:
            self.wanted.emit("resume" if self._status["paused"] else "pause", {})

    def _toggle_freeze(self) -> None:
        if self._status is not None:
            on_top = self._status["mode"] in ("held", "frozen")
            self.wanted.emit("release" if on_top else "freeze", {})

    def _hold(self, picture: str, checked: bool) -> None:
        self.wanted.emit("hold" if checked else "release", {"picture": picture} if checked else {})

    def _toggle_preview(self, checked: bool) -> None:
        self.wanted.emit("preview", {"mode": "on" if checked else "off"})

    def _update_buttons(self, status: Mapping[str, Any]) -> None:
        if status["paused"]:
            _name(self._pause, _("Resume: go &live"), _("Opens the camera again"))
        else:
            _name(self._pause, _("&Pause: close the camera"), _("The others see that you paused"))
        if status["mode"] in ("held", "frozen"):
            _name(self._freeze, _("&Release what is held"), _("Shows what is read again"))
        else:
            _name(self._freeze, _("&Freeze what is shown"), _("Shows it until you release it"))
        held = status["shown"][0] if status["mode"] == "held" and status["shown"] else None
        for name, each in self._holds.items():
            each.setChecked(name == held)

    def _update_preview(self) -> None:
        status = self._status
        self._why.setText("" if self._allowed else _("Your organisation has switched this off."))
        self._why.setVisible(not self._allowed)
        self._preview.setEnabled(bool(self._allowed and status and not status["paused"]))
        self._preview.setChecked(bool(status and status["preview"]))

    def _toggle_session(self) -> None:
        if self._status is not None:
            runs = self._status["session"] is not None
            self.wanted.emit("session_stop" if runs else "session_start", {})

    def _update_session(self) -> None:
        session = self._status["session"] if self._status is not None else None
        self._log.setEnabled(self._status is not None and (self._logs or session is not None))
        if session is not None:
            _name(self._log, _("End the session lo&g"), _("The log stays in your data folder"))
            count = session["rows"]
            said = n_(
                "EmoCam is recording your expressions for you: one reading so far.",
                "EmoCam is recording your expressions for you: {count} readings so far.",
                count,
            ).format(count=count)
        else:
            hint = _("Your expressions, about once a second, in a file of your own")
            _name(self._log, _("Start a session lo&g"), hint)
            said = (
                _("A log of your expressions, for you alone, until you end it. No pictures.")
                if self._logs
                else _("Your organisation has switched this off.")
            )
        self._log_words.setText(said)


def _name(made: QPushButton, label: str, hint: str) -> None:
    if made.text() != label:
        made.setText(label)
        made.setAccessibleName(label.replace("&", ""))
        made.setAccessibleDescription(hint)
        made.setToolTip(hint)
