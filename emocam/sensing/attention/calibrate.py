"""Calibration: where a person's screen is, from looks at its corners.

``python -m emocam.sensing --calibrate`` is told when to look and says how many looks saw eyes; at
the end it says five numbers. Nothing else leaves it, and it is confined as the running sensor is.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence

from emocam.attention import Screen
from emocam.confinement import confine_calls
from emocam.pipes import Inlet, Outlet
from emocam.sensing import native
from emocam.sensing.attention.judge import PRESENT, Sighting
from emocam.sensing.confined import give_up_files
from emocam.settings import Settings

#: Corners that may be asked for, and seconds and looks that each takes.
MOST_POINTS = 16
SECONDS, PAUSE = 1.5, 0.12
#: A corner counts with so many looks that saw eyes.
LEAST_LOOKS = 3
#: A screen that seems smaller than this, in degrees, was not looked at.
LEAST_WIDTH, LEAST_HEIGHT = 6.0, 3.0
_MOST_ANGLE, _MOST_OPEN = 60.0, 0.6
_MEASURES = ("yaw", "pitch", "blink")


def fit(points: Sequence[Sequence[Sighting]]) -> Screen | None:
    """The screen whose corners were looked at; None if they cannot be told apart. Pure.

    Args:
        points: the looks at each corner; those that saw no eyes are left out here.
    """
    middles = []
    for looks in points:
        seen = [look for look in looks if look.presence >= PRESENT]
        if len(seen) < LEAST_LOOKS:
            return None
        middles.append(
            [statistics.median(getattr(look, name) for look in seen) for name in _MEASURES]
        )
    if not middles:
        return None
    yaws, pitches, blinks = zip(*middles, strict=True)
    left, right, low, high = (
        round(max(-_MOST_ANGLE, min(_MOST_ANGLE, value)), 1)
        for value in (min(yaws), max(yaws), min(pitches), max(pitches))
    )
    if right - left < LEAST_WIDTH or high - low < LEAST_HEIGHT:
        return None
    # Lids follow the eyes down, so the corner where they look most shut says what is still open.
    return Screen(left, right, low, high, round(min(max(blinks), _MOST_OPEN), 2))


def run(settings: Settings, inlet: Inlet, outlet: Outlet) -> None:
    """Look whenever a message says so, and say the calibration at the end of stdin.

    Args:
        settings: ``camera`` and ``face`` count.
        inlet: of which the first message was taken; each further one asks for a corner.
        outlet: gets ``{"seen": n}`` for each, n below 100, and at last ``{"calibration": text}``,
            the text empty where nothing could be found; or ``{"trouble": state}``.

    Raises:
        EmoCamError: if models or source cannot be used, before the camera is opened.
    """
    give_up_files(settings)
    inlet.start()
    native.settle()
    from emocam.sensing.attention.reader import AttentionReader
    from emocam.sensing.faces import open_finder
    from emocam.sensing.faces.follow import Follower
    from emocam.sensing.sources import OutOfReachError, Source, SourceLostError
    from emocam.sensing.sources.choose import choose

    reader, follower = AttentionReader(Screen()), Follower()
    finder = open_finder(settings.face.finder, settings.face.confidence)
    outlet.mute()
    source = choose(settings)
    outlet.seal()
    confine_calls()

    def corner(source: Source) -> list[Sighting]:
        looks, end = [], time.monotonic() + SECONDS
        while (now := time.monotonic()) < end:
            picture = source.retrieve(now).picture
            face = follower.choose(finder.find(picture))
            if face is not None:
                looks.append(reader.sight(picture, face))
            time.sleep(PAUSE)
        return looks

    points: list[list[Sighting]] = []
    try:
        source.open()
        while not inlet.ended and len(points) < MOST_POINTS:
            if inlet.receive(source.pace or PAUSE) is not None:
                points.append(corner(source))
                seen = sum(look.presence >= PRESENT for look in points[-1])
                outlet.answer({"seen": min(seen, 99)})
            else:
                source.grab(time.monotonic())
        screen = fit(points)
        outlet.answer({"calibration": str(screen) if screen else ""})
    except SourceLostError as lost:
        outlet.answer({"trouble": lost.state.label})
    except OutOfReachError:
        outlet.answer({"trouble": "unplugged"})
    finally:
        source.close()
        finder.close()
