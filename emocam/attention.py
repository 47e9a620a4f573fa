"""Where somebody looks: the vocabulary, the screen's place, and when the avatar tells. Pure.

*Attention* here is a direction and nothing more: whether eyes are open and point at the screen. It
is not whether somebody listens, understands, or cares.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from emocam.errors import SettingsError


class Attention(StrEnum):
    """Where a person who is seen looks. Who is not there at all is told by the sensor's state."""

    SCREEN = "screen"
    """At the screen, as far as can be told."""
    ELSEWHERE = "elsewhere"
    """Past it: to a neighbour, out of the window, at a phone in the lap."""
    CLOSED = "closed"
    """The eyes are shut, for longer than a blink."""


#: The byte of a reading that says it; 0 where nothing is known: attention is not read, or cannot be
#: told of this face.
CODES: tuple[Attention | None, ...] = (None, *Attention)

#: Degrees to the sides, down and up around a camera that count as the screen without a calibration:
#: a screen of 60 x 34 cm at 60 cm, the camera within 5 cm of its upper edge.
_SIDE, _DOWN, _UP = 27.0, -30.0, 5.0
#: The share of the way from open (0) to shut (1) that an eye of an unknown person has when open.
_OPEN = 0.15
#: No face turns farther and is still found; what is beyond is no calibration.
_MOST = 60.0

_NUMBER = r"-?[0-9]{1,2}(\.[0-9])?"
#: What the setting ``attention.calibration`` may be: nothing, or five numbers.
CALIBRATION_PATTERN = rf"({_NUMBER}( {_NUMBER}){{3}} 0\.[0-9]{{1,2}})?"
CALIBRATION_FORM = (
    'five numbers as "emocam attention calibrate" finds them (left, right, lower and upper end of '
    'the screen in degrees; how far open eyes look shut, 0 to 1), such as "-21.5 20 -24 3.5 0.12", '
    "or empty"
)


@dataclass(frozen=True, slots=True)
class Screen:
    """Where the screen is, as seen from a head, and how open its eyes are.

    Angles are in degrees, between the line of sight and the line to the camera.

    Attributes:
        left, right: ends of the screen to the sides; right is the picture's right.
        low, high: lower and upper end; up is positive.
        open: how far shut the person's eyes look when they are open, 0..0.99.
    """

    left: float = -_SIDE
    right: float = _SIDE
    low: float = _DOWN
    high: float = _UP
    open: float = _OPEN

    def outside(self, yaw: float, pitch: float) -> float:
        """How far a line of sight passes the screen in degrees; 0 on it."""
        return math.hypot(
            max(self.left - yaw, yaw - self.right, 0.0),
            max(self.low - pitch, pitch - self.high, 0.0),
        )

    @classmethod
    def parse(cls, text: str) -> Screen:
        """The screen in the setting ``attention.calibration``; the usual one if that is empty.

        Raises:
            SettingsError: if it is none.
        """
        if not text:
            return cls()
        if re.fullmatch(CALIBRATION_PATTERN, text) is not None:
            found = cls(*map(float, text.split()))
            if found.left < found.right and found.low < found.high and found._is_near():
                return found
        raise SettingsError(
            f"attention.calibration cannot be {text!r:.80}", f"Allowed: {CALIBRATION_FORM}"
        )

    def _is_near(self) -> bool:
        return max(map(abs, (self.left, self.right, self.low, self.high))) <= _MOST

    def __str__(self) -> str:
        """The text that :meth:`parse` takes."""
        angles = " ".join(f"{round(each, 1) + 0.0:g}" for each in self._angles())
        return f"{angles} {self.open:.2f}"

    def _angles(self) -> tuple[float, ...]:
        return self.left, self.right, self.low, self.high


#: So many seconds after "elsewhere" was first read, the avatar looks away.
TURNS = 1.5


class Glance:
    """Whether the avatar is to look away, as readings come in.

    Sensing says "elsewhere" only of what stood for two looks; a little more keeps the avatar from
    turning at every look at the notes. It turns back at once.
    """

    def __init__(self) -> None:
        self._since = math.inf

    def look(self, attention: Attention | None, now: float) -> bool:
        """Take a reading.

        Args:
            attention: as read.
            now: time in seconds on any clock that does not run backwards.
        """
        self._since = min(self._since, now) if attention is Attention.ELSEWHERE else math.inf
        return now - self._since >= TURNS
