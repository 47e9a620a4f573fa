"""Windows: Segoe UI Emoji, which comes with the system. Written to Microsoft's documentation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from emocam.stage.packs.fonts import EmojiFont


def candidates() -> Iterator[EmojiFont]:
    """The place of the font."""
    windows = os.environ.get("SystemRoot", r"C:\Windows")  # noqa: SIM112 (as Windows writes it)
    yield EmojiFont(Path(windows) / "Fonts" / "seguiemj.ttf", "Segoe UI Emoji")
