"""What the control process tells the stage to show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emocam.errors import WireError
from emocam.expression import Picture

#: The most avatars side by side in one scene.
MAX_FIGURES = 4


@dataclass(frozen=True, slots=True)
class Figure:
    """One avatar of a scene.

    Attributes:
        picture: what it shows.
        strength: how sure the reading was, 0..1; packs may draw a stronger or weaker expression.
    """

    picture: Picture
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be shown until the next scene.

    Attributes:
        figures: the avatars from left to right, 1..:data:`MAX_FIGURES`; more than one only where
            several people before the camera are shown side by side.
    """

    figures: tuple[Figure, ...]

    @classmethod
    def of(cls, picture: Picture, strength: float = 1.0) -> Scene:
        """The scene of one avatar."""
        return cls((Figure(picture, strength),))

    @property
    def picture(self) -> Picture:
        """The picture of the first avatar from the left; of the only one, as a rule."""
        return self.figures[0].picture

    def to_message(self) -> dict[str, Any]:
        """The scene as a message for :func:`emocam.wire.encode_message`."""
        figures = [{"picture": f.picture.value, "strength": f.strength} for f in self.figures]
        return {"type": "scene", "figures": figures}

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Scene:
        """The scene in a message.

        Raises:
            WireError: if the message is no scene.
        """
        figures = message.get("figures")
        if (
            message.get("type") != "scene"
            or not isinstance(figures, list)
            or not 1 <= len(figures) <= MAX_FIGURES
            or not all(isinstance(figure, dict) and _fits(figure) for figure in figures)
        ):
            raise WireError(f"A message is no scene: {dict(message)!r:.200}")
        return cls(tuple(Figure(Picture(f["picture"]), float(f["strength"])) for f in figures))


def _fits(figure: Mapping[str, Any]) -> bool:
    strength = figure.get("strength")
    return (
        figure.get("picture") in list(Picture)
        and isinstance(strength, int | float)
        and not isinstance(strength, bool)
        and math.isfinite(strength)
        and 0 <= strength <= 1
    )
