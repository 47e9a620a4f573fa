"""What is missing for a window: Qt would end the process without a word that helps."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Mapping

from emocam.errors import WindowError
from emocam.window.displays import USABLE, kind_of, opens, platforms

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
#: The same, for a display of Wayland.
WAYLAND_LIBRARIES: Mapping[str, str] = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
_OF_KIND = {"xcb": X11_LIBRARIES, "wayland": WAYLAND_LIBRARIES}
_INSTEAD = "emocam ctl does the same without a window"


def lack(
    environment: Mapping[str, str],
    platform: str = sys.platform,
    loads: Callable[[str], bool] | None = None,
    opened: Callable[[str, str], bool] = opens,
) -> WindowError | None:
    """Why there can be no window here; None if there can.

    Args:
        environment: of the process.
        platform: as ``sys.platform``.
        loads: whether a library of the system can be loaded; asks the system if None.
        opened: whether a display of a kind ("xcb" or "wayland") by its name can be opened.
    """
    if platform in ("win32", "darwin"):
        return None
    names = platforms(environment)
    if not names:
        return WindowError("There is no display here", f"Start it from your desktop; {_INSTEAD}")
    problems = []
    for name in names:  # Qt tries one after the other, too
        problem = _lack_of(name, environment, loads or _loads, opened)
        if problem is None:
            return None
        problems.append(problem)
    return problems[0]


def _lack_of(
    name: str,
    environment: Mapping[str, str],
    loads: Callable[[str], bool],
    opened: Callable[[str, str], bool],
) -> WindowError | None:
    kind = kind_of(name)
    if kind not in USABLE:
        return WindowError(
            f'QT_QPA_PLATFORM says "{name[:64]}", where EmoCam can show no window',
            f"Take it out of the environment, or choose one of: {', '.join(USABLE)}",
        )
    needed = {**QT_LIBRARIES, **_OF_KIND.get(kind, {})}
    missing = sorted({needed[library] for library in needed if not loads(library)})
    if missing:
        return WindowError(
            f"Qt, which draws the window, lacks {len(missing)} libraries of the system",
            f"sudo apt install {' '.join(missing)}",
        )
    if (variable := USABLE[kind]) is None:
        return None
    display = environment.get(variable, "")
    if opened(kind, display):
        return None
    cause = f"The display {display} cannot be opened" if display else "There is no display here"
    if "QT_QPA_PLATFORM" in environment:
        remedy = (
            f"Take QT_QPA_PLATFORM={environment['QT_QPA_PLATFORM'][:64]} out of the environment"
        )
    elif kind == "wayland":
        remedy = f"{variable} must name the display of your desktop, as in a terminal there"
    else:
        remedy = "Start it from your desktop"
    return WindowError(cause, f"{remedy}; {_INSTEAD}")


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
