"""Changed copies of faces for testing a model, and slices that stand in for conditions.

Pictures are ``(n, s, s)`` uint8 throughout; all changes are deterministic.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

Images = NDArray[np.uint8]


def shifted(images: Images, dx: int, dy: int) -> Images:
    """Shift by whole pixels; edges are repeated."""
    size = images.shape[1]
    rows = np.clip(np.arange(size) - dy, 0, size - 1)
    columns = np.clip(np.arange(size) - dx, 0, size - 1)
    return images[:, rows][:, :, columns]


def rotated(images: Images, degrees: float) -> Images:
    """Rotate about the middle, bilinear; edges are repeated."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    theta = torch.tensor([[cos, -sin, 0.0], [sin, cos, 0.0]]).expand(len(images), 2, 3)
    x = torch.from_numpy(images.astype(np.float32)).unsqueeze(1)
    grid = F.affine_grid(theta, list(x.shape), align_corners=False)
    y = F.grid_sample(x, grid, padding_mode="border", align_corners=False)
    return _bytes(y)


def seen_at(images: Images, side: int) -> Images:
    """Show the face as if it had been ``side`` px wide in the camera's picture."""
    size = images.shape[1]
    x = torch.from_numpy(images.astype(np.float32)).unsqueeze(1)
    small = F.interpolate(x, size=(side, side), mode="area").round()
    return _bytes(F.interpolate(small, size=(size, size), mode="bilinear", align_corners=False))


def dimmed(images: Images, share: float, seed: int = 1) -> Images:
    """Dim to a share of the light, with shot noise as a small sensor has."""
    rng = np.random.default_rng(seed)
    dim = images.astype(np.float32) * share
    noisy = dim + rng.normal(size=dim.shape) * (0.35 * np.sqrt(dim) + 1.5)
    return noisy.round().clip(0, 255).astype(np.uint8)


def covered(images: Images, band: tuple[float, float]) -> Images:
    """Cover the rows between two shares of the height with the picture's mean grey."""
    size = images.shape[1]
    top, bottom = round(band[0] * size), round(band[1] * size)
    changed = images.copy()
    changed[:, top:bottom] = images.mean((1, 2)).astype(np.uint8)[:, None, None]
    return changed


def _bytes(x: torch.Tensor) -> Images:
    return x.squeeze(1).round().clamp(0, 255).byte().numpy()


def skin_brightness(images: Images) -> NDArray[np.float64]:
    """Median grey value of the cheeks and nose, where most of the pixels are skin.

    It mixes the colour of the skin with the light and the exposure: it cannot tell dark skin in
    bright light from light skin in dim light.
    """
    s = images.shape[1]
    area = images[:, round(0.4 * s) : round(0.7 * s), round(0.2 * s) : round(0.8 * s)]
    return np.median(area.reshape(len(images), -1), axis=1)


def contrast(images: Images) -> NDArray[np.float64]:
    """Return the standard deviation of the grey values."""
    return images.reshape(len(images), -1).astype(np.float64).std(1)


def asymmetry(images: Images) -> NDArray[np.float64]:
    """1 less the correlation of a face with its mirror image.

    High where the head is turned or tilted, but also where light comes from one side or a hand
    covers one cheek: a proxy for pose, no measurement of it.
    """
    flat = images.reshape(len(images), -1).astype(np.float64)
    mirror = images[:, :, ::-1].reshape(len(images), -1).astype(np.float64)
    flat -= flat.mean(1, keepdims=True)
    mirror -= mirror.mean(1, keepdims=True)
    norm = np.linalg.norm(flat, axis=1) * np.linalg.norm(mirror, axis=1)
    return 1 - (flat * mirror).sum(1) / np.maximum(norm, 1e-9)


def eye_edges(images: Images) -> NDArray[np.float64]:
    """Horizontal-edge energy between the eyes and on the nose bridge, over the face's contrast.

    The bridge of spectacles makes an edge there that bare faces rarely have; brows drawn
    together and picture noise make one too.
    """
    s = images.shape[1]
    area = images[:, round(0.28 * s) : round(0.46 * s), round(0.42 * s) : round(0.58 * s)]
    edges = np.abs(np.diff(area.astype(np.float64), axis=1)).mean((1, 2))
    return edges / np.maximum(contrast(images), 1.0)


def sharpness(images: Images) -> NDArray[np.float64]:
    """Return the energy of the Laplacian over the variance: low for blurred or upscaled faces."""
    x = images.astype(np.float64)
    laplacian = (
        4 * x[:, 1:-1, 1:-1] - x[:, :-2, 1:-1] - x[:, 2:, 1:-1] - x[:, 1:-1, :-2] - x[:, 1:-1, 2:]
    )
    return laplacian.std((1, 2)) / np.maximum(contrast(images), 1.0)


SLICES = {
    "skin area brightness": skin_brightness,
    "contrast": contrast,
    "asymmetry (pose, side light)": asymmetry,
    "edges on the nose bridge (glasses)": eye_edges,
    "sharpness": sharpness,
}

WHAT_SLICES_CANNOT_TELL = (
    "The pictures carry no statement of who is shown. Slices are thirds of the split by a number "
    "computed from the pixels; each number mixes the person with the light, the camera and the "
    "expression itself. A difference between thirds is a reason to look closer, and no difference "
    "is no proof of fairness between groups of people."
)
