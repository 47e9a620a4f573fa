"""What lies below the avatars, and where they sit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emocam.errors import EmoCamError
from emocam.settings import Settings
from emocam.stage.backdrop import backdrop
from emocam.stage.colour import Bytes
from emocam.stage.name_plate import draw_plate, room_above
from emocam.stage.seats import Area, safe_area, seats


@dataclass(frozen=True, slots=True)
class Composition:
    """A picture without avatars.

    Attributes:
        ground: background and name plate: RGBX with X = 255, uint8, shape (height, width, 4).
        areas: the squares of the avatars, from left to right; they are clear of the plate.
    """

    ground: Bytes
    areas: tuple[Area, ...]

    def piece(self, index: int) -> Bytes:
        """The ground of an area: RGBX, contiguous."""
        area = self.areas[index]
        rows = slice(area.top, area.top + area.height)
        return np.ascontiguousarray(self.ground[rows, area.left : area.left + area.width])


def ground(settings: Settings, tell: Callable[[EmoCamError], None] = lambda error: None) -> Bytes:
    """Background and name plate: RGBX, uint8, shape (height, width, 4).

    Args:
        settings: the groups ``output`` and ``avatar`` count.
        tell: told what of them cannot be drawn, and why.
    """
    solid = settings.avatar.background == "green"  # else the plate would be keyed out in part
    return draw_plate(backdrop(settings, tell), settings.avatar.name_plate, tell, solid)


def places(settings: Settings, count: int = 1) -> tuple[Area, ...]:
    """The squares of ``count`` avatars, from left to right.

    ``avatar.position`` moves them to the edges of what narrow tiles leave of the picture
    (:func:`.seats.safe_area`), so that nothing is cut off there.
    """
    width, height = settings.output.width, settings.output.height
    if settings.avatar.name_plate.strip():
        height = room_above(width, height)
    size = min(1.0, settings.avatar.size * settings.output.height / height)
    words = settings.avatar.position.split("-")
    down = 0.0 if "top" in words else 1.0 if "bottom" in words else 0.5
    across = 0.0 if "left" in words else 1.0 if "right" in words else 0.5
    if count == 1:
        side = min(height * size, width)
        free, inner = width - side, safe_area(width, settings.output.height).width - side
        across = 0.5 + (across - 0.5) * max(inner, 0.0) / free if free > 0 else 0.5
    return seats(count, width, height, size, across, down)


def compose(
    settings: Settings,
    count: int = 1,
    picture: Bytes | None = None,
    tell: Callable[[EmoCamError], None] = lambda error: None,
) -> Composition:
    """The composition of ``count`` avatars.

    Args:
        picture: what :func:`ground` gave; drawn if None.
    """
    return Composition(
        ground(settings, tell) if picture is None else picture, places(settings, count)
    )
