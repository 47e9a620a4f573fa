"""PyGObject, GTK and the tray host of a Linux desktop.

PyGObject comes from the system, for it cannot be built on a bare one. Only this process looks for
it, only where it fits this very Python, and its folder is in the path for one import: so a virtual
environment stays closed to everything else of the system.
"""

from __future__ import annotations

import importlib
import os
import sys
import sysconfig
from pathlib import Path

from emocam.errors import TrayError

#: What Debian and its kin call what is missing.
INSTALL = "sudo apt install python3-gi gir1.2-gtk-3.0 gir1.2-ayatanaappindicator3-0.1"

_WATCHER = "org.kde.StatusNotifierWatcher"


def prepare() -> None:
    """Import PyGObject and open the display.

    Raises:
        TrayError: if that cannot be.
    """
    _find()
    try:
        import gi

        gi.require_version("Gtk", "3.0")
        from gi.repository import Gtk
    except (ImportError, ValueError) as error:
        raise TrayError(f"GTK 3 cannot be used from Python ({error})", INSTALL) from None
    if not Gtk.init_check()[0]:
        raise TrayError("The display cannot be opened", "Start EmoCam from your desktop")
    if not _has_indicators():
        # pystray would not try its other way after this.
        os.environ["PYSTRAY_BACKEND"] = "gtk"


def lack() -> TrayError | None:
    """Whether nothing on this desktop shows icons."""
    if _has_watcher() or _has_system_tray():
        return None
    return TrayError(
        "This desktop shows no tray icons",
        "On GNOME install gnome-shell-extension-appindicator and log in again; "
        "emocam ctl does the same",
    )


def _find() -> None:
    """Import the system's PyGObject, if there is none and it is made for this Python."""
    try:
        import gi
    except ImportError:
        for folder in folders():
            if (folder / "gi" / f"_gi.{sysconfig.get_config_var('SOABI')}.so").exists():
                sys.path.append(str(folder))
                importlib.invalidate_caches()
                try:
                    import gi  # noqa: F401
                except ImportError:
                    continue
                finally:
                    sys.path.remove(str(folder))
                return


def folders() -> tuple[Path, ...]:
    """Where distributions put the modules of their own Python."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return (
        Path("/usr/lib/python3/dist-packages"),
        Path("/usr/lib64", version, "site-packages"),
        Path("/usr/lib", version, "site-packages"),
    )


def _has_indicators() -> bool:
    import gi

    for name in ("AppIndicator3", "AyatanaAppIndicator3"):
        try:
            gi.require_version(name, "0.1")
        except ValueError:
            continue
        return True
    return False


def _has_watcher() -> bool:
    """Whether something on the session bus takes icons."""
    from gi.repository import Gio, GLib

    try:
        bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        answer = bus.call_sync(
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus",
            "NameHasOwner",
            GLib.Variant("(s)", (_WATCHER,)),
            None,
            Gio.DBusCallFlags.NONE,
            2000,
            None,
        )
    except GLib.Error:
        return False
    return bool(answer.unpack()[0])


def _has_system_tray() -> bool:
    """Whether an X11 panel takes icons in the older way."""
    if not os.environ.get("DISPLAY"):
        return False
    from Xlib import X, display, error

    try:
        screen = display.Display()
        atom = screen.intern_atom(f"_NET_SYSTEM_TRAY_S{screen.get_default_screen()}")
        there = bool(screen.get_selection_owner(atom) != X.NONE)
        screen.close()
    except (error.DisplayError, error.ConnectionClosedError, OSError):
        return False
    return there
