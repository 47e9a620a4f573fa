"""The calls of the Windows API that :mod:`.windows` needs, by ctypes; signatures as documented.

Not run by the project's tests, which have no Windows machine.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_void_p, c_wchar_p
from typing import Any

_TOKEN_QUERY = 0x8
_TOKEN_USER = 1  # TokenUser of TOKEN_INFORMATION_CLASS
_SDDL_REVISION_1 = 1
_SE_KERNEL_OBJECT = 6
_OWNER_SECURITY_INFORMATION = 0x1
_INVALID_HANDLE = c_void_p(-1).value

_DWORD = ctypes.c_uint32
_BOOL = ctypes.c_int


class _SecurityAttributes(ctypes.Structure):
    """SECURITY_ATTRIBUTES."""

    _fields_ = (("length", _DWORD), ("descriptor", c_void_p), ("inherit", _BOOL))


def create_pipe(
    path: str, open_mode: int, pipe_mode: int, instances: int, buffer: int, descriptor: str
) -> int:
    """CreateNamedPipeW with a security descriptor given as a string; returns the handle.

    Raises:
        OSError: with ``winerror``.
    """
    kernel, advapi = _library("kernel32"), _library("advapi32")
    create = _call(
        kernel.CreateNamedPipeW,
        c_void_p,
        c_wchar_p, _DWORD, _DWORD, _DWORD, _DWORD, _DWORD, _DWORD, POINTER(_SecurityAttributes),
    )  # fmt: skip
    convert = _call(
        advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW,
        _BOOL,
        c_wchar_p, _DWORD, POINTER(c_void_p), c_void_p,
    )  # fmt: skip
    converted = c_void_p()
    if not convert(descriptor, _SDDL_REVISION_1, byref(converted), None):
        raise _last_error()
    try:
        attributes = _SecurityAttributes(ctypes.sizeof(_SecurityAttributes), converted, 0)
        handle = create(path, open_mode, pipe_mode, instances, buffer, buffer, 0, byref(attributes))
        if handle is None or handle == _INVALID_HANDLE:
            raise _last_error()
        return int(handle)
    finally:
        _free(converted)


def close_handle(handle: int) -> None:
    """CloseHandle.

    Raises:
        OSError: with ``winerror``.
    """
    if not _call(_library("kernel32").CloseHandle, _BOOL, c_void_p)(handle):
        raise _last_error()


def user_sid() -> str:
    """The security identifier of the user whose process this is, such as ``S-1-5-21-…-1001``.

    Raises:
        OSError: with ``winerror``.
    """
    kernel, advapi = _library("kernel32"), _library("advapi32")
    process = _call(kernel.GetCurrentProcess, c_void_p)()
    token = c_void_p()
    opened = _call(advapi.OpenProcessToken, _BOOL, c_void_p, _DWORD, POINTER(c_void_p))
    if not opened(process, _TOKEN_QUERY, byref(token)):
        raise _last_error()
    try:
        # A TOKEN_USER begins with a pointer to the SID, which lies in the same buffer.
        ask = _call(
            advapi.GetTokenInformation,
            _BOOL,
            c_void_p, ctypes.c_int, c_void_p, _DWORD, POINTER(_DWORD),
        )  # fmt: skip
        size = _DWORD()
        ask(token, _TOKEN_USER, None, 0, byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        if not ask(token, _TOKEN_USER, buffer, size, byref(size)):
            raise _last_error()
        return _sid_text(c_void_p.from_buffer(buffer))
    finally:
        close_handle(token.value or 0)


def owner_sid(handle: int) -> str:
    """The security identifier of a pipe's owner.

    Raises:
        OSError: with ``winerror``.
    """
    ask = _call(
        _library("advapi32").GetSecurityInfo,
        _DWORD,
        c_void_p, ctypes.c_int, _DWORD, POINTER(c_void_p), c_void_p, c_void_p, c_void_p,
        POINTER(c_void_p),
    )  # fmt: skip
    owner, descriptor = c_void_p(), c_void_p()
    code = ask(
        handle, _SE_KERNEL_OBJECT, _OWNER_SECURITY_INFORMATION, byref(owner), None, None, None,
        byref(descriptor),
    )  # fmt: skip
    if code:
        raise _error(code)
    try:
        return _sid_text(owner)
    finally:
        _free(descriptor)


def _sid_text(sid: c_void_p) -> str:
    text = c_wchar_p()
    convert = _call(
        _library("advapi32").ConvertSidToStringSidW, _BOOL, c_void_p, POINTER(c_wchar_p)
    )
    if not convert(sid, byref(text)):
        raise _last_error()
    try:
        return text.value or ""
    finally:
        _free(ctypes.cast(text, c_void_p))


def _free(pointer: c_void_p) -> None:
    """LocalFree, which takes back what the conversions gave."""
    _call(_library("kernel32").LocalFree, c_void_p, c_void_p)(pointer)


def _call(function: Any, result: Any, *arguments: Any) -> Any:
    function.restype, function.argtypes = result, arguments
    return function


def _library(name: str) -> Any:
    return _windows().WinDLL(name, use_last_error=True)


def _last_error() -> OSError:
    return _error(_windows().get_last_error())


def _error(code: int) -> OSError:
    error: OSError = _windows().WinError(code)
    return error


def _windows() -> Any:
    """The part of ctypes that only Windows has."""
    return ctypes
