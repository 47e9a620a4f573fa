"""Putting a text where the user can paste it: one small way a platform."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from emocam.errors import TrayError

_PATIENCE = 5.0


def copy(text: str) -> None:
    """Put a text into the clipboard; may be called in any thread while the icon is there.

    Raises:
        TrayError: if this desktop has none that can be reached.
    """
    ways: dict[str, Callable[[str], None]] = {"win32": _windows, "darwin": _macos}
    ways.get(sys.platform, _gtk)(text)


def _windows(text: str) -> None:
    _pipe(["clip.exe"], text.encode("utf-16"))


def _macos(text: str) -> None:
    _pipe(["/usr/bin/pbcopy"], text.encode())


def _pipe(command: list[str], data: bytes) -> None:
    try:
        subprocess.run(command, input=data, timeout=_PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise TrayError(f"The clipboard cannot be used: {error}") from None


def _gtk(text: str) -> None:
    try:
        from gi.repository import Gdk, GLib, Gtk
    except ImportError as error:
        raise TrayError(f"The clipboard cannot be used: {error}") from None

    def put() -> bool:  # in GTK's own thread
        board = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
        board.set_text(text, -1)
        board.store()
        return False

    GLib.idle_add(put)
