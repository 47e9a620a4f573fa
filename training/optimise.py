"""The optimiser and the moving average of the weights."""

from __future__ import annotations

import torch
from torch import nn

from training.config import TrainConfig


def optimiser(net: nn.Module, config: TrainConfig) -> torch.optim.Optimizer:
    """Return SGD with Nesterov's momentum; normalisations and biases do not decay."""
    weights = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    return torch.optim.SGD(
        [{"params": weights, "weight_decay": config.decay}, {"params": others, "weight_decay": 0}],
        lr=config.rate,
        momentum=config.momentum,
        nesterov=config.momentum > 0,
    )


@torch.no_grad()
def average_weights(average: nn.Module, net: nn.Module, decay: float, steps: int) -> None:
    """Move the averaged net, buffers included, one step towards the trained one."""
    # A short memory at first, so that the average does not remember the random start.
    decay = min(decay, (1 + steps) / (10 + steps))
    old, new = average.state_dict(), net.state_dict()
    for name, value in old.items():
        if value.dtype.is_floating_point:
            value.lerp_(new[name], 1 - decay)
        else:
            value.copy_(new[name])
