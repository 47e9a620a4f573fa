"""The contact sheet of a pack: every picture as the camera shows it, large and as a small tile."""

from __future__ import annotations

from PIL import Image, ImageDraw

from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.render import render_scene

_COLUMNS = 7
_LARGE = (320, 180)
#: What a meeting of 25 shows.
_TILE = (160, 90)
_GAP = 16
#: Around the tiles: what meeting programs show between them.
SURROUND = "#111418"


def tile(picture: Picture, settings: Settings, size: tuple[int, int]) -> Image.Image:
    """What the camera shows with these settings, reduced as a meeting program does: RGB."""
    return Image.fromarray(render_scene(picture, settings)).resize(size, Image.Resampling.LANCZOS)


def rounded(picture: Image.Image, radius: int) -> Image.Image:
    """The picture with round corners, RGBA."""
    mask = Image.new("L", (picture.width * 4, picture.height * 4))
    box = (0, 0, mask.width - 1, mask.height - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius * 4, fill=255)
    picture = picture.convert("RGBA")
    picture.putalpha(mask.resize(picture.size, Image.Resampling.LANCZOS))
    return picture


def sheet(settings: Settings) -> Image.Image:
    """All pictures of ``avatar.pack`` in the order of the vocabulary: large, then as tiles; RGB."""
    pictures = list(Picture)
    rows = -(-len(pictures) // _COLUMNS)
    small_columns = _COLUMNS * (_LARGE[0] + _GAP) // (_TILE[0] + _GAP)
    small_rows = -(-len(pictures) // small_columns)
    width = _COLUMNS * (_LARGE[0] + _GAP) + _GAP
    large_height = rows * (_LARGE[1] + _GAP) + _GAP
    whole = Image.new("RGB", (width, large_height + small_rows * (_TILE[1] + _GAP)), SURROUND)
    margin = (width - small_columns * (_TILE[0] + _GAP) + _GAP) // 2
    for index, picture in enumerate(pictures):
        shown = tile(picture, settings, _LARGE)
        large = rounded(shown, 10)
        row, column = divmod(index, _COLUMNS)
        place = (_GAP + column * (_LARGE[0] + _GAP), _GAP + row * (_LARGE[1] + _GAP))
        whole.paste(large, place, large)
        row, column = divmod(index, small_columns)
        place = (margin + column * (_TILE[0] + _GAP), large_height + row * (_TILE[1] + _GAP))
        whole.paste(shown.resize(_TILE, Image.Resampling.LANCZOS), place)
    return whole
