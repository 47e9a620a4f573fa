"""What the control process tells the stage to show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emocam.errors import WireError
from emocam.expression import Picture


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing to show until the next scene.

    Attributes:
        picture: what to show.
        strength: how sure the reading was, 0..1; packs may draw a stronger or weaker expression.
    """

    picture: Picture
    strength: float = 1.0

    def to_message(self) -> dict[str, Any]:
        """The scene as a message for :func:`emocam.wire.encode_message`."""
        return {"type": "scene", "picture": self.picture.value, "strength": self.strength}

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Scene:
        """The scene in a message.

        Raises:
            WireError: if the message is no scene.
        """
        strength = message.get("strength")
        if (
            message.get("type") != "scene"
            or message.get("picture") not in list(Picture)
            or isinstance(strength, bool)
            or not isinstance(strength, int | float)
            or not math.isfinite(strength)
            or not 0 <= strength <= 1
        ):
            raise WireError(f"A message is no scene: {dict(message)!r:.200}")
        return cls(Picture(message["picture"]), float(strength))
