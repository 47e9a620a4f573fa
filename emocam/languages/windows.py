"""Windows: the user's display languages. Written to Microsoft's documentation; not run."""

from __future__ import annotations

import ctypes
import sys

#: Names such as ``de-DE``, not numbers.
_MUI_LANGUAGE_NAME = 0x8


def languages() -> list[str]:
    """Tags such as ``de-DE``, best first; empty where Windows does not tell.

    Source: GetUserPreferredUILanguages (winnls.h), which fills a list of strings, each ended by a
    zero, the list by one more.
    """
    if sys.platform == "win32":
        ask = ctypes.WinDLL("kernel32").GetUserPreferredUILanguages
        ask.argtypes = (ctypes.c_ulong, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
        count, length = ctypes.c_ulong(), ctypes.c_ulong()
        if not ask(_MUI_LANGUAGE_NAME, ctypes.byref(count), None, ctypes.byref(length)):
            return []
        buffer = ctypes.create_unicode_buffer(length.value)
        if not ask(_MUI_LANGUAGE_NAME, ctypes.byref(count), buffer, ctypes.byref(length)):
            return []
        return [each for each in buffer[: length.value].split("\0") if each]
    return []
