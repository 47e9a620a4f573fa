"""From a file of a pack to what the stage draws."""

from __future__ import annotations

from emocam.errors import PackError
from emocam.stage.artwork import Artwork, Drawing
from emocam.stage.packs.contents import limit_of
from emocam.stage.packs.limits import too_large
from emocam.stage.packs.svg import refuse_references


def read_picture(data: bytes, name: str) -> Artwork:
    """A picture in any of the formats that a pack may have.

    Args:
        data: the file.
        name: its name, whose ending says the format.

    Raises:
        PackError: if it is not to be shown, or cannot be.
    """
    if len(data) > limit_of(name):
        raise too_large(name, limit_of(name))
    if name.lower().endswith(".svg"):
        return _read_drawing(data)
    from emocam.stage.packs.raster import read_raster  # the built-in packs need no decoder

    return read_raster(data, name)


def _read_drawing(data: bytes) -> Drawing:
    """An SVG that is a drawing and nothing else."""
    try:
        svg = data.decode("utf-8")
    except UnicodeDecodeError:
        raise PackError("The SVG is not UTF-8 text", "Save it as UTF-8") from None
    refuse_references(svg)
    return Drawing(svg)
