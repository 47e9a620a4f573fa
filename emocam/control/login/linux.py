"""Linux: an entry for the desktop's session to start.

Source: freedesktop.org, "Desktop Application Autostart Specification" and "Desktop Entry
Specification", the latter for how the command is quoted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from emocam.control.login import Login, remove, write
from emocam.errors import LoginError

_ENTRY = """[Desktop Entry]
Type=Application
Name=EmoCam
Comment=Shows your expression as an emoji, and never your face
Exec={command}
Terminal=false
X-GNOME-Autostart-enabled=true
"""
_OFF = re.compile(r"^\s*(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$", re.M)
#: More than any entry has.
_MAX_SIZE = 1 << 16


class Autostart(Login):
    """``emocam.desktop`` among the user's own autostart entries."""

    def place(self) -> str:
        """The entry's path."""
        return str(self._path())

    def is_on(self) -> bool:
        """Whether the entry is there, and no desktop has switched it off."""
        path = self._path()
        try:
            with path.open("rb") as file:
                text = file.read(_MAX_SIZE).decode(errors="replace")
        except FileNotFoundError:
            return False
        except OSError as error:
            raise LoginError(f"{path} cannot be read: {error.strerror}", "Remove it") from None
        return not _OFF.search(text)

    def on(self, command: Sequence[str]) -> None:
        """Write the entry."""
        write(self._path(), _ENTRY.format(command=quoted(command)).encode())

    def off(self) -> None:
        """Remove the entry."""
        remove(self._path())

    @staticmethod
    def _path() -> Path:
        folder = os.environ.get("XDG_CONFIG_HOME", "")
        try:
            # The specification has relative ones passed over.
            config = Path(folder) if Path(folder).is_absolute() else Path.home() / ".config"
        except RuntimeError:
            raise LoginError("There is no home folder", "Set HOME") from None
        return config / "autostart" / "emocam.desktop"


def quoted(command: Sequence[str]) -> str:
    """The value of ``Exec`` for a command.

    Raises:
        LoginError: if it cannot be written there.
    """
    return " ".join(_quoted(word) for word in command)


def _quoted(word: str) -> str:
    """One argument: quoted as for a shell, then as a string of the file, then as a field code."""
    try:
        word.encode()
    except UnicodeEncodeError:
        raise LoginError(f"{word!r} is no text for a desktop entry", "Rename it") from None
    if any(ord(letter) < 32 for letter in word):
        raise LoginError(f"{word!r} has letters that a desktop entry cannot hold", "Rename it")
    shell = re.sub(r'(["`$\\])', r"\\\1", word)
    return '"' + shell.replace("\\", "\\\\").replace("%", "%%") + '"'
