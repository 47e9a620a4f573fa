"""Windows: RegisterHotKey. Written to Microsoft's documentation, not run."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping

from emocam.control.tray.keys import Combination, taken
from emocam.errors import TrayError

_MODIFIERS = {"alt": 0x1, "ctrl": 0x2, "shift": 0x4, "super": 0x8}
_NO_REPEAT = 0x4000
_WM_HOTKEY = 0x0312
_VK_F1 = 0x70


def listen(
    combinations: Mapping[str, Combination],
    pressed: Callable[[str], None],
    warn: Callable[[TrayError], None],
) -> None:
    """See :func:`emocam.control.tray.keys.listen`."""
    # The messages come to the thread that registered the keys.
    threading.Thread(
        target=_work, args=(combinations, pressed, warn), name="keys", daemon=True
    ).start()


def _work(
    combinations: Mapping[str, Combination],
    pressed: Callable[[str], None],
    warn: Callable[[TrayError], None],
) -> None:
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        user = ctypes.WinDLL("user32", use_last_error=True)
        names = dict(enumerate(combinations, 1))
        for number, name in names.items():
            modifiers, key = codes(combinations[name])
            if not user.RegisterHotKey(None, number, modifiers, key):
                warn(taken(name, combinations))
        message = wintypes.MSG()
        while user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            if message.message == _WM_HOTKEY and message.wParam in names:
                pressed(names[message.wParam])


def codes(combination: Combination) -> tuple[int, int]:
    """Modifiers and virtual key for RegisterHotKey."""
    modifiers = sum(_MODIFIERS[each] for each in combination.modifiers) | _NO_REPEAT
    key = combination.key
    # The virtual keys of letters and digits are their capital letters' numbers.
    return modifiers, ord(key.upper()) if len(key) == 1 else _VK_F1 + int(key[1:]) - 1
