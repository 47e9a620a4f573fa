"""A trained net's answers, batch by batch, on the device at hand."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.data import NO_LABEL, Faces
from training.errors import ConfigError
from training.labels import distribution, majority


@torch.no_grad()
def predict(
    net: nn.Module, images: NDArray[np.uint8], device: torch.device, batch: int = 256
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return probabilities ``(n, 8)`` and ``(n, 7)`` of pictures ``(n, s, s)`` uint8."""
    net.eval()
    outputs: list[tuple[Tensor, Tensor]] = []
    for start in range(0, len(images), batch):
        x = torch.from_numpy(images[start : start + batch].astype(np.float32)).unsqueeze(1)
        x = x.to(device)
        if device.type == "cpu":
            x = x.contiguous(memory_format=torch.channels_last)
        first, second = net(x)
        outputs.append((first.float().softmax(1).cpu(), second.float().softmax(1).cpu()))
    return (
        torch.cat([o[0] for o in outputs]).numpy(),
        torch.cat([o[1] for o in outputs]).numpy(),
    )


def pick_device(name: str = "auto") -> torch.device:
    """Return the device to train on: CUDA where there is one, else the CPU.

    Raises:
        ConfigError: for a device that is not there.
    """
    there = torch.cuda.is_available()
    if name == "auto":
        name = "cuda" if there else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ConfigError(f"--device {name}: auto, cpu and cuda are known.") from error
    if device.type not in ("cpu", "cuda") or (device.type == "cuda" and not there):
        raise ConfigError(f"--device {name}: PyTorch finds no such device here. Try auto.")
    return device


def validate(net: nn.Module, faces: Faces, device: torch.device) -> dict[str, float]:
    """Return accuracy of both heads and the FER+ negative log-likelihood, in nats, of a split.

    What the split cannot tell, having no votes or no labels, is not a number.
    """
    ferplus, fer2013 = predict(net, faces.images, device)
    top, counted = majority(faces.votes)
    target, weight = distribution(faces.votes)
    nll = -(target * np.log(ferplus.clip(1e-6))).sum(1)
    labelled = faces.labels != NO_LABEL
    right = ferplus.argmax(1) == top
    right7 = fer2013.argmax(1) == faces.labels
    return {
        "valid_ferplus": float(right[counted].mean()) if counted.any() else math.nan,
        "valid_fer2013": float(right7[labelled].mean()) if labelled.any() else math.nan,
        "valid_nll": float((nll * weight).sum() / max(weight.sum(), 1e-6)),
    }
