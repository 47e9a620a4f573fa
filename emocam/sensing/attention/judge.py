"""From what single looks measured to where somebody looks. Pure: the time is passed in.

A blink takes 0.1 to 0.4 s (Schiffman, "Sensation and Perception", 2001), and drowsiness research
counts closures of half a second and more (PERCLOS: Wierwille and others, DOT HS 808 247, 1994), so
neither a blink that a look happens to meet nor a glance says anything here: what is new must stand
for :data:`STEADY` seconds and at two looks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from emocam.attention import Attention, Screen

#: So many seconds, and two looks, until another reading is believed; a little less than a second,
#: so that at one look a second the next one counts.
STEADY = 0.7
#: What was read is kept for so many seconds while nothing can be told, as behind a hand.
PATIENCE = 3.0
#: Degrees that a line of sight must pass the screen by, to leave it, and to stay off it. Measured
#: lines of sight shake by two or three degrees.
LEAVE, STAY_OFF = 6.0, 3.0
#: From this share of the way from a person's open eyes to shut on, they are shut.
SHUT = 0.4
#: A network that is less sure than this that there is a face has not seen eyes.
PRESENT = 0.5


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one look measured of one face.

    Attributes:
        yaw, pitch: of the line of sight against the line to the camera, in degrees; to the
            picture's right and up are positive.
        blink: how far the eyes look shut, the mean of both, 0..1.
        presence: how sure the network is that there is a face, 0..1.
    """

    yaw: float
    pitch: float
    blink: float
    presence: float = 1.0


def judge(sighting: Sighting, screen: Screen, last: Attention | None) -> Attention | None:
    """What a single look says.

    Args:
        sighting: of the look.
        screen: where it is.
        last: what was read before, which needs less to stay.

    Returns:
        None where nothing can be told.
    """
    values = (sighting.yaw, sighting.pitch, sighting.blink, sighting.presence)
    if not all(map(math.isfinite, values)) or sighting.presence < PRESENT:
        return None
    if sighting.blink >= screen.open + SHUT * (1 - screen.open):
        return Attention.CLOSED
    room = STAY_OFF if last is Attention.ELSEWHERE else LEAVE
    off = screen.outside(sighting.yaw, sighting.pitch) > room
    return Attention.ELSEWHERE if off else Attention.SCREEN


class Gaze:
    """Where one person looks, as looks come in."""

    def __init__(self) -> None:
        self._read: Attention | None = None
        self._told = -math.inf  # when a look last told anything
        self._candidate: Attention | None = None
        self._since = math.inf  # when the candidate was first seen

    def look(self, sighting: Sighting, screen: Screen, now: float) -> Attention | None:
        """Take a look.

        Args:
            sighting: what it measured.
            screen: where it is.
            now: seconds of any clock; one that goes back counts as no time.

        Returns:
            What is read from now on; None while nothing is known.
        """
        seen = judge(sighting, screen, self._read)
        if seen is None:
            self._candidate = None
            if now - self._told > PATIENCE:
                self._read = None
            return self._read
        if now - self._told > PATIENCE:
            self._read = self._candidate = None  # what was before is out of date
        self._told = now
        if seen is self._read:
            self._candidate = None
        elif seen is not self._candidate:
            self._candidate, self._since = seen, now
            # Eyes that open are no blink, and who has just come is somewhere at once.
            if seen is not Attention.CLOSED and self._read in (None, Attention.CLOSED):
                self._read, self._candidate = seen, None
        elif now - self._since >= STEADY:
            self._read, self._candidate = seen, None
        return self._read
