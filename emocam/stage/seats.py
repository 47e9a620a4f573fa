"""Where the avatars of one to four people lie in the picture. Pure: numbers in, numbers out.

One avatar has the whole picture. Several stand in a row in the middle part of it that meeting
programs leave when they cut a wide picture to their tiles, so that nobody is cut off.
"""

from __future__ import annotations

from dataclasses import dataclass

from emocam.scene import MAX_FIGURES

#: What narrow tiles keep of a wide picture, width by height. An assumption: gallery views mostly
#: have tiles between 4:3 and 16:9; a telephone held upright may cut more.
SAFE_ASPECT = 4 / 3
#: The room between two avatars of a row as a share of an avatar; half of it is left beside the
#: outer ones.
GAP = 1 / 16


@dataclass(frozen=True, slots=True)
class Area:
    """An upright part of the picture; every number in pixels and even.

    Even numbers, because a 2x2 block of pixels shares its colour in I420: so an area can be
    exchanged without touching what surrounds it.
    """

    left: int
    top: int
    width: int
    height: int


def safe_area(width: int, height: int) -> Area:
    """The middle part that is left when a picture is cut to tiles of :data:`SAFE_ASPECT`.

    Args:
        width, height: of the picture in pixels, both even.

    Returns:
        The whole picture where it is not wider than that.
    """
    inner = min(width, even(height * SAFE_ASPECT))
    return Area(even((width - inner) / 2), 0, inner, height)


def seats(
    count: int, width: int, height: int, size: float, across: float = 0.5, down: float = 0.5
) -> tuple[Area, ...]:
    """The squares of the avatars from left to right; all of one size, on one line, apart.

    Args:
        count: how many, 1..:data:`MAX_FIGURES`.
        width, height: of the picture in pixels, both even, at least 64.
        size: side of an avatar as a share of the picture's height, over 0 up to 1; several are
            smaller where there is no room for it.
        across, down: where in the room that is left: 0 left or top, 0.5 in the middle, 1 right or
            bottom.

    Raises:
        ValueError: if there cannot be so many.
    """
    if not 1 <= count <= MAX_FIGURES:
        raise ValueError(f"there is no row of {count} avatars")
    room = Area(0, 0, width, height) if count == 1 else safe_area(width, height)
    wanted = min(even(height * size), height)
    if count == 1:
        side, step = min(wanted, width), 0
    else:
        side = min(wanted, even(room.width / count / (1 + GAP)))
        # The room between two grows with them: the side is what is left of a step.
        step = even(side * (1 + GAP))
    row = step * (count - 1) + side
    left = room.left + even((room.width - row) * across)
    top = even((height - side) * down)
    return tuple(Area(left + step * seat, top, side, side) for seat in range(count))


def even(value: float) -> int:
    """The next even number that is not larger."""
    return int(value // 2) * 2
