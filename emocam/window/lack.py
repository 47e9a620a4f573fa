"""What is missing for a window: Qt would end the process without a word that helps."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping

from emocam.errors import WindowError

#: Libraries of the system that PySide6's wheel uses on Linux and does not bring, and how Debian
#: calls their packages (ldd on QtWidgets.abi3.so and on the platform plugins xcb and wayland).
QT_LIBRARIES: Mapping[str, str] = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libX11.so.6": "libx11-6",
}
#: The same, for a display of X11.
X11_LIBRARIES: Mapping[str, str] = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
_INSTEAD = "emocam ctl does the same without a window"


def lack(
    environment: Mapping[str, str],
    platform: str = sys.platform,
    loads: Callable[[str], bool] | None = None,
) -> WindowError | None:
    """Why there can be no window here; None if there can.

    Args:
        environment: of the process.
        platform: as ``sys.platform``.
        loads: whether a library of the system can be loaded; asks the system if None.
    """
    if platform in ("win32", "darwin"):
        return None
    x11, wayland = environment.get("DISPLAY"), environment.get("WAYLAND_DISPLAY")
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if not (x11 or wayland or chosen):
        return WindowError("There is no display here", f"Start it from your desktop; {_INSTEAD}")
    needed = dict(QT_LIBRARIES)
    if (x11 and not wayland and not chosen) or chosen.startswith("xcb"):
        needed |= X11_LIBRARIES
    missing = sorted({needed[name] for name in needed if not (loads or _loads)(name)})
    if missing:
        return WindowError(
            f"Qt, which draws the window, lacks {len(missing)} libraries of the system",
            f"sudo apt install {' '.join(missing)}",
        )
    if x11 and not wayland and not chosen and loads is None and not _opens_x11():
        return WindowError(
            f"The display {x11} cannot be opened", f"Start it from your desktop; {_INSTEAD}"
        )
    return None


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _opens_x11() -> bool:
    """Whether there is an X server that takes us."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    opened = not xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return opened
