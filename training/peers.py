"""The nets of the systems that EmoCam starts from, rebuilt from their descriptions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import cast

import torch
from torch import Tensor, nn

from training.errors import ConfigError, ModelFileError


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
    """Pre-activation bottleneck (He et al. 2016, "Identity mappings"), laid out as in Keras.

    A stage's first block widens by a 1x1 convolution beside it; its last one halves the side.
    """

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
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride) if inputs != outputs else None
        self.thin = nn.MaxPool2d(1, stride) if stride > 1 else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(n, inputs, h, w)`` to ``(n, 4 width, h / stride, w / stride)``."""
        y = torch.relu(self.norm(x))
        beside = self.thin(x) if self.shortcut is None else self.shortcut(y)
        return self.body(y) + beside


def resnet152v2(classes: int, channels: int, size: int) -> nn.Module:
    """ResNet152V2 as in Keras: 3, 8, 36 and 3 pre-activation bottlenecks."""
    layers: list[nn.Module] = [
        nn.Conv2d(channels, 64, 7, 2, 3),
        nn.ZeroPad2d(1),
        nn.MaxPool2d(3, 2),
    ]
    inputs = 64
    for width, depth, stride in ((64, 3, 2), (128, 8, 2), (256, 36, 2), (512, 3, 1)):
        for index in range(depth):
            layers.append(_Bottleneck(inputs, width, stride if index == depth - 1 else 1))
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


def last_layer(net: nn.Module) -> str:
    """Return the name of the part that is new for every set of classes."""
    name = [name for name, part in net.named_modules() if isinstance(part, nn.Linear)][-1]
    return "fc" if name.startswith("fc.") else name


def load_pretrained(net: nn.Module, path: Path) -> str:
    """Set a net's weights from a file of PyTorch, all but those of the last layer.

    Args:
        net: changed in place.
        path: a state dict, alone or under "state_dict", "model" or "net", of a net with the same
            names of layers (``.pt`` or ``.pth``, as torchvision's are). Nothing in it is run.

    Returns:
        How much was taken, for the log.

    Raises:
        ModelFileError: when the file is missing, no state dict, or of another net: when it fits
            less than half of the tensors before the last layer.
    """
    state = _state_dict(path)
    head = last_layer(net)
    own = {k: v for k, v in net.state_dict().items() if not k.startswith(f"{head}.")}
    fitting = {k: v for k, v in state.items() if k in own and v.shape == own[k].shape}
    if 2 * len(fitting) < len(own):
        raise ModelFileError(
            f"{path} holds weights of another net: {len(fitting)} of the {len(own)} tensors before "
            "the last layer fit by name and shape. Give a state dict of the very net that the "
            "system's configuration names."
        )
    net.load_state_dict(fitting, strict=False)
    return f"{len(fitting)} of {len(own)} tensors from {path.name}; the last layer ({head}) is new"


def _state_dict(path: Path) -> dict[str, Tensor]:
    if not path.is_file():
        raise ModelFileError(f"{path} does not exist. Name a state dict of PyTorch (.pt or .pth).")
    remedy = "Save one with torch.save(net.state_dict(), FILE)."
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # what the unpickler meets in a foreign file, it raises
        cause = str(error).partition("\n")[0].rstrip(". ") or type(error).__name__
        raise ModelFileError(f"{path} is no state dict of PyTorch ({cause}). {remedy}") from error
    for key in ("state_dict", "model", "net"):
        if isinstance(state, dict) and isinstance(state.get(key), dict):
            state = state[key]
    if not isinstance(state, dict) or not all(isinstance(k, str) for k in state):
        raise ModelFileError(f"{path} holds no table of tensors by name. {remedy}")
    # A net trained on several devices puts "module." before its names.
    return {k.removeprefix("module."): v for k, v in state.items() if isinstance(v, Tensor)}


def set_learning(net: nn.Module, fixed: int = 0, head_alone: bool = False) -> None:
    """Say which parts learn; those that do not keep their normalisations' statistics too.

    Args:
        net: changed in place.
        fixed: how many of its first parts do not learn.
        head_alone: only the last layer learns.
    """
    net.train(not head_alone).requires_grad_(not head_alone)
    net.get_submodule(last_layer(net)).train().requires_grad_(True)
    for part in list(net.children())[:fixed]:
        part.eval().requires_grad_(False)


#: Operators of torchvision that were declared here; they are forgotten when this goes.
_DECLARED: list[torch.library.Library] = []


def _torchvision_models() -> ModuleType:
    remedy = "pip install --no-deps torchvision==0.28.0"
    try:
        from torchvision import models
    except ImportError as error:
        raise ConfigError(
            f"This net comes from torchvision, which is not installed: {remedy}"
        ) from error
    except RuntimeError:
        # PyPI's wheel is built for CUDA. Beside a PyTorch for the CPU its compiled part does not
        # load, and the import ends at the first operator that this part would have declared. The
        # nets use none of them, so declarations are enough.
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _DECLARED.append(library)
        try:
            from torchvision import models
        except RuntimeError as error:
            raise ConfigError(
                f"torchvision does not fit this PyTorch ({error}). Install the one that does: "
                f"{remedy}"
            ) from error
    return cast(ModuleType, models)


def _torchvision(name: str, classes: int) -> nn.Module:
    # Its published weights count on pictures that are turned from ImageNet's scale to another.
    extra = {"aux_logits": False, "init_weights": True, "transform_input": True}
    models = _torchvision_models()
    net: nn.Module = models.get_model(name, weights=None, **extra if name == "googlenet" else {})
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
