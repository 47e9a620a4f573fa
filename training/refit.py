"""The FER+ head of a trained net learnt anew from unchanged faces; the rest stays as it is.

A head has 1,544 weights and its features are computed once, so this takes a minute where training
takes hours. It is the place to say what a trained net shall be careful of.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from training.config import TrainConfig
from training.data import Faces
from training.duplicates import without_leaks
from training.errors import ModelFileError
from training.judging import headline, judge, tables
from training.nets import ExpressionNet
from training.targets import Targets, cross_entropy, row_weights, wrong_negatives

#: Weight of the squared distance from the weights that the head had.
NEARNESS = 1e-3


def refit(
    net: ExpressionNet, faces: Faces, config: TrainConfig, device: torch.device, rounds: int = 60
) -> ExpressionNet:
    """Learn the FER+ head anew on the rows of ``train``, each face and its mirror image.

    Args:
        net: trained; changed in place.
        faces: ``train`` and the splits to be kept out of it.
        config: ``wrong_negatives`` says how much they weigh beside the votes, ``balance`` how
            much more a row of a rare class does.
        device: where to compute the features.
        rounds: of L-BFGS at most.

    Returns:
        The same net, in eval mode on the CPU.

    Raises:
        ModelFileError: when the net has a twin, whose heads would not fit each other any more.
    """
    if net.twin is not None:
        raise ModelFileError("The net has twins; refit takes a net with one head for FER+.")
    rows = without_leaks(faces).train
    x = _features(net.to(device).eval(), rows.images, device)
    net.cpu()
    net.ferplus.load_state_dict(_learnt(net, x, rows, config, rounds).state_dict())
    return net


def halves(
    net: ExpressionNet, faces: Faces, config: TrainConfig, device: torch.device, rounds: int = 60
) -> dict[str, dict[str, Any]]:
    """Judge the head as it is and learnt anew on ``train``, without a look at ``valid``.

    Each half of the rows is read by a head learnt on the other half, face and mirror image
    together. The rest of the net has learnt from all of them, so the two can be compared with
    each other and not with figures of other splits.

    Returns:
        ``judging.headline`` of "before" and "after", and the ``recall`` of each FER+ class.
    """
    rows = without_leaks(faces).train
    x = _features(net.to(device).eval(), rows.images, device)
    net.cpu()
    first = np.random.default_rng(config.seed).random(len(rows)) < 0.5
    after = torch.zeros(len(rows), 8)
    for half in (first, ~first):
        learnt = _learnt(net, x[:, half], rows.take(half), config, rounds)
        with torch.no_grad():
            after[~half] = learnt(x[:, ~half]).mean(0)
    with torch.no_grad():
        before = net.ferplus(x).mean(0)
        seven = net.fer2013(x).mean(0).softmax(1).numpy()

    def judged(logits: Tensor) -> dict[str, Any]:
        said = logits.softmax(1).numpy()
        found = judge(rows, lambda _: (said, seven), None)
        return headline(found) | {"recall": tables(found)["ferplus"]["recall"]}

    return {"before": judged(before), "after": judged(after)}


def _learnt(
    net: ExpressionNet, x: Tensor, rows: Faces, config: TrainConfig, rounds: int
) -> nn.Linear:
    """Return a head learnt from features ``(2, n, c)`` of the rows and their mirror images."""
    targets = Targets.of(rows, config.smoothing, torch.device("cpu"))
    targets = targets.rows(torch.arange(len(rows)).repeat(2))
    weight = torch.from_numpy(row_weights(rows, config.balance)).float().repeat(2)
    weight = weight * targets.ferplus_weight
    both = x.flatten(0, 1)
    before = net.ferplus.weight.detach().clone()
    head = nn.Linear(x.shape[2], 8)
    head.load_state_dict(net.ferplus.state_dict())
    worker = torch.optim.LBFGS(head.parameters(), max_iter=rounds, line_search_fn="strong_wolfe")

    def loss() -> float:
        worker.zero_grad()
        logits = head(both)
        value = cross_entropy(logits, targets.ferplus, weight)
        value = value + config.wrong_negatives * wrong_negatives(logits, targets)
        value = value + NEARNESS * (head.weight - before).square().sum()
        value.backward()
        return float(value.detach())

    worker.step(loss)
    return head


@torch.no_grad()
def _features(net: ExpressionNet, images: NDArray[np.uint8], device: torch.device) -> Tensor:
    """Return what the heads read, ``(2, n, c)``: of the faces and of their mirror images."""
    found: list[list[Tensor]] = [[], []]
    for start in tqdm(range(0, len(images), 256), desc="features", disable=None, leave=False):
        x = torch.from_numpy(images[start : start + 256].astype(np.float32)).unsqueeze(1)
        for side, view in zip(found, (x, x.flip(3)), strict=True):
            side.append(net.features(view.to(device)).mean((2, 3)).cpu())
    return torch.stack([torch.cat(side) for side in found])
