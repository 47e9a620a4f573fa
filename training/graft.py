"""A net and the last stage of another as its twin, so that the two need not learn from nothing.

It works where both descend from the same weights: the other's last stage then understands what
the first net's stages say, once its normalisations have seen it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from training.checkpoints import load_any, load_net
from training.data import Faces
from training.duplicates import without_leaks
from training.errors import ModelFileError
from training.nets import ExpressionNet
from training.soup import settle


def graft(first: Path, second: Path, faces: Faces) -> ExpressionNet:
    """Return the first net with the second's last stage and heads as its twin.

    Args:
        first: a checkpoint of a net, with or without a twin, which is replaced.
        second: a checkpoint, or an int8 file without a twin.
        faces: ``train`` and the splits to be kept out of it, for the normalisations.

    Raises:
        ModelFileError: when a file is missing or the last stages differ in shape.
    """
    train = without_leaks(faces).train
    base = load_net(first)
    net = ExpressionNet(replace(base.config, twin=True))
    kept = {k: v for k, v in base.state_dict().items() if not k.startswith("twin.")}
    net.load_state_dict(net.state_dict() | kept)
    twin = net.twin
    assert twin is not None
    donor = load_any(second, train.images)
    stage = list(donor.blocks)[-donor.config.depths[-1] :]
    try:
        for block, other in zip(twin.blocks, stage, strict=True):
            block.load_state_dict(other.state_dict())
        twin.ferplus.load_state_dict(donor.ferplus.state_dict())
        twin.fer2013.load_state_dict(donor.fer2013.state_dict())
    except (RuntimeError, ValueError) as error:
        raise ModelFileError(f"The last stages of {first} and {second} differ: {error}.") from error
    settle(net, train, None, 512, only=twin)
    return net
