"""macOS: a launch agent of the user. Written to Apple's documentation, not run.

Source: ``man launchd.plist``, "Creating Launch Daemons and Agents".
"""

from __future__ import annotations

import plistlib
from collections.abc import Sequence
from pathlib import Path

from emocam.control.login import Login, remove, write
from emocam.errors import LoginError

LABEL = "org.emocam.emocam"


class LaunchAgent(Login):
    """A property list in the user's ``LaunchAgents``; it is read at the next login."""

    def place(self) -> str:
        """The list's path."""
        return str(self._path())

    def is_on(self) -> bool:
        """Whether the list is there and starts something."""
        path = self._path()
        try:
            with path.open("rb") as file:
                found = plistlib.load(file)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise LoginError(f"{path} cannot be read: {error.strerror}", "Remove it") from None
        except Exception:  # plistlib lets its parsers' own errors through
            return False
        return isinstance(found, dict) and bool(found.get("RunAtLoad")) and "Disabled" not in found

    def on(self, command: Sequence[str]) -> None:
        """Write the list."""
        write(self._path(), agent(command))

    def off(self) -> None:
        """Remove the list."""
        remove(self._path())

    @staticmethod
    def _path() -> Path:
        try:
            home = Path.home()
        except RuntimeError:
            raise LoginError("There is no home folder", "Set HOME") from None
        return home / "Library" / "LaunchAgents" / f"{LABEL}.plist"


def agent(command: Sequence[str]) -> bytes:
    """The property list for a command.

    Raises:
        LoginError: if it cannot be written there.
    """
    try:
        return plistlib.dumps(
            {
                "Label": LABEL,
                "ProgramArguments": list(command),
                "RunAtLoad": True,
                # Of a user who sits before the screen, who waits for its answers.
                "LimitLoadToSessionType": "Aqua",
                "ProcessType": "Interactive",
            }
        )
    except (ValueError, TypeError) as error:
        raise LoginError(f"The command cannot be written: {error}", "Rename its path") from None
