"""What the camera's thread hands to the window's: the last picture, and what was read in it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from emocam.expression import SensorState
from emocam.sensing.observer import Person
from emocam.sensing.sources import Picture

#: Seconds between two pictures.
STEP = 0.1
#: States in which there is a picture to be seen.
LOOKS = frozenset({SensorState.FACE, SensorState.NO_FACE, SensorState.COVERED})


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What is to be drawn.

    Attributes:
        state: of the last look, or of the camera.
        people: of the last look, those without a box were not seen.
        picture: the last one, newer than the look; None where there is none.
    """

    state: SensorState = SensorState.STARTING
    people: tuple[Person, ...] = ()
    picture: Picture | None = None


class Slot:
    """Holds one :class:`Seen`; what was there before is let go."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen = Seen()
        self._open = True

    def show(self, picture: Picture) -> None:
        """Replace the picture."""
        with self._lock:
            if self._open:
                self._seen = replace(self._seen, picture=picture)

    def tell(self, state: SensorState, people: tuple[Person, ...]) -> None:
        """Replace what was read; a camera that gives nothing takes its last picture with it."""
        with self._lock:
            picture = self._seen.picture if state in LOOKS else None
            self._seen = Seen(state, people, picture)

    def take(self) -> Seen:
        """What is to be drawn now."""
        with self._lock:
            return self._seen

    def close(self) -> None:
        """Let the picture go and take no other."""
        with self._lock:
            self._open = False
            self._seen = Seen()
