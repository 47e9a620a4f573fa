"""macOS: Apple Color Emoji, which comes with the system. Written to Apple's documentation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from emocam.stage.packs.fonts import EmojiFont


def candidates() -> Iterator[EmojiFont]:
    """The place of the font."""
    yield EmojiFont(Path("/System/Library/Fonts/Apple Color Emoji.ttc"), "Apple Color Emoji")
