"""What lies below and above the avatars, and where they sit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PIL import Image

from emocam.settings import Settings
from emocam.stage.colour import Bytes
from emocam.stage.raster import Layer
from emocam.stage.seats import Area, seats


@dataclass(frozen=True)
class Composition:
    """A picture without avatars.

    Attributes:
        ground: RGBX with X = 255, uint8, shape (height, width, 4).
        areas: the squares of the avatars, from left to right.
    """

    ground: Bytes
    areas: tuple[Area, ...]

    def picture(self) -> Bytes:
        """What is seen where no avatar is: RGBX, shape (height, width, 4)."""
        return self.ground

    def piece(self, index: int) -> tuple[Bytes, list[Layer]]:
        """What lies below an avatar, and above it: the ground of its area, and layers over it."""
        return self._pieces[index]

    @cached_property
    def _pieces(self) -> list[tuple[Bytes, list[Layer]]]:
        return [(np.ascontiguousarray(_cut(self.ground, area)), []) for area in self.areas]


def compose(settings: Settings, count: int = 1) -> Composition:
    """The composition of ``count`` avatars; ``output`` and ``avatar`` of the settings count."""
    width, height = settings.output.width, settings.output.height
    ground = np.asarray(Image.new("RGBA", (width, height), settings.avatar.background))
    return Composition(ground, seats(count, width, height, settings.avatar.size))


def _cut(picture: Bytes, area: Area) -> Bytes:
    return picture[area.top : area.top + area.height, area.left : area.left + area.width]
