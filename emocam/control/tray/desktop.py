"""What this desktop lacks for an icon: one interface, one file a platform that lacks anything."""

from __future__ import annotations

import sys

from emocam.errors import TrayError


def prepare() -> None:
    """Make the desktop's libraries ready for pystray; before anything else imports it.

    Raises:
        TrayError: if there can be no icon.
    """
    if sys.platform not in ("win32", "darwin"):
        from emocam.control.tray import desktop_linux

        desktop_linux.prepare()


def lack() -> TrayError | None:
    """Why an icon that pystray shows may not be seen, once the desktop has had time to come up."""
    if sys.platform in ("win32", "darwin"):
        return None
    from emocam.control.tray import desktop_linux

    return desktop_linux.lack()


def is_harmless(error: Exception) -> bool:
    """Whether an error that pystray left its loop with is only a missing notification daemon."""
    return type(error).__name__ == "Error" and type(error).__module__.startswith("gi.")
