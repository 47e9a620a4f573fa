"""From many randomised answers to the shares of a class, with what is not known said. Pure.

With p the probability of the truth and q that of each other answer, ``(said - q) / (p - q)`` is 1
in the mean for somebody to whom a label applies and 0 for everybody else, ``said`` being 1 where
the label was said and 0 elsewhere. Its mean over the class is an unbiased estimate of the label's
share (Warner 1965; Kairouz, Bonawitz and Ramage, "Discrete distribution estimation under local
privacy", 2016).

Everybody may have used another epsilon, and who has a small one gives answers that are nearly all
noise. So people are weighted: by one over the noise of their answers and how far people differ
anyway (as DerSimonian and Laird weight studies, "Meta-analysis in clinical trials", 1986). Nobody
is left out, nobody can take the curve over, and with one epsilon for all each counts the same.

The interval holds all shares at which what was said would not be out of the ordinary (a score
interval, as Wilson made it in 1927 for shares without noise), with half a step more on either side,
as answers are counted in whole ones. Where weights differ it is wider by what that may move.
How often it holds the truth is measured by :mod:`benchmarks.share_attack`, what the weights do by
:mod:`benchmarks.share_weights`.
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


#: The largest variance that a share in 0..1 can have from one person to the next.
_PEOPLE = 0.25


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is known of one label's share in the class.

    Attributes:
        share: below 0 or above 1 where the noise has it so.
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


def weight(channel: Channel, bins: int) -> float:
    """How much somebody counts.

    Args:
        channel: what the answers went through.
        bins: how many answers there are of each person. The more, the less their noise matters and
            the more everybody counts the same.
    """
    return 1 / (_noise(channel, channel.q) / bins + _PEOPLE)


def _noise(channel: Channel, odds: float) -> float:
    """Variance of an answer's part in the estimate; ``odds`` are those that the label is said."""
    return odds * (1 - odds) / (channel.p - channel.q) ** 2


def _one(answers: Sequence[Answer], label: str, people: int) -> Estimate:
    bins = len(answers) / people
    total = ones = zeros = step = whole = squares = 0.0
    for said, channel in answers:
        p, q = channel.p, channel.q
        counts = weight(channel, len(answers) // people)
        gain = counts / (p - q)
        total += ((said == label) - q) * gain
        # Variances of this answer's part, if the label applies and if it does not.
        ones += _noise(channel, p) * counts**2
        zeros += _noise(channel, q) * counts**2
        step = max(step, gain)
        whole += counts
        squares += counts**2
    # How far the weighted share may be from the share of all, if those who count more are drawn by
    # chance: the variance of a person's share, times this.
    uneven = max(bins * squares / whole**2 - 1 / people, 0.0) * people / (people - 1)
    share, ones, zeros, half = total / whole, ones / whole**2, zeros / whole**2, step / whole / 2
    low = _bound(share - half, ones, zeros, uneven, -1)
    high = _bound(share + half, ones, zeros, uneven, +1)
    return Estimate(share, low, high, people)


def _bound(share: float, ones: float, zeros: float, uneven: float, side: int) -> float:
    """One end, within 0..1, of all x with ``(share - x)**2 <= Z**2 * variance``, the variance being
    ``x * ones + (1 - x) * zeros + x * (1 - x) * uneven``.
    """
    scale = 1 + Z * Z * uneven
    middle = share + Z * Z * (ones - zeros + uneven) / 2
    square = middle * middle - scale * (share * share - Z * Z * zeros)
    return min(max((middle + side * math.sqrt(max(square, 0.0))) / scale, 0.0), 1.0)
