"""Grad-CAM (Selvaraju et al. 2017): where in the face a reading comes from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from training.data import Faces
from training.errors import DataError, ModelFileError
from training.labels import FERPLUS
from training.nets import ExpressionNet


def layers(net: ExpressionNet) -> dict[str, nn.Module]:
    """Return the layers that can be explained, by name, from the input to the output."""
    return {f"block{index + 1}": block for index, block in enumerate(net.blocks)}


def grad_cam(
    net: ExpressionNet, layer: str, images: NDArray[np.uint8], classes: NDArray[np.int64] | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what raises the logit of a class, as one map a face.

    Args:
        net: in eval mode.
        layer: a name of :func:`layers`.
        images: ``(n, s, s)`` uint8.
        classes: ``(n,)`` FER+ class to explain; None explains what is read.

    Returns:
        ``(n, s, s)`` float32 maps in 0..1 and ``(n, 8)`` probabilities.

    Raises:
        ModelFileError: for an unknown layer.
    """
    known = layers(net)
    if layer not in known:
        raise ModelFileError(f"The layer '{layer}' is not known; known are {', '.join(known)}.")
    kept: list[Tensor] = []
    hook = known[layer].register_forward_hook(lambda _m, _i, output: kept.append(output))
    try:
        net.eval()
        x = torch.from_numpy(images.astype(np.float32)).unsqueeze(1)
        logits, _ = net(x)
    finally:
        hook.remove()
    chosen = logits.argmax(1) if classes is None else torch.from_numpy(classes)
    score = logits.gather(1, chosen[:, None]).sum()
    (gradient,) = torch.autograd.grad(score, kept[0])
    weights = gradient.mean((2, 3), keepdim=True)
    maps = F.relu((weights * kept[0]).sum(1, keepdim=True))
    maps = F.interpolate(maps, size=x.shape[-2:], mode="bilinear", align_corners=False).squeeze(1)
    maps = maps / maps.amax((1, 2), keepdim=True).clamp_min(1e-6)
    return maps.detach().numpy(), logits.softmax(1).detach().numpy()


def choose(faces: Faces, rows: list[int] | None, each: int = 1) -> NDArray[np.int64]:
    """Return the given rows, or the clearest ``each`` rows of every FER+ class.

    Raises:
        DataError: for a row that does not exist.
    """
    if rows:
        wrong = [r for r in rows if not 0 <= r < len(faces)]
        if wrong:
            raise DataError(f"Row {wrong[0]} does not exist: the split has {len(faces)} rows.")
        return np.array(rows)
    found: list[int] = []
    share = faces.votes / np.maximum(faces.votes.sum(1, keepdims=True), 1)
    for label in range(len(FERPLUS)):
        best = np.argsort(-share[:, label], kind="stable")[:each]
        found += [int(i) for i in best if share[i, label] > 0.5]
    return np.array(found or range(min(8, len(faces))))


def sheet(
    net: ExpressionNet,
    faces: Faces,
    rows: NDArray[np.int64],
    names: list[str],
    path: Path,
    label: str | None = None,
) -> None:
    """Draw one line a face: the face, then one map a layer.

    Args:
        net: in eval mode.
        faces: a split.
        rows: which of its rows.
        names: of the layers.
        path: the picture to write.
        label: the expression to explain; None explains what is read in each face.

    The sheet shows faces of the data set: it is for the user's eyes and not to be passed on.
    """
    from training.figures import plt

    images = faces.images[rows]
    classes = None if label is None else np.full(len(rows), FERPLUS.index(label), np.int64)
    maps = [grad_cam(net, name, images, classes) for name in names]
    figure, axes = plt.subplots(
        len(rows),
        1 + len(names),
        figsize=(1.7 * (1 + len(names)), 1.9 * len(rows)),
        squeeze=False,
        layout="constrained",
    )
    for line, row in enumerate(rows):
        probabilities = maps[0][1][line]
        read = int(probabilities.argmax())
        voted = int(faces.votes[row, :8].argmax()) if faces.votes[row].any() else None
        axes[line][0].imshow(images[line], cmap="gray", vmin=0, vmax=255)
        axes[line][0].set_title(
            f"{FERPLUS[read]} {100 * probabilities[read]:.0f} %"
            + (f"\nvoted {FERPLUS[voted]}" if voted is not None else ""),
            fontsize=8,
        )
        for column, name in enumerate(names, 1):
            axes[line][column].imshow(images[line], cmap="gray", vmin=0, vmax=255)
            axes[line][column].imshow(maps[column - 1][0][line], cmap="inferno", alpha=0.5)
            axes[line][column].set_title(name + (f", {label}" if label else ""), fontsize=8)
    for axis in axes.flat:
        axis.axis("off")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)
