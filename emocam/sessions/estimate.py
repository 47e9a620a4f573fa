"""From many randomised answers to the shares of a class, with what is not known said. Pure.

With p the probability of the truth and q that of each other answer, ``(said - q) / (p - q)`` is 1
in the mean for somebody to whom a label applies and 0 for everybody else, ``said`` being 1 where
the label was said and 0 elsewhere. Its mean over the class is an unbiased estimate of the label's
share (Warner 1965; Kairouz, Bonawitz and Ramage, "Discrete distribution estimation under local
privacy", 2016). Everybody may have used another epsilon.

The interval holds all shares at which what was said would not be out of the ordinary (a score
interval, as Wilson made it in 1927 for shares without noise), with half a step more on either side,
as answers are counted in whole ones. :mod:`benchmarks.share_attack` measures how often it holds the
truth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from emocam.sessions.channel import Channel

#: Nothing is said of fewer people.
MIN_PEOPLE = 5
#: For intervals that hold the truth 95 times of a hundred: the normal distribution's quantile.
Z = 1.959964

#: What somebody said, and through what it went.
Answer = tuple[str, Channel]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is known of one label's share in the class.

    Attributes:
        share: unbiased; below 0 or above 1 where the noise has it so.
        low, high: 95 % interval, in 0..1.
        people: how many it comes from.
    """

    share: float
    low: float
    high: float
    people: int


def estimate(
    answers: Sequence[Answer], labels: Sequence[str], bins: int = 1
) -> dict[str, Estimate] | None:
    """The shares of the labels among those who answered.

    The answers of several bins together give the mean share over these bins, far closer than one
    bin's: the noise of each is its own.

    Args:
        answers: one of each person in each bin, all to the same question.
        labels: of the question.
        bins: how many bins they are of.

    Returns:
        By label, in their order; None if fewer than :data:`MIN_PEOPLE` people answered.
    """
    people = len(answers) // bins
    if people < MIN_PEOPLE:
        return None
    return {label: _one(answers, label, people) for label in labels}


def _one(answers: Sequence[Answer], label: str, people: int) -> Estimate:
    n = len(answers)
    total = ones = zeros = step = 0.0
    for said, channel in answers:
        p, q = channel.p, channel.q
        gain = 1 / (p - q)
        total += ((said == label) - q) * gain
        # Variances of this answer's part, if the label applies and if it does not.
        ones += p * (1 - p) * gain * gain
        zeros += q * (1 - q) * gain * gain
        step = max(step, gain)
    share, ones, zeros, half = total / n, ones / n**2, zeros / n**2, step / n / 2
    low = _bound(share - half, ones, zeros, -1)
    high = _bound(share + half, ones, zeros, +1)
    return Estimate(share, low, high, people)


def _bound(share: float, ones: float, zeros: float, side: int) -> float:
    """Where ``(share - x)**2 == Z**2 * (x * ones + (1 - x) * zeros)`` on one side, within 0..1."""
    middle = share + Z * Z * (ones - zeros) / 2
    square = middle * middle - share * share + Z * Z * zeros
    return min(max(middle + side * math.sqrt(max(square, 0.0)), 0.0), 1.0)
