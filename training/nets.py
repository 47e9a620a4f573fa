"""The product's net: a small residual CNN with two heads.

Input is grey pixels 0..255; scaling is inside the net, so the exported file takes pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.errors import ConfigError

PIXEL_MEAN = 128.0
PIXEL_SCALE = 64.0

Logits = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class NetConfig:
    """Shape of the product's net.

    Attributes:
        stem: channels at full resolution.
        widths: channels of each stage; each stage after the first halves the resolution.
        depths: residual blocks in each stage.
        dropout: probability of dropping a pooled feature while training.
        twin: give the last stage and the heads a twin with weights of its own. Exported with a
            mirror, one twin reads the face and the other its mirror image, so the answer is that
            of two nets for the time of one net read twice.
    """

    stem: int = 32
    widths: tuple[int, ...] = (48, 96, 192)
    depths: tuple[int, ...] = (1, 2, 2)
    dropout: float = 0.1
    twin: bool = False

    def __post_init__(self) -> None:
        """Check the shape.

        Raises:
            ConfigError: for a shape that makes no net.
        """
        if not self.widths or len(self.widths) != len(self.depths):
            raise ConfigError(
                f"net.widths {list(self.widths)} and net.depths {list(self.depths)} must name the "
                "same stages, at least one."
            )
        if min(self.stem, *self.widths, *self.depths) < 1:
            raise ConfigError("net.stem, net.widths and net.depths must be 1 or more.")
        if not 0 <= self.dropout < 1:
            raise ConfigError(f"net.dropout must be in 0..1, less than 1, not {self.dropout}.")


class Block(nn.Module):
    """Basic residual block (He et al. 2016): two 3x3 convolutions and a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.shortcut: nn.Sequential | None = None
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(n, inputs, h, w)`` to ``(n, outputs, h / stride, w / stride)``."""
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        y = self.norm2(self.conv2(y))
        return F.relu(y + (x if self.shortcut is None else self.shortcut(x)), inplace=True)


class ExpressionNet(nn.Module):
    """Two heads over one trunk: FER+ (8 expressions) and FER2013 (7 classes)."""

    def __init__(self, config: NetConfig) -> None:
        super().__init__()
        self.config = config
        first = config.widths[0]
        self.stem = nn.Sequential(
            nn.Conv2d(1, config.stem, 3, 1, 1, bias=False),
            nn.BatchNorm2d(config.stem),
            nn.ReLU(inplace=True),
            nn.Conv2d(config.stem, first, 3, 2, 1, bias=False),
            nn.BatchNorm2d(first),
            nn.ReLU(inplace=True),
        )
        self.blocks = nn.ModuleList()
        inputs = first
        for stage in range(len(config.widths)):
            self.blocks.extend(_stage(inputs, config, stage))
            inputs = config.widths[stage]
        self.dropout = nn.Dropout(config.dropout)
        self.ferplus = nn.Linear(inputs, 8)
        self.fer2013 = nn.Linear(inputs, 7)
        self.twin: Twin | None = Twin(config) if config.twin else None
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, Block):
                # Each block starts near the identity (Goyal et al. 2017), so a high rate is safe.
                nn.init.constant_(module.norm2.weight, 0.2)

    def features(self, pixels: Tensor) -> Tensor:
        """Map pixels ``(n, 1, s, s)`` in 0..255 to the last feature maps ``(n, c, s/8, s/8)``."""
        x = self.stem((pixels - PIXEL_MEAN) / PIXEL_SCALE)
        for block in self.blocks:
            x = block(x)
        return x

    def shared(self, pixels: Tensor) -> Tensor:
        """Map pixels to what both twins read: all but the last stage."""
        x = self.stem((pixels - PIXEL_MEAN) / PIXEL_SCALE)
        for block in list(self.blocks)[: -self.config.depths[-1]]:
            x = block(x)
        return x

    def first(self, x: Tensor) -> Logits:
        """Read what is shared with the first twin: the last stage and the heads."""
        for block in list(self.blocks)[-self.config.depths[-1] :]:
            x = block(x)
        pooled = self.dropout(x.mean((2, 3)))
        return self.ferplus(pooled), self.fer2013(pooled)

    def answers(self, pixels: Tensor) -> list[Logits]:
        """Return the logits of each twin, or of the one that there is; each learns by itself."""
        x = self.shared(pixels)
        return [self.first(x)] if self.twin is None else [self.first(x), self.twin(x)]

    def forward(self, pixels: Tensor) -> Logits:
        """Map pixels ``(n, 1, s, s)`` in 0..255 to logits ``(n, 8)`` FER+ and ``(n, 7)``."""
        answers = self.answers(pixels)
        if len(answers) == 1:
            return answers[0]
        (a, a7), (b, b7) = answers
        return (a + b) / 2, (a7 + b7) / 2


class Twin(nn.Module):
    """A second last stage with heads of its own."""

    def __init__(self, config: NetConfig) -> None:
        super().__init__()
        stages = len(config.widths)
        inputs = config.widths[-2] if stages > 1 else config.widths[0]
        self.blocks = nn.ModuleList(_stage(inputs, config, stages - 1))
        self.dropout = nn.Dropout(config.dropout)
        self.ferplus = nn.Linear(config.widths[-1], 8)
        self.fer2013 = nn.Linear(config.widths[-1], 7)

    def forward(self, x: Tensor) -> Logits:
        """Map what is shared to logits ``(n, 8)`` FER+ and ``(n, 7)``."""
        for block in self.blocks:
            x = block(x)
        pooled = self.dropout(x.mean((2, 3)))
        return self.ferplus(pooled), self.fer2013(pooled)


def without_twin(net: ExpressionNet) -> ExpressionNet:
    """Return the net of the first twin alone, in eval mode."""
    alone = ExpressionNet(replace(net.config, twin=False))
    alone.load_state_dict({k: v for k, v in net.state_dict().items() if not k.startswith("twin.")})
    return alone.eval()


def _stage(inputs: int, config: NetConfig, stage: int) -> list[Block]:
    width = config.widths[stage]
    blocks = []
    for index in range(config.depths[stage]):
        blocks.append(Block(inputs, width, 2 if stage > 0 and index == 0 else 1))
        inputs = width
    return blocks


def parameters(net: nn.Module) -> int:
    """Count the trainable parameters."""
    return sum(p.numel() for p in net.parameters() if p.requires_grad)


@torch.no_grad()
def multiply_adds(net: nn.Module, size: int) -> int:
    """Count multiply-adds of convolutions and linear layers for one ``size`` x ``size`` face."""
    total = 0
    hooks = []

    def count(module: nn.Module, _inputs: object, output: Tensor) -> None:
        nonlocal total
        if isinstance(module, nn.Conv2d):
            total += output[0].numel() * module.weight[0].numel()
        elif isinstance(module, nn.Linear):
            total += module.weight.numel()

    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            hooks.append(module.register_forward_hook(count))
    training = net.training
    net.eval()
    device = next(net.parameters()).device
    net(torch.zeros(1, 1, size, size, device=device))
    net.train(training)
    for hook in hooks:
        hook.remove()
    return total
