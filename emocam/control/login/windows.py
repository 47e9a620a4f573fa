"""Windows: a value of the user's Run key. Written to Microsoft's documentation, not run.

Source: "Run and RunOnce Registry Keys". What Task Manager switches off stays in the key and is
kept elsewhere, undocumented; so :meth:`RunKey.is_on` cannot know of it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from emocam.control.login import Login
from emocam.errors import LoginError

KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
VALUE = "EmoCam"
#: The documented length of a command there, in letters.
MAX_COMMAND = 260


class RunKey(Login):
    """The value in the registry."""

    def place(self) -> str:
        """Key and value."""
        return rf"HKEY_CURRENT_USER\{KEY}\{VALUE}"

    def is_on(self) -> bool:
        """Whether the value is there."""
        if sys.platform == "win32":
            import winreg

            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, KEY) as key:
                    winreg.QueryValueEx(key, VALUE)
            except FileNotFoundError:
                return False
            except OSError as error:
                raise self._refusal(error) from None
            return True
        raise LoginError("This is no Windows")

    def on(self, command: Sequence[str]) -> None:
        """Write the value."""
        line = command_line(command)
        if sys.platform == "win32":
            import winreg

            try:
                with winreg.CreateKey(winreg.HKEY_CURRENT_USER, KEY) as key:
                    winreg.SetValueEx(key, VALUE, 0, winreg.REG_SZ, line)
            except OSError as error:
                raise self._refusal(error) from None

    def off(self) -> None:
        """Delete the value."""
        if sys.platform == "win32":
            import winreg

            try:
                access = winreg.KEY_SET_VALUE
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, KEY, access=access) as key:
                    winreg.DeleteValue(key, VALUE)
            except FileNotFoundError:
                pass
            except OSError as error:
                raise self._refusal(error) from None

    def _refusal(self, error: OSError) -> LoginError:
        return LoginError(
            f"Start at login cannot be changed: {self.place()}: {error.strerror}",
            "Ask who administers this machine",
        )


def command_line(command: Sequence[str]) -> str:
    """The value for a command.

    Raises:
        LoginError: if it is longer than Windows takes there.
    """
    line = subprocess.list2cmdline(command)
    if len(line) > MAX_COMMAND:
        raise LoginError(
            f"The command has {len(line)} letters, and Windows takes {MAX_COMMAND} at login",
            "Install EmoCam in a folder with a shorter path",
        )
    return line
