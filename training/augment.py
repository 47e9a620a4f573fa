"""Batch augmentation made for webcams, on whichever device the batch is on.

Every function takes and returns float32 pixels ``(n, 1, s, s)`` in 0..255. Random numbers come
from torch's global generator, so a seed and a checkpointed generator state repeat a run.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from training.errors import ConfigError

_PROBABILITIES = {"flip", "low_light", "blur", "noise", "jpeg", "low_resolution", "occlude"}


@dataclass(frozen=True)
class AugmentConfig:
    """Strength of each change; 0 turns it off.

    Attributes:
        flip: probability of a mirror image.
        rotate: largest rotation, degrees.
        scale: largest relative change of size, as a face box jitters.
        shift: largest shift, as a share of the side.
        shear: largest shear.
        light: largest relative change of contrast and of brightness.
        gamma: largest change of gamma, as an exponent of 2.
        low_light: probability of a dim, noisy picture.
        blur: probability of Gaussian blur.
        noise: probability of sensor noise.
        jpeg: probability of JPEG blocks.
        low_resolution: probability of a face as small as 16 px, scaled up.
        occlude: probability of a rectangle or a hand-like ellipse over part of the face.
    """

    flip: float = 0.5
    rotate: float = 15.0
    scale: float = 0.15
    shift: float = 0.1
    shear: float = 0.08
    light: float = 0.3
    gamma: float = 0.4
    low_light: float = 0.05
    blur: float = 0.08
    noise: float = 0.12
    jpeg: float = 0.1
    low_resolution: float = 0.1
    occlude: float = 0.35

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ConfigError: for a strength below 0, or a probability above 1.
        """
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if value < 0 or (name in _PROBABILITIES and value > 1):
                limit = "in 0..1" if name in _PROBABILITIES else "0 or more"
                raise ConfigError(f"augment.{name} must be {limit}, not {value}.")


def augment(x: Tensor, config: AugmentConfig, side: int | None = None) -> Tensor:
    """Apply all changes of ``config`` in the order in which a camera would make them.

    Args:
        x: ``(n, 1, s, s)`` in 0..255.
        config: strength of the changes.
        side: side of the pictures to return, a multiple of 8; None keeps ``s``.
    """
    x = geometry(x, config, side)
    x = sometimes(x, config.occlude, occlude)
    x = light(x, config)
    x = sometimes(x, config.low_light, low_light)
    x = sometimes(x, config.blur, blur)
    x = sometimes(x, config.low_resolution, low_resolution)
    x = sometimes(x, config.noise, noise)
    x = sometimes(x, config.jpeg, jpeg)
    return x.clamp(0, 255)


def sometimes(x: Tensor, probability: float, change: Callable[[Tensor], Tensor]) -> Tensor:
    """Change each picture with the given probability; the others stay as they are."""
    if probability <= 0:
        return x
    chosen = (torch.rand(len(x), device=x.device) < probability).nonzero(as_tuple=True)[0]
    if len(chosen) == 0:
        return x
    return x.index_copy(0, chosen, change(x[chosen]))


def _uniform(x: Tensor, low: float, high: float) -> Tensor:
    return torch.rand(len(x), device=x.device) * (high - low) + low


def geometry(x: Tensor, config: AugmentConfig, side: int | None = None) -> Tensor:
    """Flip, rotate, scale, shear and shift in one bilinear resampling; edges are repeated.

    A smaller ``side`` is half a crop and half a smaller picture, so that faces keep nearly the
    size in pixels at which the net will read them (Touvron et al. 2019).
    """
    size = x.shape[-1]
    side = side or size
    angle = _uniform(x, -config.rotate, config.rotate) * (math.pi / 180)
    scale = torch.exp(_uniform(x, -config.scale, config.scale)) * math.sqrt(side / size)
    mirror = torch.where(_uniform(x, 0, 1) < config.flip, -1.0, 1.0)
    shear = _uniform(x, -config.shear, config.shear)
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    theta = torch.stack(
        [
            torch.stack([cos * mirror, -sin + shear, 2 * _uniform(x, -config.shift, config.shift)]),
            torch.stack([sin * mirror, cos, 2 * _uniform(x, -config.shift, config.shift)]),
        ]
    ).permute(2, 0, 1)
    grid = F.affine_grid(theta, [len(x), 1, side, side], align_corners=False)
    return F.grid_sample(x, grid, padding_mode="border", align_corners=False)


def light(x: Tensor, config: AugmentConfig) -> Tensor:
    """Change contrast about the mean, brightness, and gamma."""
    gain = torch.exp(_uniform(x, -config.light, config.light)).view(-1, 1, 1, 1)
    offset = (_uniform(x, -config.light, config.light) * 110).view(-1, 1, 1, 1)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = ((x - mean) * gain + mean + offset).clamp(0, 255)
    exponent = torch.exp2(_uniform(x, -config.gamma, config.gamma)).view(-1, 1, 1, 1)
    return 255 * (x / 255).clamp_min(1e-4) ** exponent


