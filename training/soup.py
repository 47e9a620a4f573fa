"""The mean of several checkpoints' weights as one net (Wortsman et al. 2022, "Model soups").

It costs nothing at run time, and it can only work for nets that descend from the same weights:
others lie in different valleys, and the mean of two valleys is a hill.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training.augment import AugmentConfig, augment
from training.checkpoints import load_net
from training.data import Faces, batches
from training.duplicates import without_leaks
from training.errors import ModelFileError
from training.nets import ExpressionNet


def soup(
    paths: list[Path],
    shares: list[float] | None,
    faces: Faces,
    changes: AugmentConfig,
    count: int = 4096,
    seed: int = 1,
) -> ExpressionNet:
    """Average nets and set the statistics of their normalisations anew.

    Args:
        paths: checkpoints of one net, descendants of the same weights.
        shares: of each in the mean; None takes all alike.
        faces: ``train`` and the splits to be kept out of it.
        changes: augmentation under which the statistics are measured.
        count: training faces to measure them on.
        seed: of their choice.

    Raises:
        ModelFileError: when the checkpoints are of different nets, or the shares do not fit.
    """
    shares = shares or [1.0] * len(paths)
    if len(shares) != len(paths) or min(shares) < 0 or sum(shares) <= 0:
        raise ModelFileError(f"{len(shares)} shares for {len(paths)} checkpoints: give one each.")
    nets = [load_net(path) for path in paths]
    mean = nets[0]
    for path, net in zip(paths, nets, strict=True):
        if net.config != mean.config:
            raise ModelFileError(f"{path} is another net than {paths[0]}: they have no mean.")
    states = [net.state_dict() for net in nets]
    mixed: dict[str, Tensor] = {}
    for name, first in states[0].items():
        if first.dtype.is_floating_point:
            parts = [s[name] * (w / sum(shares)) for s, w in zip(states, shares, strict=True)]
            mixed[name] = torch.stack(parts).sum(0)
        else:
            mixed[name] = first
    mean.load_state_dict(mixed)
    settle(mean, without_leaks(faces).train, changes, count, seed)
    return mean


@torch.no_grad()
def settle(
    net: ExpressionNet,
    train: Faces,
    changes: AugmentConfig | None,
    count: int,
    seed: int = 1,
    only: nn.Module | None = None,
) -> None:
    """Set the running statistics of normalisations to their mean over training faces.

    Args:
        net: left in eval mode.
        train: faces to choose from.
        changes: augmentation; None leaves the faces as they are.
        count: faces to measure on.
        seed: of choice and augmentation.
        only: the part of the net whose statistics are set; None sets all.
    """
    torch.manual_seed(seed)
    norms = [m for m in (only or net).modules() if isinstance(m, nn.BatchNorm2d)]
    net.eval()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
        norm.train()
    chosen = np.random.default_rng(seed).permutation(len(train))[:count]
    for rows in batches(chosen, 128):
        x = torch.from_numpy(train.images[rows]).float().unsqueeze(1)
        net(x if changes is None else augment(x, changes))
    for norm in norms:
        norm.momentum = 0.1
    net.eval()


def save(net: ExpressionNet, size: int, path: Path) -> None:
    """Write a net as a checkpoint that ``quantise`` and ``evaluate`` read; it cannot resume."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"ema": net.state_dict(), "config": {"net": asdict(net.config), "size": size}}, path)
