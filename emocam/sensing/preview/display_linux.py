"""X11, by Qt's xcb plugin: also on Wayland, whose own way needs shared memory and open sockets.

One connection to the display is opened before the process is confined. Everything else that Qt
would reach out to is turned off here: the session bus, the session manager, input methods, the
desktop's own theme, OpenGL and shared memory.
"""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from emocam.errors import PreviewError

#: What Debian and its kin call the libraries that Qt's plugin takes from the system.
INSTALL = (
    "sudo apt install libegl1 libgl1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 "
    "libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 "
    "libxkbcommon-x11-0 libx11-xcb1 libfontconfig1 libglib2.0-0 libdbus-1-3"
)
ENVIRONMENT = {
    "QT_QPA_PLATFORM": "xcb",
    "QT_XCB_GL_INTEGRATION": "none",
    "QT_X11_NO_MITSHM": "1",
    "QT_XCB_NO_MITSHM": "1",
    "QT_ACCESSIBILITY": "0",
    "QT_IM_MODULE": "none",
    "QT_NO_GLIB": "1",
    "QT_QPA_PLATFORMTHEME": "none",
    "NO_AT_BRIDGE": "1",
    # No address and no place to look for one: libdbus gives up without a call.
    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    "DBUS_SYSTEM_BUS_ADDRESS": "disabled:",
}
#: How often to knock at the display, and the seconds between.
_TRIES, _PAUSE = 5, 0.2
_WITHOUT = ("SESSION_MANAGER", "XDG_CURRENT_DESKTOP", "DESKTOP_SESSION", "XMODIFIERS")
#: What the user may tell Qt: how large things are.
_KEPT = (
    "QT_SCALE_FACTOR",
    "QT_FONT_DPI",
    "QT_AUTO_SCREEN_SCALE_FACTOR",
    "QT_ENABLE_HIGHDPI_SCALING",
)


def environment(before: Mapping[str, str]) -> dict[str, str]:
    """The environment in which Qt opens one connection and no other. Pure.

    Args:
        before: of the process.
    """
    kept = {
        name: value
        for name, value in before.items()
        if name in _KEPT or not (name in _WITHOUT or name.startswith(("QT_", "KDE_", "GNOME_")))
    }
    return {**kept, **ENVIRONMENT}


def is_local(display: str) -> bool:
    """Whether a display is this machine's, reached by a socket that no network knows.

    Args:
        display: as ``$DISPLAY``.
    """
    return display.startswith((":", "unix:", "/"))


def prepare() -> Callable[[], None]:
    """See :func:`emocam.sensing.preview.display.prepare`."""
    display = os.environ.get("DISPLAY", "")
    if not display:
        wayland = (
            "; this Wayland desktop offers no XWayland" if "WAYLAND_DISPLAY" in os.environ else ""
        )
        raise PreviewError(
            f"There is no display for the preview{wayland}", "Start EmoCam from your desktop"
        )
    if not is_local(display):
        raise PreviewError(
            f"The display {display} is reached over a network, and pictures of you are not",
            "Open the preview at the machine itself",
        )
    kept = environment(os.environ)
    os.environ.clear()
    os.environ.update(kept)
    _load_plugin()
    return _connect(display)


def _load_plugin() -> None:
    """Load Qt and its plugin by hand: where a library is missing, Qt ends the whole process.

    Raises:
        PreviewError: which library it is.
    """
    try:
        from PySide6.QtCore import QLibraryInfo
        from PySide6.QtWidgets import QApplication  # noqa: F401 - brings what the plugin needs

        plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
        ctypes.CDLL(str(plugins / "platforms" / "libqxcb.so"))
    except (ImportError, OSError) as error:
        raise PreviewError(f"The preview needs what is not installed: {error}", INSTALL) from None


def _connect(display: str) -> Callable[[], None]:
    """Connect as Qt will, which would end the process if that failed; returns what disconnects.

    A display whose last client leaves may start anew, and takes nobody for a moment: so this
    connection is held until Qt has its own.

    Raises:
        PreviewError: if the display does not answer.
    """
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    xcb.xcb_connect.restype = ctypes.c_void_p
    for function in (xcb.xcb_connection_has_error, xcb.xcb_disconnect):
        function.argtypes = (ctypes.c_void_p,)
    for _ in range(_TRIES):
        connection = xcb.xcb_connect(None, None)
        if not xcb.xcb_connection_has_error(connection):
            return lambda: xcb.xcb_disconnect(connection)
        xcb.xcb_disconnect(connection)
        time.sleep(_PAUSE)
    raise PreviewError(
        f"The display {display} cannot be opened", "Start EmoCam from your own desktop"
    )