def low_light(x: Tensor) -> Tensor:
    """Dim to 8..40 % of the light, with the shot and read noise of a cheap sensor."""
    share = _uniform(x, 0.08, 0.4).view(-1, 1, 1, 1)
    dim = x * share
    return dim + torch.randn_like(x) * (0.35 * dim.clamp_min(0).sqrt() + 1.5)


def noise(x: Tensor) -> Tensor:
    """Add Gaussian noise with a standard deviation of 2 to 16."""
    return x + torch.randn_like(x) * _uniform(x, 2, 16).view(-1, 1, 1, 1)


def blur(x: Tensor) -> Tensor:
    """Blur with one Gaussian of 0.4 to 1.3 px."""
    sigma = float(torch.rand(())) * 0.9 + 0.4
    taps = torch.arange(-3, 4, device=x.device, dtype=x.dtype)
    kernel = torch.exp(-(taps**2) / (2 * sigma**2))
    kernel = kernel / kernel.sum()
    x = F.conv2d(F.pad(x, (3, 3, 0, 0), mode="replicate"), kernel.view(1, 1, 1, 7))
    return F.conv2d(F.pad(x, (0, 0, 3, 3), mode="replicate"), kernel.view(1, 1, 7, 1))


def low_resolution(x: Tensor) -> Tensor:
    """Shrink to 16..36 px and scale up again, as a small face in a wide picture is."""
    size = x.shape[-1]
    small = int(torch.randint(size // 3, 3 * size // 4 + 1, ()))
    shrunk = F.interpolate(x, size=(small, small), mode="area")
    return F.interpolate(shrunk, size=(size, size), mode="bilinear", align_corners=False)


def occlude(x: Tensor) -> Tensor:
    """Cover 4 to 25 % of the picture by a noisy rectangle or a tilted, shaded ellipse (a hand)."""
    n, _, size, _ = x.shape
    area = _uniform(x, 0.04, 0.25)
    aspect = torch.exp(_uniform(x, -0.9, 0.9))
    half_w = (area * aspect).sqrt().view(-1, 1, 1)
    half_h = (area / aspect).sqrt().view(-1, 1, 1)
    axis = torch.linspace(-1, 1, size, device=x.device)
    dy = axis.view(1, -1, 1) - _uniform(x, -1, 1).view(-1, 1, 1)
    dx = axis.view(1, 1, -1) - _uniform(x, -1, 1).view(-1, 1, 1)
    tilt = _uniform(x, -math.pi, math.pi).view(-1, 1, 1)
    along = dx * torch.cos(tilt) + dy * torch.sin(tilt)
    across = dy * torch.cos(tilt) - dx * torch.sin(tilt)
    hand = (along / half_w) ** 2 + (across / half_h) ** 2 < 1.27
    box = (dx.abs() < half_w) & (dy.abs() < half_h)
    is_hand = (_uniform(x, 0, 1) < 0.5).view(-1, 1, 1)
    mask = torch.where(is_hand, hand, box).unsqueeze(1)
    shade = _uniform(x, 0, 255).view(-1, 1, 1) + 40 * across / half_h * is_hand
    grain = torch.randn(n, 1, size, size, device=x.device) * _uniform(x, 0, 60).view(-1, 1, 1, 1)
    cover = shade.unsqueeze(1) + torch.where(is_hand.unsqueeze(1), 0.1 * grain, grain)
    return torch.where(mask, cover, x)


#: Luminance quantisation table of the JPEG standard (ITU-T T.81, Annex K.1).
_JPEG_TABLE = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)


def jpeg(x: Tensor) -> Tensor:
    """Quantise 8x8 DCT blocks as a JPEG of quality 15 to 60 does; the side is a multiple of 8."""
    n, _, size, _ = x.shape
    k = torch.arange(8, device=x.device, dtype=x.dtype)
    basis = torch.cos((2 * k.view(1, -1) + 1) * k.view(-1, 1) * math.pi / 16) * 0.5
    basis[0] /= math.sqrt(2)
    quality = _uniform(x, 15, 60)
    factor = torch.where(quality < 50, 50 / quality, 2 - quality / 50).view(-1, 1, 1, 1, 1)
    table = torch.tensor(_JPEG_TABLE, device=x.device, dtype=x.dtype) * factor
    cells = size // 8
    blocks = x.clamp(0, 255).view(n, cells, 8, cells, 8).permute(0, 1, 3, 2, 4) - 128
    coefficients = basis @ blocks @ basis.T
    coefficients = torch.round(coefficients / table) * table
    blocks = basis.T @ coefficients @ basis + 128
    return blocks.permute(0, 1, 3, 2, 4).reshape(n, 1, size, size)
