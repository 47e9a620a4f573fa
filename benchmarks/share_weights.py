"""How much whose share file counts: ``python -m benchmarks.share_weights`` (docs/sessions.md).

Classes whose members chose different epsilons, and four ways to make one curve of their files:
everybody alike; by one over the noise, which is best where all people are alike; by the rule of
:mod:`emocam.sessions.estimate`; and leaving out whoever adds more noise than knowledge. Of each:
how far it is from the class's true share, and how far one made-up file can move it.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emocam.sessions.channel import Channel
from emocam.sessions.estimate import estimate, weight
from emocam.sessions.limits import MAX_EPSILON, MIN_EPSILON
from emocam.sessions.share import EXPRESSIONS, channels

LABEL, OTHER = "negative", "neutral"

#: Weights of people from what their answers went through and how many each gave.
Rule = Callable[[Sequence[Channel], int], list[float]]


@dataclass(frozen=True, slots=True)
class Class:
    """A simulated class.

    Attributes:
        name: in words.
        epsilons: of the expression, one for each person.
        frowns: how probable it is that they show the label, one for each person.
    """

    name: str
    epsilons: tuple[float, ...]
    frowns: tuple[float, ...]


def _class(name: str, *groups: tuple[int, float, float]) -> Class:
    """A class of groups: how many, with which epsilon, and how probably they frown."""
    epsilons = tuple(epsilon for count, epsilon, _ in groups for _ in range(count))
    return Class(name, epsilons, tuple(odds for count, _, odds in groups for _ in range(count)))


CLASSES = (
    _class("30 at 2", (30, 2, 0.3)),
    _class("29 at 2, one at 0.125", (29, 2, 0.3), (1, 0.125, 0.3)),
    _class("25 at 2, 5 at 0.5", (25, 2, 0.3), (5, 0.5, 0.3)),
    _class("15 at 2, 15 at 1", (15, 2, 0.3), (15, 1, 0.3)),
    _class("29 at 1, one at 4", (29, 1, 0.3), (1, 4, 0.3)),
    _class("22 at 2, 8 at 4", (22, 2, 0.3), (8, 4, 0.3)),
    _class("15 at 2, 15 at 1 who frown more", (15, 2, 0.2), (15, 1, 0.4)),
)


def noise(channel: Channel) -> float:
    """Variance of an answer where the label does not apply."""
    return channel.q * (1 - channel.q) / (channel.p - channel.q) ** 2


def alike(given: Sequence[Channel], bins: int) -> list[float]:
    """Everybody counts one."""
    return [1.0] * len(given)


def by_noise(given: Sequence[Channel], bins: int) -> list[float]:
    """The inverse of the variance."""
    return [1 / noise(each) for each in given]


def by_noise_and_people(given: Sequence[Channel], bins: int) -> list[float]:
    """EmoCam's."""
    return [weight(each, bins) for each in given]


def left_out(given: Sequence[Channel], bins: int) -> list[float]:
    """Whoever makes the mean noisier than it is without them counts nothing."""
    ordered = sorted(range(len(given)), key=lambda place: noise(given[place]))
    found, total = [0.0] * len(given), 0.0
    for count, place in enumerate(ordered):
        more = total + noise(given[place])
        if count >= 5 and more / (count + 1) ** 2 > total / count**2:
            break
        found[place], total = 1.0, more
    return found


RULES: dict[str, Rule] = {
    "all alike": alike,
    "by noise alone": by_noise,
    "by noise and people": by_noise_and_people,
    "left out": left_out,
}


def errors(one: Class, bins: int, trials: int, chance: random.Random) -> dict[str, float]:
    """Root of the mean squared distance from the class's own share, by rule, in 0..1.

    Args:
        one: the class.
        bins: taken together; who frowns does so in half of the others, too.
        trials: how often it is drawn.
        chance: the randomness.
    """
    given = [channels(epsilon, both=False)[0] for epsilon in one.epsilons]
    weights = {name: rule(given, bins) for name, rule in RULES.items()}
    squares = dict.fromkeys(RULES, 0.0)
    for _ in range(trials):
        truths = [_shown(odds, bins, chance) for odds in one.frowns]
        parts = [
            sum(_part(truth, each, chance) for truth in shown)
            for shown, each in zip(truths, given, strict=True)
        ]
        true = sum(map(sum, truths)) / len(given) / bins
        for name, counts in weights.items():
            found = sum(part * each for part, each in zip(parts, counts, strict=True))
            squares[name] += (found / sum(counts) / bins - true) ** 2
    return {name: math.sqrt(each / trials) for name, each in squares.items()}


def _shown(odds: float, bins: int, chance: random.Random) -> list[bool]:
    """Whether the label applies in each bin; it stays as it is in half of them."""
    found = [chance.random() < odds]
    while len(found) < bins:
        found.append(found[-1] if chance.random() < 0.5 else chance.random() < odds)
    return found


def _part(truth: bool, channel: Channel, chance: random.Random) -> float:
    said = channel.answer(LABEL if truth else OTHER, chance.randrange) == LABEL
    return (said - channel.q) / (channel.p - channel.q)


def forged(one: Class, bins: int) -> dict[str, float]:
    """How far a made-up file moves the share at most, whatever its epsilon, by rule.

    It says the same in each bin, and takes the place of the last of the class.
    """
    worst = dict.fromkeys(RULES, 0.0)
    steps = 40
    for step in range(steps + 1):
        epsilon = (MIN_EPSILON / 2) * (MAX_EPSILON / (MIN_EPSILON / 2)) ** (step / steps)
        given = [channels(each, both=False)[0] for each in (*one.epsilons[:-1], epsilon)]
        last = given[-1]
        for name, rule in RULES.items():
            counts = rule(given, bins)
            worst[name] = max(worst[name], counts[-1] / sum(counts) / (last.p - last.q))
    return worst


def held(one: Class, bins: int, trials: int, chance: random.Random) -> tuple[float, float]:
    """How often the interval holds the class's own share, and its mean width."""
    given = [channels(epsilon, both=False)[0] for epsilon in one.epsilons]
    hits, width = 0, 0.0
    for _ in range(trials):
        truths = [_shown(odds, bins, chance) for odds in one.frowns]
        answers = [
            (channel.answer(LABEL if truth else OTHER, chance.randrange), channel)
            for shown, channel in zip(truths, given, strict=True)
            for truth in shown
        ]
        found = estimate(answers, EXPRESSIONS, bins)
        assert found is not None
        about, true = found[LABEL], sum(map(sum, truths)) / len(answers)
        hits += about.low - 1e-9 <= true <= about.high + 1e-9
        width += about.high - about.low
    return hits / trials, width / trials


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=9)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    print(f"| class | bins | {' | '.join(RULES)} | held | mean width |")
    print("| --- | --- |" + " --- |" * (len(RULES) + 2))
    for one in CLASSES:
        for bins in (1, 5):
            off, moved = errors(one, bins, options.trials, chance), forged(one, bins)
            cells = [f"{100 * off[name]:.1f} ({100 * moved[name]:.0f})" for name in RULES]
            share, width = held(one, bins, max(options.trials // 4, 50), chance)
            print(f"| {one.name} | {bins} | {' | '.join(cells)} | {share:.1%} | {width:.0%} |")


if __name__ == "__main__":
    main()
