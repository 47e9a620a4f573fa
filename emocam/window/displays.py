"""Displays of Linux: on which Qt would try to show a window, and whether they can be opened."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping

#: Qt's platforms that can show the window, and the variable that names the display of each. Others
#: need a machine without a desktop (linuxfb, eglfs), or open a port (vnc).
USABLE: Mapping[str, str | None] = {
    "xcb": "DISPLAY",
    "wayland": "WAYLAND_DISPLAY",
    "offscreen": None,
    "minimal": None,
}


def platforms(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The platforms that Qt would try, in its order; empty if there is no display at all. Pure.

    As ``QGuiApplicationPrivate::createPlatformIntegration`` of Qt 6 has it.
    """
    if chosen := environment.get("QT_QPA_PLATFORM"):
        return tuple(name for name in chosen.split(";") if name)
    found = ["xcb"] if environment.get("DISPLAY") else []
    session = environment.get("XDG_SESSION_TYPE") == "wayland"
    if environment.get("WAYLAND_DISPLAY") or (session and found):
        found.insert(0 if session else len(found), "wayland")
    return tuple(found)


def kind_of(name: str) -> str:
    """What kind a platform is: ``wayland-egl`` and ``wayland`` are one, as is ``xcb:arguments``."""
    plain = name.partition(":")[0].lower()
    return "wayland" if plain.startswith("wayland") else plain


def opens(kind: str, display: str) -> bool:
    """Whether a display can be opened.

    Args:
        kind: "xcb" or "wayland".
        display: its name, as the variable has it; empty for the usual one.
    """
    return _opens_wayland(display) if kind == "wayland" else _opens_x11(display)


def _opens_x11(display: str) -> bool:
    """Whether there is an X server that takes us."""
    if not display:
        return False
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(os.fsencode(display), None)
    opened = not xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return opened


def _opens_wayland(display: str) -> bool:
    """Whether there is a compositor that takes us."""
    if os.environ.get("WAYLAND_SOCKET"):
        return True  # a connection that was handed over, and can be used once
    if not (display.startswith("/") or os.environ.get("XDG_RUNTIME_DIR")):
        return False  # where its socket would be
    wayland = ctypes.CDLL("libwayland-client.so.0")
    wayland.wl_display_connect.argtypes = [ctypes.c_char_p]
    wayland.wl_display_connect.restype = ctypes.c_void_p
    wayland.wl_display_disconnect.argtypes = [ctypes.c_void_p]
    connection = wayland.wl_display_connect(os.fsencode(display) if display else None)
    if connection:
        wayland.wl_display_disconnect(connection)
    return bool(connection)
