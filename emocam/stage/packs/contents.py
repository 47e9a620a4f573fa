"""The files of a pack, in memory: what a folder and a zip have in common."""

from __future__ import annotations

from dataclasses import dataclass, field

from emocam.errors import PackError
from emocam.stage.packs.limits import MAX_MANIFEST_SIZE, MAX_RASTER_SIZE, MAX_SVG_SIZE
from emocam.stage.packs.names import MANIFEST


@dataclass(slots=True)
class Contents:
    """What was found.

    Attributes:
        source: where it was found, for messages.
        files: content by name; only files whose names and sizes may be.
        problems: what is wrong with the others; a pack with any is refused.
    """

    source: str
    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[PackError] = field(default_factory=list)


def limit_of(name: str) -> int:
    """How many bytes a file of this name may have."""
    if name == MANIFEST:
        return MAX_MANIFEST_SIZE
    return MAX_SVG_SIZE if name.lower().endswith((".svg", ".txt", ".md")) else MAX_RASTER_SIZE
