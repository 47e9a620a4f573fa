"""pystray, and what it can do on this desktop. Imported late, when the desktop is prepared."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pystray

from emocam.control.tray.icons import icon
from emocam.control.tray.look import Look
from emocam.control.tray.menu import SEPARATOR, Entry, Local, Request
from emocam.control.tray.notices import Notice

Do = Callable[[Request | Local], None]


class Host:
    """The icon on the desktop.

    Args:
        first: what it shows at the start.
        do: does what the user chose; called in the desktop's thread.
    """

    def __init__(self, first: Look, do: Do) -> None:
        self._do = do
        self._look = first
        self._menu: tuple[Entry, ...] = (Entry(first.tooltip),)
        self._icon = pystray.Icon(
            "emocam", icon(first.shape), first.tooltip, self._build(self._menu)
        )

    @property
    def has_menu(self) -> bool:
        """Whether this desktop shows menus."""
        return bool(pystray.Icon.HAS_MENU)

    def run(self, ready: Callable[[], None]) -> None:
        """Show the icon until :meth:`stop`; in the main thread, as macOS will have it.

        Args:
            ready: called in a thread of its own when the icon is there.
        """

        def show(shown: pystray.Icon) -> None:
            shown.visible = True
            ready()

        self._icon.run(show)

    def show(self, look: Look, entries: tuple[Entry, ...]) -> None:
        """Show a look and a menu; what is shown already is left alone, an open menu above all."""
        before, self._look = self._look, look
        if look.shape != before.shape:
            self._icon.icon = icon(look.shape)
        if look.tooltip != before.tooltip:
            self._icon.title = look.tooltip
        if entries != self._menu and self.has_menu:
            self._menu = entries
            self._icon.menu = self._build(entries)

    def notify(self, notice: Notice) -> None:
        """Show a notification, where the desktop has them."""
        if pystray.Icon.HAS_NOTIFICATION:
            self._icon.notify(notice.text, notice.title)

    def stop(self) -> None:
        """Take the icon away, and let :meth:`run` end."""
        self._icon.stop()

    def _build(self, entries: tuple[Entry, ...]) -> pystray.Menu | None:
        return pystray.Menu(*self._items(entries)) if self.has_menu else None

    def _items(self, entries: tuple[Entry, ...]) -> Iterator[pystray.MenuItem]:
        for entry in entries:
            if entry == SEPARATOR:
                yield pystray.Menu.SEPARATOR
            elif entry.children:
                children = pystray.Menu(*self._items(entry.children))
                yield pystray.MenuItem(_plain(entry.label), children)
            else:
                yield self._item(entry)

    def _item(self, entry: Entry) -> pystray.MenuItem:
        wanted, checked = entry.does, entry.checked

        def act() -> None:
            if wanted is not None:
                self._do(wanted)

        return pystray.MenuItem(
            _plain(entry.label),
            act,
            checked=None if checked is None else lambda _: checked,
            radio=entry.radio and bool(pystray.Icon.HAS_MENU_RADIO),
            default=entry.default,
            enabled=wanted is not None,
        )


def _plain(label: str) -> str:
    """Windows underlines the letter after an ampersand."""
    return label.replace("&", "&&") if sys.platform == "win32" else label
