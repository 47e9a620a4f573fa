"""What the heads are taught: targets of each row, their losses, and the order of the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from training.config import TrainConfig
from training.data import NO_LABEL, Faces
from training.labels import HARMLESS, NEGATIVE, distribution, majority, raw_majority


@dataclass(frozen=True)
class Targets:
    """What the heads should say: distributions, each with the weight of its row.

    Attributes:
        ferplus: ``(n, 8)`` float32.
        ferplus_weight: ``(n,)`` float32; 0 teaches nothing.
        fer2013: ``(n, 7)`` float32.
        fer2013_weight: ``(n,)`` float32.
        harmless: ``(n,)`` float32; 1 where happy or neutral holds more than half of all votes, so
            that a negative reading would be a wrong one.
    """

    ferplus: Tensor
    ferplus_weight: Tensor
    fer2013: Tensor
    fer2013_weight: Tensor
    harmless: Tensor

    @classmethod
    def of(cls, faces: Faces, smoothing: float, device: torch.device) -> Targets:
        """Make the targets of all rows from votes and labels."""
        target, weight = distribution(faces.votes)
        known = faces.labels != NO_LABEL
        # Rows that most voters found to be no face or no clear expression teach neither head.
        rated = faces.votes.sum(1) > 0
        clear = ~rated | (faces.votes[:, 8:].sum(1) * 2 <= faces.votes.sum(1))
        classes = np.full((len(faces), 7), smoothing / 7, np.float32)
        classes[known, faces.labels[known]] += 1 - smoothing
        top, agreed = raw_majority(faces.votes)
        harmless = agreed & np.isin(top, HARMLESS)
        columns = (target, weight * clear, classes, known & clear, harmless)
        return cls(*(torch.from_numpy(c.astype(np.float32)).to(device) for c in columns))

    def rows(self, rows: Tensor) -> Targets:
        """Return the targets of the given rows."""
        return Targets(
            self.ferplus[rows],
            self.ferplus_weight[rows],
            self.fer2013[rows],
            self.fer2013_weight[rows],
            self.harmless[rows],
        )

    def mixed(self, other: Targets, share: Tensor) -> Targets:
        """Mix with other targets, ``share`` ``(n,)`` of these and the rest of those."""
        rest = 1 - share

        def mix(own: Tensor, own_w: Tensor, its: Tensor, its_w: Tensor) -> tuple[Tensor, Tensor]:
            first, second = own_w * share, its_w * rest
            weight = first + second
            both = own * first[:, None] + its * second[:, None]
            return both / weight.clamp_min(1e-6)[:, None], weight

        return Targets(
            *mix(self.ferplus, self.ferplus_weight, other.ferplus, other.ferplus_weight),
            *mix(self.fer2013, self.fer2013_weight, other.fer2013, other.fer2013_weight),
            self.harmless * other.harmless,
        )

    def taught(self, ferplus: Tensor, fer2013: Tensor, share: float) -> Targets:
        """Blend in teachers' probabilities; rows that nobody rated learn from them alone."""
        own = (1 - share) * self.ferplus_weight
        weight = own + share
        own7 = (1 - share) * self.fer2013_weight
        weight7 = own7 + share
        return Targets(
            (self.ferplus * own[:, None] + ferplus * share) / weight.clamp_min(1e-6)[:, None],
            weight,
            (self.fer2013 * own7[:, None] + fer2013 * share) / weight7.clamp_min(1e-6)[:, None],
            weight7,
            self.harmless,
        )


def cross_entropy(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return the mean cross entropy of ``(n, k)`` logits against distributions, by row weights."""
    each = -(target * F.log_softmax(logits, 1)).sum(1)
    return (each * weight).sum() / weight.sum().clamp_min(1.0)


def losses(ferplus: Tensor, fer2013: Tensor, targets: Targets) -> tuple[Tensor, Tensor]:
    """Return the weighted cross entropies of a batch against its targets.

    Args:
        ferplus: ``(n, 8)`` logits.
        fer2013: ``(n, 7)`` logits.
        targets: of the batch.

    Returns:
        Two scalars, FER+ and FER2013.
    """

    return (
        cross_entropy(ferplus, targets.ferplus, targets.ferplus_weight),
        cross_entropy(fer2013, targets.fer2013, targets.fer2013_weight),
    )


def wrong_negatives(ferplus: Tensor, targets: Targets) -> Tensor:
    """Return the mean of ``log(1 - p)`` squared over the batch's harmless rows, 0 without any.

    ``p`` is the sum of the five negative probabilities, which is what the meeting-safe threshold
    is set on. The square makes the few harmless rows weigh most that are read as surely negative:
    on the training rows it gave fewer of them than ``-log(1 - p)`` itself for the same loss of
    accuracy.

    Args:
        ferplus: ``(n, 8)`` logits.
        targets: of the batch.
    """
    kept = [c for c in range(ferplus.shape[1]) if c not in NEGATIVE]
    each = ferplus.logsumexp(1) - ferplus[:, kept].logsumexp(1)
    return (each.square() * targets.harmless).sum() / targets.harmless.sum().clamp_min(1.0)


def row_weights(faces: Faces, balance: float) -> NDArray[np.float64]:
    """Return ``(n,)`` weights with a mean of 1: inverse class frequency to the given power.

    The class is the FER+ majority; rows without one, and all rows where ``balance`` is 0, get
    the weight of a class of average size.
    """
    weights = np.ones(len(faces))
    if balance > 0:
        top, counted = majority(faces.votes)
        counts = np.bincount(top[counted], minlength=8).clip(1)
        weights[counted] = (counts.sum() / 8 / counts[top[counted]]) ** balance
    return weights / weights.mean()


def epoch_order(faces: Faces, config: TrainConfig, epoch: int) -> NDArray[np.int64]:
    """Draw the order of one epoch; the same seed and epoch give the same order."""
    rng = np.random.default_rng((config.seed, epoch))
    if config.balance <= 0:
        return rng.permutation(len(faces))
    return rng.choice(len(faces), len(faces), p=row_weights(faces, config.balance) / len(faces))
