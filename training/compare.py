"""The systems that EmoCam starts from, trained as they state, in one table with EmoCam's model."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

from training.data import NO_LABEL, Faces, batches
from training.duplicates import without_leaks
from training.errors import ConfigError, DataError
from training.models import Predictor, file_sha256
from training.nets import parameters
from training.peers import build, load_pretrained, set_learning
from training.recipes import Recipe, changed, prepared, sample
from training.standings import (
    chart,
    data_digest,
    figures,
    kept,
    labels_of,
    ours,
    table,
    write,
)
from training.stopping import StoppedError, stoppable


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

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ConfigError: for less than one epoch, or no time.
        """
        if self.epochs is not None and self.epochs < 1:
            raise ConfigError(f"--cap must be at least 1 epoch, not {self.epochs}.")
        if self.minutes is not None and not self.minutes > 0:
            raise ConfigError(f"--minutes must be above 0, not {self.minutes}.")


def train(
    recipe: Recipe,
    faces: Faces,
    cap: Cap,
    device: torch.device,
    weights: Path | None = None,
    stopped: Sequence[int] = (),
    seed: int = 1,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, Any]:
    """Train one system and return its figures on ``valid`` after the last pass.

    Args:
        recipe: the system.
        faces: all splits; leaks are kept out as for EmoCam's own model.
        cap: where to stop early.
        device: where to train.
        weights: a state dict to start from; None starts from random weights.
        stopped: signals that came; with one in it the training ends after the step.
        seed: of weights, order and augmentation.
        clock: processor time in seconds.

    Raises:
        DataError: when a split has no rows with a FER2013 label.
        ModelFileError: when the weights do not fit.
        StoppedError: when a signal came; what was learnt is lost.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    rows, valid = _labelled(without_leaks(faces).train), _labelled(faces.part("valid"))
    for name, part in (("train", rows), ("valid", valid)):
        if len(part) == 0:
            raise DataError(
                f"{faces.source}: the split '{name}' has no rows with a FER2013 label, which the "
                "systems are trained and judged on. Add data that has."
            )
    labels = labels_of(rows, recipe.classes)
    drawn = sample(rows.labels, recipe, rng)
    net = _net(recipe)
    if weights is not None:
        load_pretrained(net, weights)
    net.to(device)
    if device.type == "cpu":
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.Adam(net.parameters(), lr=recipe.rate)
    class_weights = _class_weights(labels, recipe.classes).to(device) if recipe.weighted else None
    epochs = min(recipe.epochs, cap.epochs or recipe.epochs)
    end = math.inf if cap.minutes is None else 60 * cap.minutes
    # Short epochs are not each followed by a look at ``valid``, which would take most of a cap.
    every = 1 if recipe.patience else math.ceil(4 * len(valid) / len(drawn.rows))
    best, since, steps, history, ended = 0.0, 0, 0, [], ""
    began = clock()
    for epoch in range(epochs):
        plan = list(batches(rng.permutation(len(drawn.rows)), recipe.batch))
        bar = tqdm(
            plan, desc=f"{recipe.name}, epoch {epoch + 1} of {epochs}", leave=False, disable=None
        )
        for part in bar:
            progress = max(steps / len(plan) / epochs, (clock() - began) / end)
            alone = weights is not None and progress < recipe.head_first / recipe.epochs
            set_learning(net, recipe.fixed if weights else 0, alone)
            for group in optimiser.param_groups:
                group["lr"] = recipe.rate_at(progress)
            chosen = drawn.rows[part]
            x = torch.from_numpy(rows.images[chosen].astype(np.float32)).unsqueeze(1).to(device)
            x = changed(x, torch.from_numpy(drawn.added[part]).to(device), recipe)
            loss = F.cross_entropy(
                net(prepared(x, recipe)),
                torch.from_numpy(labels[chosen]).to(device),
                weight=class_weights,
            )
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            steps += 1
            if stopped:
                bar.close()
                raise StoppedError
            if clock() - began >= end:
                ended = "the cap of minutes"
                break
        if epoch + 1 == epochs:
            ended = ended or (
                "the stated epochs" if epochs == recipe.epochs else "the cap of epochs"
            )
        if not ended and (epoch + 1) % every:
            continue
        predicted = predict(net, valid.images, recipe, device)
        accuracy = float((predicted == labels_of(valid, recipe.classes)).mean())
        history.append([steps / len(plan), accuracy])
        best, since = (accuracy, 0) if accuracy > best else (best, since + 1)
        if not ended and recipe.patience and since >= recipe.patience:
            ended = f"{since} epochs without a better accuracy"
        if ended:
            break
    return {
        "epochs_stated": recipe.epochs,
        "epochs_run": steps / len(plan),
        "ended": ended,
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
    for first in range(0, len(images), 256):
        x = torch.from_numpy(images[first : first + 256].astype(np.float32)).unsqueeze(1)
        read.append(net(prepared(x.to(device), recipe)).argmax(1).cpu())
    return torch.cat(read).numpy()


def compare(
    faces: Faces,
    chosen: dict[str, Recipe],
    out: Path,
    cap: Cap,
    device: torch.device,
    own: tuple[str, Predictor] | None,
    weights: dict[str, Path] | None = None,
) -> str:
    """Train the systems that have no result in ``out`` yet and return the table.

    The results stand in ``out`` as one JSON a system, so that the work can be cut into parts, and
    parts can run at the same time. One made by another recipe, cap, data or weights is made anew.

    Args:
        faces: all splits.
        chosen: the systems, by the names of their files.
        out: folder of the results, the table and the chart.
        cap: where to stop early.
        device: where to train.
        own: name and predictor of EmoCam's model, for the last line.
        weights: of the systems that start from some.

    Returns:
        The table; after SIGINT or SIGTERM what is finished and what is not.

    Raises:
        TrainingError: for data, a net or weights that cannot be used; before any training, where
            that can be known.
    """
    weights = weights or {}
    for stem, path in weights.items():
        print(f"{stem}: {load_pretrained(_net(chosen[stem]), path)}")
    out.mkdir(parents=True, exist_ok=True)
    data = data_digest(faces)
    rows: dict[str, dict[str, Any]] = {}
    with stoppable() as stopped:
        try:
            for stem, recipe in chosen.items():
                path = out / f"{stem}.json"
                made_from = _made_from(recipe, cap, data, weights.get(stem))
                result = kept(path, made_from)
                if result is None:
                    if stopped:
                        raise StoppedError
                    result = train(recipe, faces, cap, device, weights.get(stem), stopped)
                    result |= {"source": faces.source, "made_from": made_from}
                    write(path, json.dumps(result, indent=1))
                texts = {"stated": recipe.stated, "assumed": recipe.assumed}
                rows[stem] = {"name": _name(recipe, weights.get(stem)), **texts, **result}
        except StoppedError:
            left = ", ".join(stem for stem in chosen if stem not in rows)
            return (
                f"stopped; finished and kept in {out}: {', '.join(rows) or 'none'}. "
                f"The same command goes on with {left}, the first of them from its beginning"
            )
    lines = list(rows.values())
    if own is not None:
        lines.append(ours(own[1], faces, own[0]))
    text = table(lines)
    write(out / "table.md", text)
    chart(lines, out / "compare.png")
    return text


def _name(recipe: Recipe, weights: Path | None) -> str:
    return recipe.name if weights is None else f"{recipe.name} (starting from {weights.name})"


def _labelled(faces: Faces) -> Faces:
    return faces.take(faces.labels != NO_LABEL)


def _class_weights(labels: NDArray[np.int64], classes: int) -> Tensor:
    counts = np.bincount(labels, minlength=classes).clip(1)
    return torch.tensor(len(labels) / classes / counts).float()


def _made_from(recipe: Recipe, cap: Cap, data: str, weights: Path | None) -> dict[str, Any]:
    """Return what a result hangs on, as JSON gives it back; texts for the table are not of it."""
    values = asdict(recipe)
    for text in ("name", "stated", "assumed"):
        del values[text]
    sha = file_sha256(weights) if weights else None
    made_from = {"recipe": values, "cap": asdict(cap), "data": data, "weights": sha}
    return dict(json.loads(json.dumps(made_from)))


def _net(recipe: Recipe) -> nn.Module:
    return build(recipe.net, recipe.classes, recipe.channels, recipe.size)
