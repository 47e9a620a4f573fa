"""Linux: fontconfig's usual folders, looked through without starting fontconfig.

Source: XDG Base Directory Specification; fontconfig's default ``fonts.conf``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from emocam.stage.packs.fonts import EmojiFont

#: File name to family, the likely ones first. Noto comes as bitmaps or, in Fedora, as COLRv1.
_FAMILIES = {
    "NotoColorEmoji.ttf": "Noto Color Emoji",
    "NotoColorEmoji-Regular.ttf": "Noto Color Emoji",
    "Noto-COLRv1.ttf": "Noto Color Emoji",
    "Twemoji.ttf": "Twemoji",
}
#: How deep fonts lie in such a folder, and how many folders are looked into.
_DEPTH, _MOST = 4, 2000


def candidates() -> Iterator[EmojiFont]:
    """Fonts that are there, the user's own before the system's."""
    for root in _roots():
        found = dict(_search(root))
        for name, family in _FAMILIES.items():
            if name in found:
                yield EmojiFont(found[name], family)


def _roots() -> Iterator[Path]:
    home = os.environ.get("HOME", "")
    data = os.environ.get("XDG_DATA_HOME", "")
    if data:
        yield Path(data) / "fonts"
    elif home:
        yield Path(home) / ".local" / "share" / "fonts"
    if home:
        yield Path(home) / ".fonts"
    shared = os.environ.get("XDG_DATA_DIRS", "") or "/usr/local/share:/usr/share"
    for folder in shared.split(":"):
        if folder.startswith("/"):
            yield Path(folder) / "fonts"


def _search(root: Path) -> Iterator[tuple[str, Path]]:
    depth = len(root.parts)
    for count, (folder, inner, files) in enumerate(os.walk(root)):
        if count >= _MOST or len(Path(folder).parts) - depth >= _DEPTH:
            inner.clear()
        inner.sort()
        for name in files:
            if name in _FAMILIES:
                yield name, Path(folder, name)
