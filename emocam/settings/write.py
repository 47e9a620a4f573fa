"""Writing one setting into the user's file, with everything else in it left as it stands.

The file is replaced as a whole or not at all, and only by one that says the same but for that one
setting. What cannot be parsed is not touched: to write it again would lose what it was to say.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from emocam.errors import SettingsError
from emocam.settings.declaration import Value
from emocam.settings.load import MAX_FILE_SIZE
from emocam.settings.locking import locked

_BOM = b"\xef\xbb\xbf"


def write_setting(path: Path, key: str, value: Value | None) -> None:
    """Write a setting into a file, or take it out; waits for other writers.

    Args:
        path: the TOML file; made with its folder if it is not there. A link stays one.
        key: a declared setting, ``group.name``.
        value: that its declaration allows; None takes the setting out.

    Raises:
        SettingsError: if that cannot be; the file is as it was then.
    """
    try:
        real = path.resolve()
        if value is None and not real.exists():
            return
        real.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(real.parent):
            old = _read(real)
            new = edited(old, str(path), key, value)
            if new != old:
                _replace(real, new)
    except (OSError, RuntimeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise SettingsError(
            f"The settings file {path} cannot be written: {reason}",
            "See that file and folder are yours and can be written; nothing was changed",
        ) from None


def edited(data: bytes, name: str, key: str, value: Value | None) -> bytes:
    """A settings file with one setting changed or taken out. Pure.

    Args:
        data: the file; comments, unknown lines, order and line ends are kept.
        name: of the file, for messages.
        key: a declared setting.
        value: its new value; None takes it out.

    Raises:
        SettingsError: if the file cannot be parsed, so that changing it could lose something.
    """
    group, _, setting = key.partition(".")
    mark, data = (_BOM, data[3:]) if data.startswith(_BOM) else (b"", data)
    text, before = _parse(data, name)
    table = before.get(group, {})
    if not isinstance(table, dict):
        raise SettingsError(f'"{group}" is no table in {name}', f"Write it as [{group}]")
    plain = list(value) if isinstance(value, tuple) else value
    if plain is None and setting not in table:
        return mark + data
    wanted = {**table, setting: plain}
    if plain is None:
        del wanted[setting]
    windows = "\r\n" in text and "\n" not in text.replace("\r\n", "")
    for way in (_beside, _into, _below):
        new = way(text, group, setting, plain)
        if windows:
            new = new.replace("\r\n", "\n").replace("\n", "\r\n")
        if _says(new, {**before, group: wanted}, group):
            return mark + new.encode()
    raise _unwritable(name, f"{key} is written in a way that cannot be changed safely")


def _says(text: str, wanted: dict[str, Any], group: str) -> bool:
    try:
        tree = tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    return {**tree, group: tree.get(group, {})} == wanted


def _parse(data: bytes, name: str) -> tuple[str, dict[str, Any]]:
    try:
        text = data.decode()
        return text, tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unwritable(name, f"it is not TOML: {error}") from None


def _beside(text: str, group: str, setting: str, value: Any) -> str:
    """A new setting below the last one of its table: comments at the end are about what follows.

    Where that cannot be, the text is given back as it is.
    """
    import tomlkit  # only who writes needs it
    from tomlkit.items import SingleKey, Table

    with contextlib.suppress(Exception):  # whatever it makes of odd files: the outcome is judged
        document = tomlkit.parse(text)
        table = document.get(group)
        if value is not None and isinstance(table, Table) and setting not in table:
            body = table.value
            last = next((key for key, _ in reversed(body.body) if key is not None), None)
            if last is not None:
                body._insert_after(last, SingleKey(setting), tomlkit.item(value))
                return document.as_string()
    return text


def _into(text: str, group: str, setting: str, value: Any) -> str:
    """A setting in its table, as tomlkit sees fit; the text as it is where there is no table."""
    import tomlkit

    with contextlib.suppress(Exception):  # whatever it makes of odd files: the outcome is judged
        document = tomlkit.parse(text)
        if (table := document.get(group)) is not None:
            if value is None:
                del table[setting]
            else:
                table[setting] = value
            return document.as_string()
    return text


def _below(text: str, group: str, setting: str, value: Any) -> str:
    """A setting in a table of its own at the end."""
    import tomlkit

    if value is None:
        return text
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return f"{text}{gap}[{group}]\n{setting} = {tomlkit.item(value).as_string()}\n"


def _unwritable(name: str, reason: str) -> SettingsError:
    return SettingsError(
        f"{name} cannot be changed without losing something: {reason}",
        "Mend that by hand; nothing was changed",
    )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_SIZE + 1)
    except FileNotFoundError:
        return b""
    if len(data) > MAX_FILE_SIZE:
        raise SettingsError(
            f"The settings file {path} is larger than {MAX_FILE_SIZE >> 20} MiB", "Make it smaller"
        )
    return data


def _replace(path: Path, data: bytes) -> None:
    """Write a whole file or none, with the mode and the owner of the one before.

    Raises:
        OSError: if that cannot be.
    """
    before = path.stat() if path.exists() else None
    if before is not None and not os.access(path, os.W_OK):
        raise PermissionError(None, "The file is not to be written")
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".settings-")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            if before is not None and hasattr(os, "fchmod"):
                with contextlib.suppress(OSError):  # of a file shared by a group
                    os.fchown(file.fileno(), before.st_uid, before.st_gid)
                os.fchmod(file.fileno(), before.st_mode & 0o7777)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
