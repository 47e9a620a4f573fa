"""The recipes of the systems that EmoCam starts from, one TOML file each."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from training.augment import AugmentConfig, augment
from training.config import build as build_config
from training.errors import ConfigError

CONFIGS = Path(__file__).parent / "configs" / "compare"

#: FER2013 classes of each class of a system, by how many it has. Six: disgust goes with angry.
MEMBERS: dict[int, tuple[tuple[int, ...], ...]] = {
    6: ((0, 1), (2,), (3,), (4,), (5,), (6,)),
    7: ((0,), (1,), (2,), (3,), (4,), (5,), (6,)),
}

#: Mean and deviation of ImageNet's pictures in 0..1 by channel; grey takes the channels' means.
_IMAGENET = {
    1: ((0.449,), (0.226,)),
    3: ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
}

_OFF = dict.fromkeys(AugmentConfig.__dataclass_fields__, 0.0)
NO_CHANGE = AugmentConfig(**_OFF)

_CHOICES = {
    "sampling": ("plain", "over", "under"),
    "changed": ("all", "added"),
    "pixels": ("unit", "signed", "imagenet"),
    "schedule": ("constant", "cosine"),
    "classes": tuple(MEMBERS),
    "channels": (1, 3),
}


@dataclass(frozen=True)
class Recipe:
    """One system as its report states it.

    Attributes:
        name: for the table.
        net: a name of ``training.peers``.
        stated: figures of the report, as text.
        assumed: what the report leaves open and what was taken instead, and what is not built.
        size: side of the pictures in pixels.
        channels: 1, or 3 for grey repeated.
        pixels: "unit" (0..1), "signed" (-1..1) or "imagenet" (less the mean, through the deviation
            of ImageNet's pictures, as weights learnt there expect them).
        classes: 7, or 6 with disgust and angry merged.
        epochs: as stated.
        batch: as stated.
        rate: of Adam.
        schedule: of the rate: "constant", or "cosine" down to 0 at the end of the training, be it
            the stated one or a cap.
        sampling: "plain", "over" (every class as often as ``rows``) or "under". A merged class is
            drawn in equal parts from its members.
        rows: rows a class for "over" and "under"; 0 takes the largest or smallest class.
        weighted: class weights in the loss.
        patience: epochs without a better validation accuracy before stopping; 0 never stops.
        pretrained: the system is nothing without weights that the user has.
        fixed: how many of the net's first parts keep the weights that the user gave.
        head_first: how many of the epochs train the last layer alone, where weights were given;
            under a cap the same share of it.
        changed: which rows ``augment`` and ``turns`` change: "all", or those "added" by
            over-sampling.
        turns: degrees, each to the left and to the right, of which one is drawn a picture and
            epoch; the corners are filled with zeros.
        augment: changes of the pictures; those left out are off.
    """

    name: str
    net: str
    stated: str = ""
    assumed: str = ""
    size: int = 48
    channels: int = 1
    pixels: str = "unit"
    classes: int = 7
    epochs: int = 25
    batch: int = 32
    rate: float = 1e-3
    schedule: str = "constant"
    sampling: str = "plain"
    rows: int = 0
    weighted: bool = False
    patience: int = 0
    pretrained: bool = False
    fixed: int = 0
    head_first: int = 0
    changed: str = "all"
    turns: tuple[int, ...] = ()
    augment: AugmentConfig = field(default_factory=lambda: NO_CHANGE)

    def __post_init__(self) -> None:
        """Check what the types cannot say.

        Raises:
            ConfigError: for a value out of range, or two that do not go together.
        """
        for key, known in _CHOICES.items():
            if getattr(self, key) not in known:
                *most, last = map(str, known)
                raise ConfigError(
                    f"{self.name}: {key} must be {', '.join(most)} or {last}, "
                    f"not {getattr(self, key)!r}."
                )
        for key, least in {"size": 1, "epochs": 1, "batch": 1, "rows": 0, "patience": 0}.items():
            if getattr(self, key) < least:
                raise ConfigError(f"{self.name}: {key} must be at least {least}.")
        if self.rate <= 0:
            raise ConfigError(f"{self.name}: rate must be above 0, not {self.rate}.")
        if self.fixed < 0 or self.head_first < 0 or (self.fixed and not self.pretrained):
            raise ConfigError(
                f"{self.name}: fixed and head_first must not be below 0, and fixed layers need "
                "pretrained = true, as random weights teach nothing."
            )
        if self.changed == "added" and self.sampling != "over":
            raise ConfigError(
                f"{self.name}: only sampling 'over' adds rows; changed must be all, not added."
            )

    def rate_at(self, progress: float) -> float:
        """Return the learning rate at a share 0..1 of the training."""
        if self.schedule == "constant":
            return self.rate
        return self.rate * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0)))


@dataclass(frozen=True)
class Drawn:
    """The rows to train on, one choice for all epochs.

    Attributes:
        rows: ``(k,)`` indices.
        added: ``(k,)`` bool, true for repeats that over-sampling added.
    """

    rows: NDArray[np.int64]
    added: NDArray[np.bool_]


def sample(labels: NDArray[np.integer], recipe: Recipe, rng: np.random.Generator) -> Drawn:
    """Choose the rows to train on, balanced as the recipe says.

    Args:
        labels: ``(n,)`` FER2013 classes, seven of them even where the recipe merges two.
        recipe: the system.
        rng: for the choice.
    """
    if recipe.sampling == "plain":
        return Drawn(np.arange(len(labels)), np.zeros(len(labels), bool))
    classes = [
        [group for member in members if len(group := np.flatnonzero(labels == member))]
        for members in MEMBERS[recipe.classes]
    ]
    classes = [groups for groups in classes if groups]
    if recipe.sampling == "over":
        rows = recipe.rows or max(sum(map(len, groups)) for groups in classes)
    else:
        rows = recipe.rows or min(len(groups) * min(map(len, groups)) for groups in classes)
    chosen, added = [], []
    for groups in classes:
        for group in groups:
            wanted = rows // len(groups)
            chosen.append(rng.permutation(group)[:wanted])
            missing = max(wanted - len(group), 0) if recipe.sampling == "over" else 0
            added.append(rng.choice(group, missing))
    marks = np.repeat([False, True], [sum(map(len, chosen)), sum(map(len, added))])
    return Drawn(np.concatenate([*chosen, *added]), marks)


def changed(x: Tensor, added: Tensor, recipe: Recipe) -> Tensor:
    """Change the pictures that a recipe changes.

    Args:
        x: ``(n, 1, s, s)`` float32 in 0..255.
        added: ``(n,)`` bool, which rows over-sampling added.
        recipe: says which, and how.
    """
    chosen = added if recipe.changed == "added" else torch.ones_like(added)
    rows = chosen.nonzero(as_tuple=True)[0]
    if len(rows) == 0:
        return x
    y = x[rows]
    if recipe.augment != NO_CHANGE:
        y = augment(y, recipe.augment)
    if recipe.turns:
        degrees = torch.tensor([*recipe.turns, *(-turn for turn in recipe.turns)], device=x.device)
        y = turned(y, degrees[torch.randint(len(degrees), (len(y),), device=x.device)])
    return x.index_copy(0, rows, y)


def turned(x: Tensor, degrees: Tensor) -> Tensor:
    """Turn pictures about their middle; what comes in from outside is zero.

    Args:
        x: ``(n, 1, s, s)`` float32.
        degrees: ``(n,)``.
    """
    angle = degrees * (math.pi / 180)
    cos, sin, zero = torch.cos(angle), torch.sin(angle), torch.zeros_like(angle)
    theta = torch.stack([torch.stack([cos, -sin, zero]), torch.stack([sin, cos, zero])])
    grid = F.affine_grid(theta.permute(2, 0, 1), list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, padding_mode="zeros", align_corners=False)


def prepared(x: Tensor, recipe: Recipe) -> Tensor:
    """Bring pictures ``(n, 1, s, s)`` in 0..255 to a net's size, channels and range."""
    if x.shape[-1] != recipe.size:
        x = F.interpolate(x, size=(recipe.size, recipe.size), mode="bilinear", align_corners=False)
    x = x.expand(-1, recipe.channels, -1, -1) / 255
    if recipe.pixels == "signed":
        return 2 * x - 1
    if recipe.pixels == "imagenet":
        mean, deviation = (x.new_tensor(v).view(1, -1, 1, 1) for v in _IMAGENET[recipe.channels])
        return (x - mean) / deviation
    return x


def recipes(names: list[str] | None = None, folder: Path = CONFIGS) -> dict[str, Recipe]:
    """Read the configurations of the named systems, or of all.

    Raises:
        ConfigError: for a name without a configuration.
    """
    files = {p.stem: p for p in sorted(folder.glob("*.toml"))}
    unknown = set(names or []) - set(files)
    if unknown:
        raise ConfigError(
            f"No configuration for {', '.join(sorted(unknown))}; there are {', '.join(files)}."
        )
    chosen = {}
    for stem in names or files:
        values = tomllib.loads(files[stem].read_text())
        values["augment"] = _OFF | values.get("augment", {})
        chosen[stem] = build_config(Recipe, values, str(files[stem]))
    return chosen


def choose(
    names: list[str] | None, weights: list[str] | None, folder: Path = CONFIGS
) -> tuple[dict[str, Recipe], dict[str, Path]]:
    """Read the options of ``compare``: which systems, and which weights some start from.

    Args:
        names: of systems; None means all but those that are nothing without weights not given.
        weights: texts ``SYSTEM=FILE``.
        folder: of the configurations.

    Raises:
        ConfigError: for an unknown system, a text of another form, weights of a system that is not
            chosen, or a system named that needs weights and was given none.
    """
    chosen = recipes(names, folder)
    files: dict[str, Path] = {}
    for text in weights or []:
        stem, equals, file = text.partition("=")
        if not equals or not file:
            raise ConfigError(
                f"--weights {text}: write SYSTEM=FILE, for example emonet_resnet50=resnet50.pth."
            )
        if stem not in chosen:
            raise ConfigError(
                f"--weights {text}: {stem} is none of the systems chosen, which are "
                f"{', '.join(chosen)}. Name one of them, or add --system {stem}."
            )
        files[stem] = Path(file)
    bare = [stem for stem, recipe in chosen.items() if recipe.pretrained and stem not in files]
    if bare and names:
        raise ConfigError(
            f"{bare[0]} starts from weights learnt elsewhere, which EmoCam does not bring. "
            f"Give them with --weights {bare[0]}=FILE, or leave the system out."
        )
    for stem in bare:
        print(f"{stem} is left out: it needs --weights {stem}=FILE")
    return {stem: recipe for stem, recipe in chosen.items() if stem not in bare}, files
