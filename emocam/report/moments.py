"""The moments of a recording worth looking at again: where faces smiled, frowned or looked away."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from emocam.report.timeline import Bin, Timeline

Why = Literal["smiled", "frowned", "drifted"]

#: Moments of each kind, at most, and how far they are apart at least, in seconds.
MOST, APART = 3, 120.0
#: How much a moment must stand out: times the spread of all bins around their median.
STANDS_OUT = 1.5
#: And by so much at least, as a share of all readings.
LEAST = 0.05
#: And by so many standard errors of the usual share, if readings were independent.
SURE = 4.0
#: Bins with fewer readings than this part of the usual number are chance, and no moments.
FULL = 0.5


@dataclass(frozen=True, slots=True)
class Moment:
    """A bin that stands out.

    Attributes:
        why: what it stands out for.
        at: the middle of the bin, in seconds.
        share: there, 0..1.
        usual: the median of all bins, 0..1.
    """

    why: Why
    at: float
    share: float
    usual: float


def moments(timeline: Timeline) -> list[Moment]:
    """The moments, in order of time; the most outstanding of each kind."""
    found = [
        *_peaks(timeline, "smiled", lambda each: each.smiling, 1),
        *_peaks(timeline, "frowned", lambda each: each.frowning, 1),
        *_peaks(timeline, "drifted", timeline.attentive, -1),
    ]
    return sorted(found, key=lambda each: (each.at, each.why))


def _peaks(
    timeline: Timeline, why: Why, share: Callable[[Bin], float | None], sign: int
) -> list[Moment]:
    """The highest bins (or, with the sign -1, the lowest ones)."""
    known = [
        (each, value, each.faces if sign > 0 else sum(each.looks) + each.nobody)
        for each in timeline.bins
        if (value := share(each)) is not None
    ]
    usual = statistics.median([count for _, _, count in known] or [0])
    full = [part for part in known if part[2] >= FULL * usual]
    if len(full) < 4:
        return []
    median, spread = _middle([value for _, value, _ in full])
    least = max(LEAST, STANDS_OUT * spread)
    chosen: list[Moment] = []
    for each, value, count in sorted(full, key=lambda part: (-sign * part[1], part[0].start)):
        at = each.start + timeline.width / 2
        if len(chosen) == MOST:
            break
        chance = SURE * math.sqrt(max(median * (1 - median), 0.0) / count)
        if sign * (value - median) < max(least, chance):
            continue
        if all(abs(at - other.at) >= APART for other in chosen):
            chosen.append(Moment(why, at, value, median))
    return chosen


def _middle(values: Sequence[float]) -> tuple[float, float]:
    """The median, and 1.4826 times the median distance from it, which peaks do not widen."""
    median = statistics.median(values)
    return median, 1.4826 * statistics.median([math.fabs(each - median) for each in values])
