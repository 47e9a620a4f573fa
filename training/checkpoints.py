"""Reading checkpoints that ``fit`` has written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training.config import build
from training.errors import ConfigError, ModelFileError
from training.models import TfliteModel
from training.nets import ExpressionNet, NetConfig
from training.warmstart import UNREADABLE, folded_layers, load_weights, shape_of


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
    except (*UNREADABLE, ConfigError) as error:
        raise ModelFileError(f"{path} is no checkpoint of `training fit`: {error}.") from error
    return net.eval()


def load_any(path: Path, images: NDArray[np.uint8]) -> ExpressionNet:
    """Read the net of a checkpoint, or rebuild that of an int8 ``.tflite`` file without a twin.

    Args:
        path: the file.
        images: ``(n, s, s)`` training pictures, which a file's net is set right by.

    Raises:
        ModelFileError: when the file is missing or is of another kind.
    """
    if path.suffix != ".tflite":
        return load_net(path)
    if not path.exists():
        raise ModelFileError(f"{path} does not exist. Name a .pt checkpoint or a .tflite file.")
    net = ExpressionNet(shape_of(folded_layers(path)[0]))
    pictures = torch.from_numpy(images[:: max(1, len(images) // 512)]).float().unsqueeze(1)
    load_weights(net, path, pictures)
    return net


def picture_size(path: Path) -> int:
    """Return the side in pixels of the pictures that a checkpoint or ``.tflite`` file reads.

    Raises:
        ModelFileError: when the file is missing or is of another kind.
    """
    if path.suffix == ".tflite":
        return TfliteModel(path).size
    load_net(path)
    return int(torch.load(path, map_location="cpu", weights_only=True)["config"]["size"])
