"""The nets of the systems that EmoCam starts from, rebuilt from their descriptions."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn

from training.errors import ConfigError


def build(name: str, classes: int, channels: int, size: int) -> nn.Module:
    """Build a net by its name in a configuration.

    Args:
        name: a key of ``BUILDERS`` or of ``BACKBONES``.
        classes: outputs.
        channels: 1 (grey) or 3 (grey repeated).
        size: side of the pictures in pixels.

    Raises:
        ConfigError: for an unknown name, or a backbone where torchvision is missing.
    """
    if name in BUILDERS:
        return BUILDERS[name](classes, channels, size)
    if name in BACKBONES:
        return _torchvision(name, classes)
    known = ", ".join([*BUILDERS, *BACKBONES])
    raise ConfigError(f"The net '{name}' is not known; known are {known}.")


def emonet_baseline(classes: int, channels: int, size: int) -> nn.Module:
    """EmoNet's baseline: 10@5x5, 20@5x5, each with 2x2 max pool, then 32 and the classes."""
    side = ((size - 4) // 2 - 4) // 2
    return nn.Sequential(
        nn.Conv2d(channels, 10, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(10, 20, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(20 * side * side, 32),
        nn.ReLU(),
        nn.Linear(32, classes),
    )


def cas(classes: int, channels: int, size: int) -> nn.Module:
    """CAS ADS: pairs of 3x3 convolutions 32-64, 128-128, 256-256, then dense 256."""
    layers: list[nn.Module] = []
    inputs = channels
    for first, second in ((32, 64), (128, 128), (256, 256)):
        for width in (first, second):
            layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(width)]
            inputs = width
        layers += [nn.MaxPool2d(2), nn.Dropout(0.25)]
    side = size // 8
    layers += [
        nn.Flatten(),
        nn.Linear(256 * side * side, 256),
        nn.ReLU(),
        nn.BatchNorm1d(256),
        nn.Dropout(0.5),
        nn.Linear(256, classes),
    ]
    return nn.Sequential(*layers)


def cs639(classes: int, channels: int, size: int) -> nn.Module:
    """CS639: five modules with batch normalisation and dropout, about 4.5 M parameters.

    The report states no widths: 64 to 512 and a dense layer of 1024 make 4.5 M.
    """
    layers: list[nn.Module] = []
    inputs = channels
    for width in (64, 128, 256, 512, 512):
        layers += [
            nn.Conv2d(inputs, width, 3, padding=1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout(0.25),
        ]
        inputs = width
    side = size // 32
    layers += [
        nn.Flatten(),
        nn.Linear(512 * side * side, 1024),
        nn.BatchNorm1d(1024),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(1024, classes),
    ]
    return nn.Sequential(*layers)


def cs354n(classes: int, channels: int, size: int) -> nn.Module:
    """CS-354N: blocks conv-norm-conv-norm-pool-dropout, then dense-norm-dropout-dense.

    The report states no widths: 32, 64, 128 and a dense layer of 256 are taken.
    """
    layers: list[nn.Module] = []
    inputs = channels
    for width in (32, 64, 128):
        for _ in range(2):
            layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
            inputs = width
        layers += [nn.MaxPool2d(2), nn.Dropout(0.25)]
    side = size // 8
    layers += [
        nn.Flatten(),
        nn.Linear(128 * side * side, 256),
        nn.BatchNorm1d(256),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(256, classes),
    ]
    return nn.Sequential(*layers)


class _Bottleneck(nn.Module):
    """Pre-activation bottleneck (He et al. 2016, "Identity mappings")."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        outputs = 4 * width
        self.norm = nn.BatchNorm2d(inputs)
        self.body = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, stride, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, outputs, 1),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Conv2d(inputs, outputs, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(n, inputs, h, w)`` to ``(n, 4 width, h / stride, w / stride)``."""
        y = torch.relu(self.norm(x))
        return self.body(y) + self.shortcut(y)


def resnet152v2(classes: int, channels: int, size: int) -> nn.Module:
    """ResNet152V2: 3, 8, 36 and 3 pre-activation bottlenecks."""
    layers: list[nn.Module] = [nn.Conv2d(channels, 64, 7, 2, 3), nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for stage, (width, depth) in enumerate(zip((64, 128, 256, 512), (3, 8, 36, 3), strict=True)):
        for index in range(depth):
            layers.append(_Bottleneck(inputs, width, 2 if stage > 0 and index == 0 else 1))
            inputs = 4 * width
    layers += [
        nn.BatchNorm2d(inputs),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(inputs, classes),
    ]
    return nn.Sequential(*layers)


BUILDERS: dict[str, Callable[[int, int, int], nn.Module]] = {
    "emonet_baseline": emonet_baseline,
    "cas": cas,
    "cs639": cs639,
    "cs354n": cs354n,
    "resnet152v2": resnet152v2,
}

#: Nets of torchvision; they take three channels.
BACKBONES = ("alexnet", "googlenet", "resnet50", "vgg16", "efficientnet_b2")


def _torchvision(name: str, classes: int) -> nn.Module:
    try:
        from torchvision import models
    except ImportError as error:
        raise ConfigError(
            f"The net '{name}' comes from torchvision, which is not installed: "
            "pip install --no-deps torchvision==0.28.0"
        ) from error
    extra = {"aux_logits": False, "init_weights": True} if name == "googlenet" else {}
    net: nn.Module = models.get_model(name, weights=None, **extra)
    if name == "resnet50":
        # EmoNet: ResNet50's features, then 600-50-classes with dropout 0.2 twice.
        net.fc = nn.Sequential(
            nn.Linear(2048, 600),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(600, 50),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(50, classes),
        )
    elif name == "googlenet":
        net.fc = nn.Linear(1024, classes)
    else:
        classifier = cast(nn.Sequential, net.classifier)
        classifier[-1] = nn.Linear(cast(nn.Linear, classifier[-1]).in_features, classes)
    return net
