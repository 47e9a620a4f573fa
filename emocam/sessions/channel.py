"""Randomised response: an answer that anybody may deny. Pure but for the randomness it is given.

Somebody who is asked a question says the truth with a known probability, and else one of the other
answers, each as likely as the next. Of one answer little can be told, of many the shares can.

Sources: Warner, "Randomized response: a survey technique for eliminating evasive answer bias", 1965
(two answers); Kairouz, Oh and Viswanath, "Extremal mechanisms for local differential privacy",
JMLR 2016 (k answers, and that no other mechanism tells more at the same epsilon where epsilon is
not small).
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass

#: Probabilities are whole numbers of this: drawn exactly, with no rounding that would tell anything
#: (Mironov, "On significance of the least significant bits for differential privacy", 2012).
SCALE = 1 << 32

#: Gives a whole number from 0 up to below its argument, each with the same probability.
Below = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Channel:
    """What an answer goes through on its way out.

    Attributes:
        labels: the answers that there are; at least two.
        keep: the probability of the truth, times :data:`SCALE`.
    """

    labels: tuple[str, ...]
    keep: int

    @classmethod
    def of(cls, labels: tuple[str, ...], epsilon: float) -> Channel:
        """The channel that keeps to an epsilon: no answer is more than e**epsilon times as likely
        under one truth as under another.

        Args:
            labels: the answers that there are.
            epsilon: above 0; it is met to 8 decimals and never passed.
        """
        truth = math.exp(epsilon) / (math.exp(epsilon) + len(labels) - 1)
        return cls(labels, int(truth * SCALE) - 1)  # rounding may only help the one who answers

    @property
    def p(self) -> float:
        """The probability of the truth."""
        return self.keep / SCALE

    @property
    def q(self) -> float:
        """The probability of each other answer."""
        return (1 - self.p) / (len(self.labels) - 1)

    @property
    def epsilon(self) -> float:
        """What it keeps to."""
        return math.log(self.p / self.q)

    def answer(self, truth: str, below: Below = secrets.randbelow) -> str:
        """What is said where this is the truth.

        Args:
            truth: one of the labels.
            below: the randomness; the system's own, which nobody can foretell.
        """
        others = [label for label in self.labels if label != truth]
        assert len(others) == len(self.labels) - 1
        return truth if below(SCALE) < self.keep else others[below(len(others))]
