"""What share files give away: ``python -m benchmarks.share_attack`` (docs/sessions.md).

Simulated students, whose expressions last for a while, give share files as EmoCam makes them. An
attacker has all of these, all reports, and knows how the students were simulated, and tries to tell
what one of them showed. Epsilon bounds the attacker: who must say from one bin which of two things
was shown, each as likely before, is right with at most ``e**epsilon / (1 + e**epsilon)``.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emocam.sessions.estimate import estimate
from emocam.sessions.layout import EXPRESSIONS as READ
from emocam.sessions.layout import Row
from emocam.sessions.share import ATTENTION, EXPRESSIONS, Share, Terms, channels, decode, make

BIN, BINS = 60, 90


@dataclass(frozen=True, slots=True)
class Figure:
    """How often an attack was right.

    Attributes:
        attack: in words.
        right: share of the trials.
        bound: what it cannot pass but by chance.
        trials: how many.
    """

    attack: str
    right: float
    bound: float
    trials: int

    @property
    def chance(self) -> float:
        """Four standard deviations: what luck may add."""
        return 4 * math.sqrt(0.25 / self.trials)


def bound(epsilon: float) -> float:
    """The largest probability of telling apart two things that are as likely before."""
    return 1 / (1 + math.exp(-epsilon))


def student(chance: random.Random, attends: bool = False) -> list[Row]:
    """A student's log, a row each ten seconds: expressions last for three minutes in the mean."""
    label, look, rows = "neutral", "screen", []
    for t in range(0, BIN * BINS, 10):
        if chance.random() < 10 / 180:
            label = chance.choices(EXPRESSIONS, (50, 20, 8, 12, 10))[0]
            look = chance.choices(ATTENTION[:3], (70, 25, 5))[0]
        read = {"negative": "sadness", "none": None}.get(label, label)
        shares = tuple(float(each == read) for each in READ) if read else ()
        state = "face" if read else "no_face"
        rows.append(Row(float(t), state, read, shares, look if read and attends else None))
    return rows


def guess(said: str, first: str, second: str, chance: random.Random) -> str:
    """The best that can be made of one answer, when it was one of two things."""
    return said if said in (first, second) else chance.choice((first, second))


def one_bin(epsilon: float, trials: int, chance: random.Random) -> Figure:
    """Tell from a share file which of two expressions a bin had."""
    right = 0
    terms = Terms("L", BIN, epsilon, 1)
    for _ in range(trials):
        truth = chance.choice(("happiness", "negative"))
        read = "sadness" if truth == "negative" else truth
        share = decode(make([Row(0.0, "face", read)], terms, chance.randrange).encode())
        right += guess(share.expression[0], "happiness", "negative", chance) == truth
    return Figure("one bin, one question", right / trials, bound(epsilon), trials)


def both_questions(epsilon: float, trials: int, chance: random.Random) -> Figure:
    """The same from both answers of a bin, where attention follows the expression."""
    right = 0
    terms = Terms("L", BIN, epsilon, 1, attention=True)
    cases = {"a": ("happiness", "screen"), "b": ("sadness", "elsewhere")}
    for _ in range(trials):
        truth = chance.choice("ab")
        read, look = cases[truth]
        share = make([Row(0.0, "face", read, (), look)], terms, chance.randrange)
        assert share.attention is not None
        clues = (
            {"happiness": 1, "negative": -1}.get(share.expression[0], 0)
            + {"screen": 1, "elsewhere": -1}.get(share.attention[0], 0)
        )  # fmt: skip
        said = "a" if clues > 0 else "b" if clues < 0 else chance.choice("ab")
        right += said == truth
    return Figure("one bin, both questions", right / trials, bound(epsilon), trials)


def differencing(epsilon: float, trials: int, chance: random.Random) -> Figure:
    """Two reports, one with and one without a student: their difference is that one's answer."""
    right, channel = 0, channels(epsilon, both=False)[0]
    for _ in range(trials):
        truth = chance.choice(("happiness", "negative"))
        others = [
            (channel.answer(chance.choice(EXPRESSIONS), chance.randrange), channel)
            for _ in range(9)
        ]
        said = channel.answer(truth, chance.randrange)
        with_it = estimate([*others, (said, channel)], EXPRESSIONS)
        without = estimate(others, EXPRESSIONS)
        assert with_it is not None and without is not None  # noqa: PT018
        rises = {
            label: 10 * with_it[label].share - 9 * without[label].share for label in EXPRESSIONS
        }
        found = max(rises, key=lambda label: rises[label])
        assert found == said
        right += guess(found, "happiness", "negative", chance) == truth
    return Figure("difference of two reports", right / trials, bound(epsilon), trials)


