"""From a picture of a pack to pixels: resvg draws, Pillow composes.

resvg is given no system fonts, and a pack hands out only pictures that refer to nothing outside
themselves: what is drawn is the same on each machine, and is the pack's.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import resvg_py
from PIL import Image

from emocam.errors import PackError
from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.colour import Bytes
from emocam.stage.pack import DEFAULT_PACK, LAST_RESORT, Pack, chain, find_pack


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the avatar lies in the picture; every number in pixels and even.

    Even numbers, because a 2x2 block of pixels shares its colour in I420: so the box of the avatar
    can be exchanged without touching what surrounds it.
    """

    width: int
    height: int
    box: int
    left: int
    top: int

    @classmethod
    def of(cls, settings: Settings) -> Layout:
        """The layout for ``output.width``, ``output.height`` (both even) and ``avatar.size``."""
        width, height = settings.output.width, settings.output.height
        box = min(_even(height * settings.avatar.size), width, height)
        return cls(width, height, box, _even((width - box) / 2), _even((height - box) / 2))


def _even(value: float) -> int:
    return int(value) // 2 * 2


def draw_svg(svg: str, size: int) -> Image.Image:
    """Draw an SVG into a square.

    Args:
        svg: the text of a file.
        size: side of the square in pixels; the drawing keeps its proportions and is centred.

    Returns:
        An RGBA picture, straight alpha, size x size.

    Raises:
        PackError: if the text is no SVG that can be drawn.
    """
    try:
        png = resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True)
        drawing = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
    except (ValueError, OSError, Image.DecompressionBombError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise PackError(f"The SVG cannot be drawn: {reason:.200}", "Mend the SVG") from None
    if drawing.size != (size, size):
        square = Image.new("RGBA", (size, size))
        drawing.thumbnail((size, size))
        square.paste(drawing, ((size - drawing.width) // 2, (size - drawing.height) // 2))
        return square
    return drawing


class Artist:
    """Draws the pictures of one pack with its fallbacks.

    Args:
        pack: where the pictures come from.
        tell: called once for each picture that cannot be drawn as it should.
    """

    def __init__(self, pack: Pack, tell: Callable[[PackError], None] = lambda error: None) -> None:
        self.pack = pack
        self._tell = tell
        self._told: set[Picture] = set()

    def draw(self, picture: Picture, size: int) -> Image.Image:
        """The picture, or what stands in for it, as RGBA of size x size. Never raises PackError."""
        for candidate in chain(picture):
            try:
                return draw_svg(self.pack.source(candidate), size)
            except PackError as error:
                if candidate not in self._told:
                    self._told.add(candidate)
                    self._tell(
                        PackError(
                            f'Picture "{candidate}" of the pack "{self.pack.name}": {error.cause}',
                            error.remedy,
                        )
                    )
        return draw_svg(LAST_RESORT, size)

    def box(self, picture: Picture, layout: Layout, background: str) -> Bytes:
        """The avatar's box, composed on the background.

        Args:
            background: ``#rrggbb``.

        Returns:
            RGB, uint8, shape (layout.box, layout.box, 3).
        """
        drawing = self.draw(picture, layout.box)
        ground = Image.new("RGB", drawing.size, background)
        ground.paste(drawing, (0, 0), drawing)
        return np.asarray(ground)


def choose_pack(name: str, tell: Callable[[PackError], None] = lambda error: None) -> Pack:
    """The pack of that name; where it cannot be loaded, the default one after telling why.

    Raises:
        PackError: if the default pack cannot be loaded either.
    """
    try:
        return find_pack(name)
    except PackError as error:
        if name == DEFAULT_PACK:
            raise
        tell(error)
        return find_pack(DEFAULT_PACK)


def plain(layout: Layout, background: str) -> Bytes:
    """The picture without an avatar: RGB, uint8, shape (height, width, 3)."""
    return np.asarray(Image.new("RGB", (layout.width, layout.height), background))


def render_scene(picture: Picture, settings: Settings) -> Bytes:
    """What the virtual camera shows at rest.

    Args:
        picture: what to show.
        settings: ``output.width``, ``output.height`` and the group ``avatar`` count.

    Returns:
        RGB, uint8, shape (output.height, output.width, 3).

    Raises:
        PackError: if no pack can be loaded.
    """
    layout = Layout.of(settings)
    frame = plain(layout, settings.avatar.background).copy()
    box = Artist(choose_pack(settings.avatar.pack)).box(picture, layout, settings.avatar.background)
    bottom, right = layout.top + layout.box, layout.left + layout.box
    frame[layout.top : bottom, layout.left : right] = box
    return frame
