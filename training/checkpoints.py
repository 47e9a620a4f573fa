"""Reading checkpoints that ``fit`` has written."""

from __future__ import annotations

import pickle
from pathlib import Path

import torch

from training.config import build
from training.errors import ModelFileError
from training.nets import ExpressionNet, NetConfig


def load_net(path: Path) -> ExpressionNet:
    """Read the averaged net of a checkpoint, ready to predict.

    Raises:
        ModelFileError: when the file is missing or no checkpoint of this program.
    """
    if not path.exists():
        raise ModelFileError(f"{path} does not exist. Name a last.pt or best.pt of a run.")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        net = ExpressionNet(build(NetConfig, dict(state["config"]["net"]), str(path)))
        net.load_state_dict(state["ema"])
    except (KeyError, TypeError, RuntimeError, pickle.UnpicklingError) as error:
        raise ModelFileError(f"{path} is no checkpoint of `training fit`: {error}.") from error
    return net.eval()
