"""What the user decides over what was read: pause, hold, freeze. Pure.

Three rules say who wins:

* ``pause`` closes the camera and shows that it did; only ``resume`` opens it again.
* ``hold`` and ``freeze`` put a picture on top of everything, of a pause too (the camera stays as it
  is then); ``release`` takes it off.
* The last word counts: ``pause`` takes off what was held, and ``resume`` always leads to live.
"""

from __future__ import annotations

from enum import StrEnum

from emocam.expression import REACTIONS, Expression, Picture
from emocam.scene import Scene

#: What can be held: each expression, each reaction, and "away".
HOLDABLE = (*(Picture.of(each) for each in Expression), *REACTIONS, Picture.AWAY)


class Mode(StrEnum):
    """Whose decision the shown picture is."""

    LIVE = "live"
    """What is read in the face."""
    PAUSED = "paused"
    """Nothing is read; the camera is closed."""
    HELD = "held"
    """A picture that the user chose."""
    FROZEN = "frozen"
    """What was shown when the user said so."""


class Direction:
    """The user's decisions so far."""

    def __init__(self) -> None:
        self._paused = False
        self._on_top: Scene | None = None
        self._frozen = False

    @property
    def mode(self) -> Mode:
        """Whose decision the shown picture is."""
        if self._on_top is not None:
            return Mode.FROZEN if self._frozen else Mode.HELD
        return Mode.PAUSED if self._paused else Mode.LIVE

    @property
    def paused(self) -> bool:
        """Whether the camera must be closed, whatever is shown."""
        return self._paused

    def pause(self) -> None:
        """Close the camera and show so."""
        self._paused, self._on_top = True, None

    def resume(self) -> None:
        """Go live, whatever was decided before."""
        self._paused, self._on_top = False, None

    def hold(self, picture: Picture) -> None:
        """Show a picture until :meth:`release`."""
        self._on_top, self._frozen = Scene.of(picture), False

    def freeze(self, shown: Scene) -> None:
        """Keep what is shown until :meth:`release`; what is held already stays held."""
        if self._on_top is None:
            self._on_top, self._frozen = shown, True

    def release(self) -> None:
        """Show what lies below a held or frozen picture."""
        self._on_top = None

    def over(self, mood: Scene) -> Scene:
        """What is to be shown.

        Args:
            mood: what was read.
        """
        if self._on_top is not None:
            return self._on_top
        return Scene.of(Picture.PAUSED) if self._paused else mood
