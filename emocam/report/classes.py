"""A class from its share files: shares with intervals, of five people at least. Pure.

Each answer in a share file went through randomised response before it left its owner's machine
(:mod:`emocam.sessions.share`). All that follows is made of these answers, so no report, and no
comparison of reports, tells more of a person than that person's own file does (post-processing,
Dwork and Roth, "The algorithmic foundations of differential privacy", 2014, 2.1). Counts are given
in fives and shares in steps of five points beside that, so that who compares two reports does not
even get that file's answers exactly.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from emocam.errors import ReportError
from emocam.report.timeline import Bin, Timeline
from emocam.sessions.estimate import MIN_PEOPLE, Estimate, estimate
from emocam.sessions.share import ATTENTION, EXPRESSIONS, Share

#: Points of a chart; so many neighbouring bins are taken together.
MOST_POINTS = 30
#: Shares are given in whole multiples of this.
STEP = 0.05


@dataclass(frozen=True, slots=True)
class Point:
    """Some neighbouring bins together.

    Attributes:
        start: in seconds.
        people: how many answered, rounded down to fives.
        expression: estimates by label.
        attention: the same; None if fewer than five people told it.
    """

    start: float
    people: int
    expression: dict[str, Estimate]
    attention: dict[str, Estimate] | None


@dataclass(frozen=True, slots=True)
class Lecture:
    """What a class said of one lecture.

    Attributes:
        name: of the lecture.
        people: share files, rounded down to fives.
        epsilons: the smallest and the largest epsilon per bin.
        weighted: whether some count less than others, their answers being noisier.
        bin: of the share files, in seconds.
        width: of a point, in seconds; the last one may be narrower.
        end: of the lecture, as far as five people go, in seconds.
        points: in order of time; those of fewer than five people are left out.
        whole: the whole lecture as one point.
        problems: what was left out, one sentence each.
    """

    name: str
    people: int
    epsilons: tuple[float, float]
    weighted: bool
    bin: int
    width: float
    end: float
    points: tuple[Point, ...]
    whole: Point
    problems: tuple[str, ...]

    def timeline(self) -> Timeline:
        """The points as a timeline; shares are moved to the nearest that add up to one."""
        bins = []
        for point in self.points:
            shares = nearest([point.expression[label].share for label in EXPRESSIONS])
            bins.append(Bin(point.start, point.people, point.people, 0, shares, (0, 0, 0)))
        return Timeline(self.name, self.width, tuple(bins), EXPRESSIONS, self.end)


def lectures(shares: Sequence[Share], width: float | None = None) -> list[Lecture]:
    """What classes said, by the lecture's name.

    Args:
        shares: files; the same one given twice counts once.
        width: of a point in seconds; None for as many points as can be told apart.

    Raises:
        ReportError: if no lecture has five people.
    """
    distinct = {(share.lecture, share.id): share for share in shares}
    names = sorted({share.lecture for share in distinct.values()})
    found = []
    for name in names:
        mine = [share for share in distinct.values() if share.lecture == name]
        if (lecture := _lecture(name, mine, width)) is not None:
            found.append(lecture)
    if not found:
        raise ReportError(
            f"No lecture has the share files of {MIN_PEOPLE} people",
            f"Ask more to share: nothing is shown of fewer than {MIN_PEOPLE}",
        )
    return found


def _lecture(name: str, shares: Sequence[Share], width: float | None) -> Lecture | None:
    lengths = Counter(share.bin for share in shares)
    length = max(lengths, key=lambda each: (lengths[each], each))
    mine = [share for share in shares if share.bin == length]
    if len(mine) < MIN_PEOPLE:
        return None
    problems = []
    if len(mine) < len(shares):
        problems.append(f"Share files with other bins than {length} s were left out")
    # As far as five people go.
    end = sorted((len(share.expression) for share in mine), reverse=True)[MIN_PEOPLE - 1]
    if end == 0:
        return None
    together = max(round(width / length), 1) if width else math.ceil(end / MOST_POINTS)
    points = [
        point
        for start in range(0, end, together)
        if (point := _point(mine, start, min(start + together, end))) is not None
    ]
    whole = _point(mine, 0, end)
    if whole is None:
        return None
    epsilons = [share.epsilon for share in mine]
    return Lecture(
        name,
        _in_fives(len(mine)),
        (min(epsilons), max(epsilons)),
        len({share.channels[0] for share in mine}) > 1,
        length,
        float(together * length),
        float(end * length),
        tuple(points),
        whole,
        tuple(problems),
    )


def _point(shares: Sequence[Share], start: int, end: int) -> Point | None:
    """The bins from ``start`` to below ``end``; None of fewer than five people."""
    here = [share for share in shares if len(share.expression) >= end]
    if len(here) < MIN_PEOPLE:
        return None
    seen = [(said, share.channels[0]) for share in here for said in share.expression[start:end]]
    told = [share for share in here if share.attention is not None]
    looked = [
        (said, share.channels[1]) for share in told for said in (share.attention or ())[start:end]
    ]
    expression = estimate(seen, EXPRESSIONS, end - start)
    assert expression is not None
    attention = estimate(looked, ATTENTION, end - start) if len(told) >= MIN_PEOPLE else None
    return Point(
        start * float(shares[0].bin),
        _in_fives(len(here)),
        {label: _coarse(each) for label, each in expression.items()},
        None if attention is None else {label: _coarse(each) for label, each in attention.items()},
    )


def _coarse(each: Estimate) -> Estimate:
    """In steps; the interval only grows."""
    low, high = math.floor(each.low / STEP) * STEP, math.ceil(each.high / STEP) * STEP
    return Estimate(round(each.share / STEP) * STEP, low, min(high, 1.0), _in_fives(each.people))


def _in_fives(people: int) -> int:
    return people // MIN_PEOPLE * MIN_PEOPLE


def nearest(shares: Sequence[float]) -> tuple[float, ...]:
    """The nearest shares that are none below 0 and add up to 1.

    Source: Wang and Carreira-Perpinan, "Projection onto the probability simplex", 2013.
    """
    ordered = sorted(shares, reverse=True)
    shift, total = 0.0, 0.0
    for count, each in enumerate(ordered, 1):
        total += each
        if each + (1 - total) / count > 0:
            shift = (1 - total) / count
    return tuple(max(each + shift, 0.0) for each in shares)
