"""Where the machine keeps its colour-emoji font: one file a system, one function each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from emocam.errors import PackError


@dataclass(frozen=True, slots=True)
class EmojiFont:
    """A font with emoji in colour.

    Attributes:
        path: its file.
        family: its name inside the file, by which resvg chooses it.
    """

    path: Path
    family: str


def find_emoji_font() -> EmojiFont:
    """The colour-emoji font of this machine.

    Raises:
        PackError: if there is none.
    """
    for font in _candidates():
        if font.path.is_file():
            return font
    if sys.platform == "linux":
        remedy = "Install one, on Debian with: sudo apt install fonts-noto-color-emoji"
    else:
        remedy = "Choose another pack in avatar.pack"
    raise PackError("This machine has no colour-emoji font that EmoCam knows", remedy)


def _candidates() -> Iterator[EmojiFont]:
    system: str = sys.platform
    if system == "win32":
        from emocam.stage.packs.fonts import windows

        return windows.candidates()
    if system == "darwin":
        from emocam.stage.packs.fonts import macos

        return macos.candidates()
    from emocam.stage.packs.fonts import linux

    return linux.candidates()
