"""The display, made ready for Qt: one interface, one file a platform that needs anything."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from emocam.errors import PreviewError


def prepare() -> Callable[[], None]:
    """Tell Qt what it must know before it is imported, and look whether a window can be opened.

    Returns:
        What to call when Qt has opened the display.

    Raises:
        PreviewError: if none can; Qt itself would end the process then.
    """
    system: str = sys.platform
    if system not in ("win32", "darwin"):
        from emocam.sensing.preview import display_linux

        return display_linux.prepare()
    return lambda: None


def nowhere() -> bool:
    """Whether this is a machine, or a log-in, without any display."""
    system: str = sys.platform
    if system in ("win32", "darwin"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def lack() -> PreviewError | None:
    """Why no preview can be shown here; None if one can."""
    try:
        prepare()()
    except PreviewError as error:
        return error
    return None
