"""Windows: values in a key that only administrators can write. Written to Microsoft's
documentation, not run.

Mandatory values stand in ``HKLM\\Software\\Policies\\EmoCam``, recommended ones in its subkey
``Recommended``. A value bears the setting's whole name (``mood.caution``); a list is a subkey of
that name with one value for each word, as Group Policy writes lists.

Source: Microsoft, "Group Policy ADMX Syntax Reference Guide"; "Registry Functions".
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from emocam.errors import PolicyError
from emocam.settings.layers import Kind
from emocam.settings.policy import Reading, Statement
from emocam.settings.schema import declarations

KEY = r"Software\Policies\EmoCam"
RECOMMENDED = "Recommended"
_HIVE = "HKEY_LOCAL_MACHINE"


@dataclass(frozen=True, slots=True)
class Key:
    """A registry key as it was read.

    Attributes:
        values: data by name; numbers and texts as Python has them.
        keys: the keys below it.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    keys: Mapping[str, Key] = field(default_factory=dict)


def read() -> list[Reading]:
    """The policies of this machine. Never raises."""
    try:
        found = _key(KEY, depth=2)
    except OSError as error:
        cause = f"The policies in {_HIVE}\\{KEY} cannot be read: {error.strerror}"
        return [Reading(KEY, damage=(PolicyError(cause, "Let users read that key"),))]
    return [] if found is None else [parse(found)]


def _key(path: str, depth: int) -> Key | None:
    """A key with those below it.

    Raises:
        OSError: if it cannot be read.
    """
    values: dict[str, object] = {}
    keys: dict[str, Key] = {}
    if sys.platform == "win32":
        import winreg

        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        try:
            key = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path, access=access)
        except FileNotFoundError:
            return None
        with key:
            subkeys, count, _ = winreg.QueryInfoKey(key)
            for index in range(count):
                name, data, _ = winreg.EnumValue(key, index)
                values[name] = data
            names = [winreg.EnumKey(key, index) for index in range(subkeys if depth else 0)]
        for name in names:
            if (below := _key(f"{path}\\{name}", depth - 1)) is not None:
                keys[name] = below
    return Key(values, keys)


def parse(key: Key) -> Reading:
    """What the key says. Pure."""
    statements = _statements(Kind.MANDATORY, key, f"{_HIVE}\\{KEY}")
    for name, below in key.keys.items():
        if name.casefold() == RECOMMENDED.casefold():
            path = f"{_HIVE}\\{KEY}\\{name}"
            statements += _statements(Kind.RECOMMENDED, below, path)
    return Reading(f"{_HIVE}\\{KEY}", tuple(statements))


def _statements(kind: Kind, key: Key, path: str) -> list[Statement]:
    found = []
    for name, data in key.values.items():
        if name:  # the key's own value says nothing
            by = f"{path}\\{name}"
            found.append(Statement(kind, _name(name), _natural(_name(name), data), by, by))
    for name, below in key.keys.items():
        if name.casefold() != RECOMMENDED.casefold() or kind is not Kind.MANDATORY:
            words = [data for _, data in sorted(below.values.items(), key=_place)]
            by = f"{path}\\{name}"
            found.append(Statement(kind, _name(name), words, by, by))
    return found


def _name(name: str) -> str:
    """The registry does not tell large letters from small ones."""
    return name.casefold()


def _natural(key: str, data: object) -> object:
    """A value in the type that its setting has: there are no truth values and fractions there."""
    declaration = declarations().get(key)
    if declaration is None:
        return data
    if isinstance(declaration.default, bool):
        return bool(data) if type(data) is int and data in (0, 1) else data
    if isinstance(declaration.default, float) and isinstance(data, str):
        try:
            return float(data)
        except ValueError:
            return data
    return data


def _place(item: tuple[str, object]) -> tuple[int, str]:
    """Group Policy numbers the words of a list from 1."""
    name = item[0]
    return (int(name) if name.isascii() and name.isdecimal() and len(name) < 9 else 0, name)
