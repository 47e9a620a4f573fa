"""From a picture of a pack to pixels, at rest.

No renderer is given system fonts, and a pack hands out only pictures that refer to nothing outside
themselves: what is drawn is the same on each machine, and is the pack's.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from PIL import Image

from emocam.errors import PackError
from emocam.expression import Picture
from emocam.scene import Scene
from emocam.settings import Settings
from emocam.stage.artwork import Artwork, Drawing
from emocam.stage.colour import Bytes
from emocam.stage.composition import compose
from emocam.stage.pack import DEFAULT_PACK, LAST_RESORT, Pack, chain, find_pack
from emocam.stage.raster import Easel
from emocam.stage.subject import Sprite, Subject, layer, prepare
from emocam.stage.vector import Vector

#: Seconds of processor time from which on a drawing is kept as pixels; a face takes 0.003.
SLOW = 0.06


def draw_svg(svg: str, size: int) -> Image.Image:
    """Draw an SVG into a square; see :func:`draw_artwork`."""
    return draw_artwork(Drawing(svg), size)


def draw_artwork(artwork: Artwork, size: int) -> Image.Image:
    """Draw what a pack gives into a square, as it is at rest.

    Args:
        artwork: a drawing, a still, or an animation, of which the first frame is drawn.
        size: side of the square in pixels; the drawing keeps its proportions and is centred.

    Returns:
        An RGBA picture, straight alpha, size x size.

    Raises:
        PackError: if it cannot be drawn.
    """
    return picture_of(prepare(artwork, size), size)


def picture_of(subject: Subject, size: int) -> Image.Image:
    """A subject that was prepared for that size, at rest: RGBA, straight alpha.

    Raises:
        PackError: if it cannot be drawn.
    """
    easel = Easel(size, size)
    try:
        pixels = easel.draw(np.zeros((size, size, 4), np.uint8), [layer(subject, size)])
        premultiplied = Image.frombytes("RGBa", (size, size), pixels.tobytes())
    finally:
        easel.close()
    return premultiplied.convert("RGBA")


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

    def subject(self, picture: Picture, size: int) -> Subject:
        """The picture, or what stands in for it, for a square of that size. Raises no PackError."""
        for candidate in chain(picture):
            try:
                return _affordable(prepare(self.pack.artwork(candidate), size), size)
            except PackError as error:
                if candidate not in self._told:
                    self._told.add(candidate)
                    self._tell(
                        PackError(
                            f'Picture "{candidate}" of the pack "{self.pack.name}": {error.cause}',
                            error.remedy,
                        )
                    )
        return prepare(Drawing(LAST_RESORT), size)

    def draw(self, picture: Picture, size: int) -> Image.Image:
        """The picture, or what stands in for it, as RGBA of size x size. Never raises PackError."""
        return picture_of(self.subject(picture, size), size)


def _affordable(subject: Subject, size: int) -> Subject:
    """A drawing that takes too long to be drawn again and again becomes pixels, which stand still.

    Raises:
        PackError: if it cannot be drawn at all.
    """
    began = time.thread_time()
    picture = picture_of(subject, size)
    if isinstance(subject, Vector) and time.thread_time() - began > SLOW:
        return Sprite((np.asarray(picture),))
    return subject


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


def render_scene(shown: Picture | Scene, settings: Settings) -> Bytes:
    """What the virtual camera shows at rest, with reduced motion.

    Args:
        shown: a scene, or the picture of its only avatar.
        settings: ``output.width``, ``output.height`` and the group ``avatar`` count.

    Returns:
        RGB, uint8, shape (output.height, output.width, 3).

    Raises:
        PackError: if no pack can be loaded.
    """
    scene = Scene.of(shown) if isinstance(shown, Picture) else shown
    composition = compose(settings, len(scene.figures))
    side = composition.areas[0].width
    artist = Artist(choose_pack(settings.avatar.pack))
    frame = composition.ground[..., :3].copy()
    easel = Easel(side, side)
    try:
        for index, (figure, area) in enumerate(zip(scene.figures, composition.areas, strict=True)):
            subject = artist.subject(figure.picture, side)
            box = easel.draw(composition.piece(index), [layer(subject, side)])[..., :3]
            frame[area.top : area.top + side, area.left : area.left + side] = box
    finally:
        easel.close()
    return frame
