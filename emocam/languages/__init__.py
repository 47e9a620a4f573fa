"""Which languages the user wants, best first: one interface, one file a platform."""

from __future__ import annotations

import os
import sys

from emocam.languages.tags import as_gettext, of_environment


def preferred() -> list[str]:
    """The languages that the user set for this process, or else for the system.

    Returns:
        Names as gettext has them, such as ``pt_BR``, best first; empty where none is known.
    """
    found = of_environment(os.environ)
    if found:
        return found
    if sys.platform == "win32":
        from emocam.languages import windows

        return [as_gettext(tag) for tag in windows.languages()]
    if sys.platform == "darwin":
        from emocam.languages import macos

        return [as_gettext(tag) for tag in macos.languages()]
    return []