def again(epsilon: float, trials: int, copies: int, chance: random.Random) -> Figure:
    """What it would be worth to have a share file drawn again and again, which EmoCam refuses."""
    right, channel = 0, channels(epsilon, both=False)[0]
    for _ in range(trials):
        truth = chance.choice(("happiness", "negative"))
        said = [channel.answer(truth, chance.randrange) for _ in range(copies)]
        lead = said.count("happiness") - said.count("negative")
        found = "happiness" if lead > 0 else "negative" if lead < 0 else chance.choice(READ[1:2])
        right += found == truth
    words = f"{copies} bins in a row with the same expression, all used"
    return Figure(words, right / trials, bound(copies * epsilon), trials)


def whose(epsilon: float, trials: int, chance: random.Random) -> Figure:
    """Who saw how a student looked all through the lecture tells which of 30 files is theirs."""
    right = 0
    terms = Terms("L", BIN, epsilon, BINS)
    for _ in range(trials):
        logs = [student(chance) for _ in range(30)]
        shares = [make(log, terms, chance.randrange) for log in logs]
        seen = make(logs[0], Terms("L", BIN, 4.0, BINS), lambda limit: 0).expression  # the truth
        agree = [
            sum(one == other for one, other in zip(seen, share.expression, strict=True))
            for share in shares
        ]
        right += agree.index(max(agree)) == 0
    return Figure("whose file it is, by one who saw the face", right / trials, 1.0, trials)


def coverage(
    epsilon: float, people: int, classes: int, pool: int, chance: random.Random
) -> tuple[float, ...]:
    """The class curve: how often the true share lies in its interval.

    Args:
        epsilon: of a bin.
        people: in a class.
        classes: how many are simulated.
        pool: how many bins are taken together.
        chance: the randomness.

    Returns:
        That share, and the mean width of the intervals.
    """
    hits = total = 0
    width = 0.0
    terms = Terms("L", BIN, epsilon, BINS)
    for _ in range(classes):
        logs = [student(chance) for _ in range(people)]
        truths = [make(log, terms, lambda limit: 0).expression for log in logs]
        shares: list[Share] = [make(log, terms, chance.randrange) for log in logs]
        channel = channels(epsilon, both=False)[0]
        for start in range(0, BINS, pool):
            places = range(start, start + pool)
            answers = [(share.expression[place], channel) for share in shares for place in places]
            found = estimate(answers, EXPRESSIONS, pool)
            assert found is not None
            for label in EXPRESSIONS:
                true = sum(each[place] == label for each in truths for place in places)
                truth = true / people / pool
                about = found[label]
                hits += about.low - 1e-9 <= truth <= about.high + 1e-9
                width += about.high - about.low
                total += 1
    return hits / total, width / total


Attack = Callable[[float, int, random.Random], Figure]
ATTACKS: Sequence[Attack] = (one_bin, both_questions, differencing)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=9)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # who attacks needs no secrets
    print("| epsilon of a bin | attack | right | at most |\n| --- | --- | --- | --- |")
    for epsilon in (0.5, 1.0, 2.0, 4.0):
        figures = [attack(epsilon, options.trials, chance) for attack in ATTACKS]
        figures += [again(epsilon, options.trials, copies, chance) for copies in (3, 10)]
        figures.append(whose(epsilon, max(options.trials // 400, 20), chance))
        for each in figures:
            print(f"| {epsilon:g} | {each.attack} | {each.right:.1%} | {each.bound:.1%} |")
    print("\n| epsilon of a bin | people | bins together | truth in the interval | mean width |")
    print("| --- | --- | --- | --- | --- |")
    for epsilon in (0.5, 1.0, 2.0, 4.0):
        for people in (5, 30, 100):
            for pool in (1, 5):
                classes = max(options.trials // 4000, 2)
                held, width = coverage(epsilon, people, classes, pool, chance)
                print(f"| {epsilon:g} | {people} | {pool} | {held:.1%} | {width:.0%} |")


if __name__ == "__main__":
    main()
