"""The tray's process: joins the icon, the menu, the notifications and the run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from emocam.control.diagnostics import as_text, gather, keep
from emocam.control.login import command, login, starts
from emocam.control.queries import cameras, put
from emocam.control.status import Status
from emocam.control.tray.clipboard import copy
from emocam.control.tray.host import Host
from emocam.control.tray.keys import listen, request
from emocam.control.tray.link import Link
from emocam.control.tray.look import Look, Shape, look
from emocam.control.tray.menu import Choices, Local, Request, cameras_of, menu, packs_of, recent
from emocam.control.tray.notices import Notice, Notices
from emocam.control.window import start
from emocam.errors import EmoCamError, SettingsError, TrayError
from emocam.settings import Settings
from emocam.settings.load import LoadedSettings
from emocam.words import _

#: Which page of the window an entry opens.
_PAGES = {Local.WINDOW: "view", Local.SETTINGS: "settings", Local.HELP: "help"}
#: Seconds for the stage's answer about packs.
_PACKS = 60.0


class Tray:
    """One icon for one run.

    Args:
        name: of the run.
        settings: of the run.
        warn: is told what goes wrong without ending the tray.
        locked: keys of the settings that the machine's administrator set.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        warn: Callable[[EmoCamError], None],
        locked: frozenset[str] = frozenset(),
    ) -> None:
        self._name, self._settings, self._warn = name, settings, warn
        self._lock = threading.Lock()  # the link's thread and the one that looks for cameras
        self._status: Status | None = None
        self._choices = Choices(
            login=starts(settings, locked),
            locked=locked,
            preview=settings.preview.allowed,
            logs=settings.session.allowed,
        )
        self._notices = Notices()
        self.host = Host(Look(Shape.IDLE, _("EmoCam is starting"), ()), self._do)
        self._link = Link(name, self._take, self._pass_time, self.host.stop)

    def run(self) -> None:
        """Show the icon until the run has gone, or :meth:`Host.stop`."""
        self.host.run(self._ready)

    def _ready(self) -> None:
        self._link.start()
        listen(self._settings.keys, self._pressed, self._warn)
        self._look_again()

    # -- in the link's thread -----------------------------------------------------------------

    def _take(self, status: Status) -> None:
        with self._lock:
            self._status = status
            sources = recent(self._choices.recent, status["camera"]["source"])
            self._choices = replace(self._choices, recent=sources)
            self._draw()
        self._pass_time()

    def _pass_time(self) -> None:
        if self._status is not None:
            notice = self._notices.take(self._status, time.monotonic())
            if notice is not None:
                self.host.notify(notice)

    def _refused(self, error: EmoCamError) -> None:
        self.host.notify(Notice(_("EmoCam could not do that"), str(error)))

    def _no_window(self, error: EmoCamError) -> None:
        self._warn(error)  # not every desktop has notifications
        self.host.notify(Notice(_("EmoCam's window could not be shown"), str(error)))

    def _not_kept(self, error: EmoCamError) -> None:
        cause = f"Your choice holds until EmoCam ends, but cannot be kept: {error.cause}"
        self._warn(TrayError(cause, "Mend the settings file or its folder, then choose again"))
        self.host.notify(Notice(_("Your choice holds until EmoCam ends"), error.cause))

    # -- in the desktop's thread ----------------------------------------------------------------

    def _do(self, wanted: Request | Local) -> None:
        if isinstance(wanted, Request):
            self._ask(wanted)
        elif wanted is Local.LOOK_AGAIN:
            threading.Thread(target=self._look_again, name="choices", daemon=True).start()
        elif wanted is Local.DIAGNOSTICS:
            threading.Thread(target=self._diagnose, name="diagnostics", daemon=True).start()
        elif wanted in _PAGES:
            self._open_window(_PAGES[wanted])
        else:
            self._set_login(on=wanted is Local.LOGIN_ON)

    def _ask(self, wanted: Request) -> None:
        """Ask the run; what cannot be kept in the settings file holds for this run at least."""

        def refused(error: EmoCamError) -> None:
            if wanted.action == "keep" and isinstance(error, SettingsError):
                now = Request("set", wanted.arguments)
                self._link.ask(now, self._refused, lambda: self._not_kept(error))
            else:
                self._refused(error)

        self._link.ask(wanted, refused)

    def _open_window(self, page: str) -> None:
        try:
            start(self._name, page, self._no_window)
        except EmoCamError as error:
            self._no_window(error)

    def _set_login(self, *, on: bool) -> None:
        try:
            if on:
                login().on(command())
            else:
                login().off()
        except EmoCamError as error:
            self._refused(error)
        with self._lock:
            self._choices = replace(
                self._choices, login=starts(self._settings, self._choices.locked)
            )
            self._draw()

    # -- in the keys' thread ----------------------------------------------------------------------

    def _pressed(self, name: str) -> None:
        if self._status is not None:
            self._link.ask(request(name, self._status), self._refused)

    # -- in a thread of its own -------------------------------------------------------------------

    def _diagnose(self) -> None:
        """Gather a report, copy it, and keep it in a file too: not every desktop lets us copy."""
        try:
            text = as_text(gather(LoadedSettings(self._settings)))
            path = keep(text)
            copy(text)
        except (OSError, RuntimeError) as error:
            self._refused(TrayError(f"The report cannot be kept: {error}", "emocam diagnostics"))
        except EmoCamError as error:
            self._refused(error)
        else:
            self.host.notify(
                Notice(_("Diagnostics are in the clipboard"), _("And in {path}").format(path=path))
            )

    def _look_again(self) -> None:
        """Ask the rooms what there is to choose from; it takes them a second."""
        try:
            there = cameras_of(cameras(self._settings))
            packs = packs_of(_packs(), self._settings.avatar.allowed_packs)
            at_login = starts(self._settings, self._choices.locked)
        except (EmoCamError, KeyError, TypeError, AttributeError):
            return  # what is set is in the menu anyway
        with self._lock:
            self._choices = replace(self._choices, cameras=there, packs=packs, login=at_login)
            self._draw()

    def _draw(self) -> None:
        if self._status is not None:
            self.host.show(look(self._status), menu(self._status, self._choices))


def _packs() -> list[dict[str, Any]]:
    answer = put("emocam.stage", "--packs", {"type": "packs", "do": "list"}, _PACKS)
    return list(answer["packs"])
