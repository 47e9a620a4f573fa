"""Linux with X11: passive grabs of single combinations on the root window.

Source: X Window System Protocol, GrabKey. NumLock and CapsLock are modifiers there, too, so each
combination is grabbed with and without them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from Xlib import XK, X, display, error

from emocam.control.tray.keys import Combination, taken
from emocam.errors import TrayError

_MASKS = {
    "ctrl": X.ControlMask,
    "alt": X.Mod1Mask,
    "shift": X.ShiftMask,
    "super": X.Mod4Mask,
}
_LOCKS = (0, X.LockMask, X.Mod2Mask, X.LockMask | X.Mod2Mask)


def listen(
    combinations: Mapping[str, Combination],
    pressed: Callable[[str], None],
    warn: Callable[[TrayError], None],
) -> None:
    """See :func:`emocam.control.tray.keys.listen`."""
    try:
        screen = display.Display()
    except (error.DisplayError, error.ConnectionClosedError, OSError) as problem:
        warn(TrayError(f"Global keys cannot be had: {problem}", "Use emocam ctl"))
        return
    found = _grab(screen, combinations, warn)

    def work() -> None:
        while True:
            try:
                event = screen.next_event()
            except (error.ConnectionClosedError, OSError):
                return  # the desktop has gone, and the icon with it
            if event.type == X.KeyPress:
                mask = event.state & sum(_MASKS.values())
                if name := found.get((event.detail, mask)):
                    pressed(name)

    threading.Thread(target=work, name="keys", daemon=True).start()


def _grab(
    screen: Any, combinations: Mapping[str, Combination], warn: Callable[[TrayError], None]
) -> dict[tuple[int, int], str]:
    """Grab each; returns what each keycode with its modifiers is for."""
    root = screen.screen().root
    found = {}
    for name, combination in combinations.items():
        code = screen.keysym_to_keycode(XK.string_to_keysym(_name(combination.key)))
        mask = sum(_MASKS[modifier] for modifier in combination.modifiers)
        refused = error.CatchError(error.BadAccess, error.BadValue)
        for lock in _LOCKS if code else ():
            root.grab_key(
                code, mask | lock, False, X.GrabModeAsync, X.GrabModeAsync, onerror=refused
            )
        screen.sync()
        if not code or refused.get_error():
            warn(taken(name, combinations))
        else:
            found[code, mask] = name
    return found


def _name(key: str) -> str:
    return key.upper() if len(key) > 1 else key
