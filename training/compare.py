"""The systems that EmoCam starts from, trained as they state, in one table with EmoCam's model."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from training.augment import augment
from training.data import NO_LABEL, Faces, batches
from training.duplicates import without_leaks
from training.labels import majority, raw_majority
from training.metrics import confusion, macro_f1
from training.models import Predictor
from training.nets import parameters
from training.peers import build
from training.recipes import Recipe
from training.standings import chart, table

#: Six classes as in EmoNet: disgust goes with angry.
SIX = ("angry or disgust", "fear", "happy", "sad", "surprise", "neutral")
TO_SIX = np.array([0, 0, 1, 2, 3, 4, 5])
#: FER+ class of each FER2013 class, to read a seven-class net as the product would.
TO_FERPLUS = np.array([4, 5, 6, 1, 3, 2, 0])
SIX_TO_FERPLUS = np.array([4, 6, 1, 3, 2, 0])


def labels_of(faces: Faces, classes: int) -> NDArray[np.int64]:
    """Return FER2013 labels in seven classes, or in EmoNet's six."""
    labels = faces.labels.astype(np.int64)
    return TO_SIX[labels] if classes == 6 else labels


def sample(
    labels: NDArray[np.int64], recipe: Recipe, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Choose the rows to train on, balanced as the recipe says; one choice for all epochs."""
    if recipe.sampling == "plain":
        return np.arange(len(labels))
    groups = [np.flatnonzero(labels == c) for c in range(recipe.classes)]
    groups = [g for g in groups if len(g)]
    sizes = [len(g) for g in groups]
    rows = recipe.rows or (max(sizes) if recipe.sampling == "over" else min(sizes))
    chosen = []
    for group in groups:
        if recipe.sampling == "over" and len(group) < rows:
            extra = rng.choice(group, rows - len(group))
            chosen.append(np.concatenate([group, extra]))
        else:
            chosen.append(rng.choice(group, min(rows, len(group)), replace=False))
    return np.concatenate(chosen)


@dataclass(frozen=True)
class Cap:
    """Where to stop before a recipe's own end.

    Attributes:
        epochs: most epochs; None runs those stated.
        minutes: most minutes of processor time of this program, all threads together, which other
            work on the machine does not shorten; an epoch may then end early. None has no end.
    """

    epochs: int | None = None
    minutes: float | None = None


def train(
    recipe: Recipe,
    faces: Faces,
    cap: Cap,
    device: torch.device,
    seed: int = 1,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, Any]:
    """Train one system and return its figures on ``valid``.

    Args:
        recipe: the system.
        faces: all splits; leaks are kept out as for EmoCam's own model.
        cap: where to stop early.
        device: where to train.
        seed: of weights, order and augmentation.
        clock: processor time in seconds.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    rows = without_leaks(faces).train
    rows = rows.take(rows.labels != NO_LABEL)
    valid = faces.part("valid")
    valid = valid.take(valid.labels != NO_LABEL)
    labels = labels_of(rows, recipe.classes)
    chosen = sample(labels, recipe, rng)
    net = build(recipe.net, recipe.classes, recipe.channels, recipe.size).to(device)
    optimiser = torch.optim.Adam(net.parameters(), lr=recipe.rate)
    weight = None
    if recipe.weighted:
        counts = np.bincount(labels, minlength=recipe.classes)
        weight = torch.tensor(len(labels) / recipe.classes / counts.clip(1)).float().to(device)
    epochs = min(recipe.epochs, cap.epochs or recipe.epochs)
    end = math.inf if cap.minutes is None else 60 * cap.minutes
    best, since, steps, history = 0.0, 0, 0, []
    began = clock()
    for epoch in range(epochs):
        net.train()
        plan = list(batches(rng.permutation(chosen), recipe.batch))
        for part in tqdm(
            plan,
            desc=f"{recipe.name}, epoch {epoch + 1} of {epochs}",
            leave=False,
            disable=None,
        ):
            x = torch.from_numpy(rows.images[part].astype(np.float32)).unsqueeze(1).to(device)
            logits = net(_prepared(augment(x, recipe.augment), recipe))
            loss = F.cross_entropy(logits, torch.from_numpy(labels[part]).to(device), weight=weight)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            steps += 1
            if clock() - began >= end:
                break
        predicted = predict(net, valid.images, recipe, device)
        accuracy = float((predicted == labels_of(valid, recipe.classes)).mean())
        history.append(accuracy)
        best, since = (accuracy, 0) if accuracy > best else (best, since + 1)
        if clock() - began >= end or (recipe.patience and since >= recipe.patience):
            break
    return {
        "name": recipe.name,
        "stated": recipe.stated,
        "assumed": recipe.assumed,
        "epochs_stated": recipe.epochs,
        "epochs_run": steps / len(plan),
        "parameters": parameters(net),
        "minutes": (clock() - began) / 60,
        "history": history,
        **figures(predicted, recipe.classes, valid),
    }


@torch.no_grad()
def predict(
    net: nn.Module, images: NDArray[np.uint8], recipe: Recipe, device: torch.device
) -> NDArray[np.int64]:
    """Return the class read in each picture, ``(n,)``."""
    net.eval()
    read = []
    for start in range(0, len(images), 256):
        x = torch.from_numpy(images[start : start + 256].astype(np.float32)).unsqueeze(1)
        read.append(net(_prepared(x.to(device), recipe)).argmax(1).cpu())
    return torch.cat(read).numpy()


def figures(predicted: NDArray[np.int64], classes: int, valid: Faces) -> dict[str, float | None]:
    """Return the table's figures of seven- or six-class readings of ``valid``."""
    seven = labels_of(valid, 7)
    six = labels_of(valid, 6)
    as_six = predicted if classes == 6 else TO_SIX[predicted]
    as_ferplus = (SIX_TO_FERPLUS if classes == 6 else TO_FERPLUS)[predicted]
    top, counted = majority(valid.votes)
    raw_top, agreed = raw_majority(valid.votes)
    harmless = agreed & np.isin(raw_top, (0, 1))
    return {
        "seven": float((predicted == seven).mean()) if classes == 7 else None,
        "six": float((as_six == six).mean()),
        "six_macro_f1": macro_f1(confusion(six, as_six, 6)),
        "ferplus": float((as_ferplus == top)[counted].mean()) if counted.any() else None,
        "wrong_negatives_as_read": float((as_ferplus >= 3)[harmless].mean())
        if harmless.any()
        else None,
    }


def ours(predict_ours: Predictor, faces: Faces, name: str) -> dict[str, Any]:
    """Return the same figures of EmoCam's model, its FER2013 head read in six or seven classes."""
    valid = faces.part("valid")
    valid = valid.take(valid.labels != NO_LABEL)
    ferplus, fer2013 = predict_ours(valid.images)
    row: dict[str, Any] = {"name": name, **figures(fer2013.argmax(1), 7, valid)}
    # The product reads expressions from its own FER+ head.
    top, counted = majority(valid.votes)
    raw_top, agreed = raw_majority(valid.votes)
    read = ferplus.argmax(1)
    harmless = agreed & np.isin(raw_top, (0, 1))
    row["ferplus"] = float((read == top)[counted].mean())
    row["wrong_negatives_as_read"] = float((read >= 3)[harmless].mean())
    return row


def compare(
    faces: Faces,
    chosen: dict[str, Recipe],
    out: Path,
    cap: Cap,
    device: torch.device,
    own: tuple[str, Predictor] | None,
) -> str:
    """Train the systems that have no result in ``out`` yet and return the table.

    The results stand in ``out`` as one JSON a system, so that the work can be cut into parts.
    """
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for stem, recipe in chosen.items():
        path = out / f"{stem}.json"
        if not path.exists():
            result = train(recipe, faces, cap, device)
            path.write_text(json.dumps(result, indent=1) + "\n")
        rows.append(json.loads(path.read_text()))
    if own is not None:
        rows.append(ours(own[1], faces, own[0]))
    text = table(rows)
    (out / "table.md").write_text(text + "\n")
    chart(rows, out / "compare.png")
    return text


def _prepared(x: Tensor, recipe: Recipe) -> Tensor:
    if x.shape[-1] != recipe.size:
        x = F.interpolate(x, size=(recipe.size, recipe.size), mode="bilinear", align_corners=False)
    x = x / 255
    return x.expand(-1, 3, -1, -1) if recipe.channels == 3 else x
