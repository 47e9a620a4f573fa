"""What keeps the avatar alive: blinking, breathing, the small entrance of a reaction.

Pure functions of time: the same seed and time give the same movement, on every machine and after
any pause. Nothing here knows pixels.
"""

from __future__ import annotations

import math
import random
from functools import lru_cache

#: People blink about 15 to 20 times a minute at rest, in 0.1 to 0.4 s each: Schiffman, "Sensation
#: and perception", 2001. Once in each window at a random moment: intervals of 1 to 6.6 s.
BLINK_WINDOW = 3.8
#: The margin at both ends of a window keeps two blinks at least a second apart.
BLINK_MARGIN = 0.5
#: Closing, closed, opening, in seconds: lids close faster than they open.
BLINK = (0.09, 0.05, 0.14)
#: The share of blinks that are followed by a second one at once.
TWICE = 0.15

#: Length of a breath in seconds: 13 a minute, as adults breathe at rest.
BREATH = 4.6
#: How much smaller the avatar is when it has breathed out. Never larger than at rest, so that
#: nothing is cut off at the edge of its square.
DEPTH = 0.016

#: Length of the entrance of a reaction in seconds, and how deep its first dip is.
ENTRANCE = 0.5
_DIP = 0.2


def blink(time: float, seed: int) -> float:
    """How far the eyes are closed, 0 (open) to 1.

    Args:
        time: seconds since anything that stays fixed, >= 0.
        seed: another one for each avatar.
    """
    window = math.floor(time / BLINK_WINDOW)
    passed = time - window * BLINK_WINDOW
    begin, twice = _blink_of(seed, window)
    length = sum(BLINK)
    if twice and passed >= begin + length:
        begin += length
    return _closing(passed - begin)


def breath(time: float, phase: float = 0.0) -> float:
    """The size of the avatar, 1 to 1 - :data:`DEPTH`.

    Args:
        time: in seconds.
        phase: where in the breath time 0 lies, 0..1; another one for each avatar.
    """
    return 1 - DEPTH * (1 - math.cos(2 * math.pi * (time / BREATH + phase))) / 2


def entrance(passed: float) -> float:
    """The size of a reaction that has been shown for ``passed`` seconds: a dip and a small bounce.

    It begins at 1 with what was there before and ends at 1 after :data:`ENTRANCE`.
    """
    if not 0.0 < passed < ENTRANCE:
        return 1.0
    swing = math.exp(-7.0 * passed) * math.sin(13.0 * passed)
    return 1 - _DIP * swing * (1 - passed / ENTRANCE)


def emphasis(strength: float) -> float:
    """How far an expression goes from neutral (0) to its full form (1).

    A reading that is hardly more probable than the others shows 0.7 of the expression, which is
    still told apart at a glance; from 0.8 on it is shown in full.

    Args:
        strength: of the reading, 0..1.
    """
    return 0.7 + 0.3 * smooth((strength - 0.4) / 0.4)


def smooth(t: float) -> float:
    """Smoothstep, 3t**2 - 2t**3 from 0 to 1 for t in 0..1, level outside.

    It starts and ends without a jerk; its steepest step is 1.5 times that of a straight line.
    """
    t = min(max(t, 0.0), 1.0)
    return t * t * (3 - 2 * t)


@lru_cache(maxsize=64)
def _blink_of(seed: int, window: int) -> tuple[float, bool]:
    """When the blink of a window begins, and whether there are two."""
    chance = random.Random(f"{seed} {window}")  # noqa: S311 (no secret depends on a blink)
    return chance.uniform(BLINK_MARGIN, BLINK_WINDOW - BLINK_MARGIN - 2 * sum(BLINK)), (
        chance.random() < TWICE
    )


def _closing(passed: float) -> float:
    closing, closed, opening = BLINK
    if passed <= 0.0:
        return 0.0
    if passed < closing:
        return smooth(passed / closing)
    if passed < closing + closed:
        return 1.0
    return 1 - smooth((passed - closing - closed) / opening)
