"""Starting EmoCam when the user logs in: one interface, one file a platform.

Only for this user, without special rights, and where the system's own settings show it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from pathlib import Path

from emocam import another
from emocam.errors import LoginError
from emocam.settings import Layers, Settings

#: The setting by which administrators say whether EmoCam starts at login.
AUTOSTART = "login.autostart"


class Login(ABC):
    """What the system starts at login."""

    @abstractmethod
    def place(self) -> str:
        """Where that is written, for people.

        Raises:
            LoginError: if there is no such place.
        """

    @abstractmethod
    def is_on(self) -> bool:
        """Whether EmoCam is started.

        Raises:
            LoginError: if that cannot be known.
        """

    @abstractmethod
    def on(self, command: Sequence[str]) -> None:
        """Have a command started from the next login on.

        Raises:
            LoginError: if that cannot be written.
        """

    @abstractmethod
    def off(self) -> None:
        """Have nothing started; without effect where nothing is.

        Raises:
            LoginError: if that cannot be written.
        """


def login() -> Login:
    """That of this platform."""
    if sys.platform == "win32":
        from emocam.control.login.windows import RunKey

        return RunKey()
    if sys.platform == "darwin":
        from emocam.control.login.macos import LaunchAgent

        return LaunchAgent()
    from emocam.control.login.linux import Autostart

    return Autostart()


def forbidden(layers: Layers) -> str:
    """Who locked that EmoCam does not start at login; empty where nobody did.

    Args:
        layers: who says what of the settings.
    """
    origin = layers.origin(AUTOSTART)
    return origin.by if origin.locked and not layers.value(AUTOSTART) else ""


def starts(settings: Settings, locked: Collection[str]) -> bool | None:
    """Whether EmoCam starts when the user logs in; None where that cannot be known.

    Args:
        settings: those that hold.
        locked: keys of the settings that the machine's administrator set.
    """
    if AUTOSTART in locked:
        return settings.login.autostart
    try:
        return login().is_on()
    except LoginError:
        return None


def command(*arguments: str) -> list[str]:
    """The command that runs EmoCam at login, with whole paths: there is no working folder then.

    Args:
        arguments: more for ``emocam run``.
    """
    python = Path(sys.executable)
    windowless = python.with_name("pythonw.exe")
    if sys.platform == "win32" and windowless.exists():
        python = windowless  # the other one opens a terminal
    # What is missing so early may come: the webcam, the module, the panel. And so may a policy.
    run = ["run", "--wait", "--unless-forbidden"]
    return [*another.python(str(python)), "-m", "emocam", *run, *arguments]


def write(path: Path, data: bytes) -> None:
    """Write a whole file or none.

    Raises:
        LoginError: if that fails.
    """
    import tempfile  # every command builds the parser, and few write

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".emocam-")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise refusal(path, error) from None


def remove(path: Path) -> None:
    """Remove a file, if there is one.

    Raises:
        LoginError: if that fails.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise refusal(path, error) from None


def refusal(path: Path, error: OSError) -> LoginError:
    """What is said of a file that cannot be written."""
    return LoginError(
        f"Start at login cannot be changed: {path}: {error.strerror}",
        "See that the folder is yours and can be written",
    )
