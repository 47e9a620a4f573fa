"""Seccomp through libseccomp: system calls that a process gives up are refused with EPERM.

Bound here with ctypes, for what PyPI has is older than the kernels in use, and looks for the
library by starting programs, in the very process that is to start none. Source: seccomp_init(3) and
the pages named there.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterable
from typing import NamedTuple

_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_ATTRIBUTE_TSYNC = 4
_NOT_EQUAL, _MASKED_EQ = 1, 7
_NO_SUCH_CALL = -1


class _Comparison(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operation", ctypes.c_int),
        ("mask", ctypes.c_uint64),
        ("value", ctypes.c_uint64),
    )


class Case(NamedTuple):
    """A call and what one of its arguments is when the call is refused."""

    call: str
    comparison: _Comparison


def all_set(call: str, argument: int, mask: int) -> Case:
    """All bits of the mask are set in the argument, which is counted from 0."""
    return Case(call, _Comparison(argument, _MASKED_EQ, mask, mask))


def none_set(call: str, argument: int, mask: int) -> Case:
    """No bit of the mask is set in the argument."""
    return Case(call, _Comparison(argument, _MASKED_EQ, mask, 0))


def ends_with(call: str, argument: int, value: int) -> Case:
    """The lower 32 bits of the argument are the value: of more the kernel takes no notice."""
    return Case(call, _Comparison(argument, _MASKED_EQ, 0xFFFFFFFF, value))


def differs(call: str, argument: int, value: int) -> Case:
    """The argument is not the value."""
    return Case(call, _Comparison(argument, _NOT_EQUAL, value, 0))


def load() -> ctypes.CDLL | None:
    """The library, or None where the system has none."""
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return None
    context, action = ctypes.c_void_p, ctypes.c_uint32
    library.seccomp_init.argtypes = (action,)
    library.seccomp_init.restype = context
    library.seccomp_attr_set.argtypes = (context, ctypes.c_int, action)
    library.seccomp_syscall_resolve_name.argtypes = (ctypes.c_char_p,)
    library.seccomp_rule_add_array.argtypes = (
        context,
        action,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.POINTER(_Comparison),
    )
    library.seccomp_load.argtypes = (context,)
    library.seccomp_release.argtypes = (context,)
    library.seccomp_release.restype = None
    return library


def refuse(
    library: ctypes.CDLL,
    calls: Iterable[str],
    absent: Iterable[str],
    cases: Iterable[Case],
) -> None:
    """Refuse system calls in all threads of this process, from now on and for good.

    Args:
        library: from :func:`load`.
        calls: names of calls that fail with EPERM; one that this processor lacks is left out.
        absent: names of calls that fail with ENOSYS, so that callers take their older way.
        cases: calls that fail with EPERM when the argument is so.

    Raises:
        OSError: if the kernel refuses.
    """
    context = library.seccomp_init(_ALLOW)
    try:
        # Without it only this thread would be confined.
        _good(library.seccomp_attr_set(context, _ATTRIBUTE_TSYNC, 1))
        for name in calls:
            _add(library, context, name, errno.EPERM)
        for name in absent:
            _add(library, context, name, errno.ENOSYS)
        for name, comparison in cases:
            _add(library, context, name, errno.EPERM, comparison)
        _good(library.seccomp_load(context))
    finally:
        library.seccomp_release(context)


def _add(
    library: ctypes.CDLL,
    context: int,
    name: str,
    error: int,
    case: _Comparison | None = None,
) -> None:
    number = library.seccomp_syscall_resolve_name(name.encode())
    if number == _NO_SUCH_CALL:
        return  # newer than the library: it cannot be named, and glibc of that age does not use it
    count, array = (0, None) if case is None else (1, ctypes.byref(case))
    result = library.seccomp_rule_add_array(context, _ERRNO | error, number, count, array)
    if result != -errno.EDOM:  # the processor does not know the call
        _good(result)


def _good(result: int) -> None:
    if result < 0:
        raise OSError(-result, os.strerror(-result))
