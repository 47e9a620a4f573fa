"""macOS: the user's languages in System Settings. Written to Apple's documentation; not run."""

from __future__ import annotations

import ctypes

_FRAMEWORK = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation"
_UTF8 = 0x08000100  # kCFStringEncodingUTF8
#: Bytes that a tag may have with its zero.
_LONGEST = 100


def languages() -> list[str]:
    """Tags such as ``zh-Hans-CN``, best first; empty where macOS does not tell.

    Source: CFLocaleCopyPreferredLanguages (CoreFoundation), an array of strings that is the
    caller's to release.
    """
    try:
        foundation = ctypes.CDLL(_FRAMEWORK)
    except OSError:
        return []
    copy, count = foundation.CFLocaleCopyPreferredLanguages, foundation.CFArrayGetCount
    at, write = foundation.CFArrayGetValueAtIndex, foundation.CFStringGetCString
    copy.restype = at.restype = ctypes.c_void_p
    count.argtypes, count.restype = (ctypes.c_void_p,), ctypes.c_long
    at.argtypes = (ctypes.c_void_p, ctypes.c_long)
    write.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_long, ctypes.c_uint32)
    write.restype = ctypes.c_bool
    foundation.CFRelease.argtypes = (ctypes.c_void_p,)
    array = copy()
    if not array:
        return []
    found = []
    buffer = ctypes.create_string_buffer(_LONGEST)
    for index in range(count(array)):
        if write(at(array, index), buffer, _LONGEST, _UTF8):
            found.append(buffer.value.decode())
    foundation.CFRelease(array)
    return found
