"""Configurations as TOML files, read into frozen dataclasses; unknown keys are errors."""

from __future__ import annotations

import tomllib
import typing
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

from training.augment import AugmentConfig
from training.errors import ConfigError
from training.nets import NetConfig

T = TypeVar("T")


@dataclass(frozen=True)
class TrainConfig:
    """How a net is trained.

    Attributes:
        epochs: length of the schedule in passes over the data.
        batch: faces a step.
        rate: highest learning rate of the one-cycle schedule (Smith and Topin 2018).
        warmup: share of the schedule in which the rate rises.
        momentum: Nesterov momentum of SGD.
        decay: weight decay; normalisations and biases are spared.
        average: decay a step of the moving average of the weights, which is what is kept.
        smoothing: label smoothing of the FER2013 head.
        fer2013: weight of the FER2013 loss; the FER+ loss has weight 1.
        wrong_negatives: weight of the loss against negative readings of rows that most voters call
            happy or neutral; 0 is off.
        balance: exponent of inverse class frequency by which rows are drawn; 0 draws all alike,
            1 draws every class equally often.
        mixup: parameter of the beta distribution of mixup (Zhang et al. 2018); 0 is off.
        distill: share of the teachers' answers in the targets, where teachers are given.
        small: side in pixels of the pictures in the first part of the schedule; 0 is off. A net
            without a fixed size learns most of what it learns from cheaper pictures.
        small_until: share of the schedule after which the pictures have their full size.
        late_from: share of the schedule after which the table ``late`` says how to augment.
        clip: largest norm of the gradient.
        seed: of everything random.
    """

    epochs: int = 60
    batch: int = 128
    rate: float = 0.1
    warmup: float = 0.2
    momentum: float = 0.9
    decay: float = 5e-4
    average: float = 0.998
    smoothing: float = 0.1
    fer2013: float = 0.5
    wrong_negatives: float = 0.0
    balance: float = 0.0
    mixup: float = 0.0
    distill: float = 0.7
    small: int = 0
    small_until: float = 0.6
    late_from: float = 1.0
    clip: float = 5.0
    seed: int = 1

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ConfigError: for a value out of range.
        """
        positive = ("epochs", "batch", "rate", "clip")
        shares = (
            "warmup",
            "momentum",
            "average",
            "smoothing",
            "balance",
            "distill",
            "small_until",
            "late_from",
        )
        for name in positive:
            if getattr(self, name) <= 0:
                raise ConfigError(f"train.{name} must be above 0, not {getattr(self, name)}.")
        if self.small and (self.small % 8 or self.small < 24):
            raise ConfigError(
                f"train.small must be 0 or a multiple of 8 above 16, not {self.small}."
            )
        for name in ("decay", "fer2013", "wrong_negatives", "mixup"):
            if getattr(self, name) < 0:
                raise ConfigError(f"train.{name} must not be below 0, not {getattr(self, name)}.")
        for name in shares:
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"train.{name} must be in 0..1, not {getattr(self, name)}.")


@dataclass(frozen=True)
class Config:
    """A whole configuration: the net, its training, its augmentation.

    Attributes:
        name: names the run's folder.
        size: side of the pictures in pixels.
        near_duplicates: keep look-alikes of validation rows out of training too.
        net: the net.
        train: its training.
        augment: its augmentation.
        late: its augmentation from ``train.late_from`` of the schedule on.
    """

    name: str = "expression"
    size: int = 48
    near_duplicates: bool = True
    net: NetConfig = field(default_factory=NetConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    late: AugmentConfig = field(default_factory=AugmentConfig)

    def __post_init__(self) -> None:
        """Check the size.

        Raises:
            ConfigError: for a size that the net or the JPEG blocks cannot have.
        """
        if self.size % 8 or self.size < 24:
            raise ConfigError(f"size must be a multiple of 8 above 16, not {self.size}.")


def load(path: Path | None, overrides: list[str] | None = None) -> Config:
    """Read a configuration.

    Args:
        path: a TOML file, or None for the defaults.
        overrides: ``key=value`` pairs such as ``train.epochs=3``; values in TOML's notation.

    Raises:
        ConfigError: for a missing file, bad TOML, an unknown key or a wrong type.
    """
    values: dict[str, Any] = {}
    name = "the defaults"
    if path is not None:
        name = str(path)
        try:
            values = tomllib.loads(path.read_text())
        except FileNotFoundError as error:
            raise ConfigError(f"{path} does not exist. Name a file of training/configs.") from error
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path} is not valid TOML: {error}.") from error
    for override in overrides or []:
        _override(values, override)
    return build(Config, values, name)


def _override(values: dict[str, Any], override: str) -> None:
    key, equals, text = override.partition("=")
    if not equals:
        raise ConfigError(f"--set {override}: write key=value, for example train.epochs=3.")
    try:
        value = tomllib.loads(f"v = {text}")["v"]
    except tomllib.TOMLDecodeError:
        value = text
    *tables, last = key.strip().split(".")
    table = values
    for part in tables:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            raise ConfigError(f"--set {override}: '{part}' is a value, not a table of values.")
    table[last] = value


def build(kind: type[T], values: dict[str, Any], where: str) -> T:
    """Build a dataclass from plain values, nested tables included.

    Raises:
        ConfigError: for an unknown key or a wrong type, naming both.
    """
    hints = typing.get_type_hints(kind)
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    unknown = set(values) - known
    if unknown:
        raise ConfigError(
            f"{where}: unknown key {', '.join(sorted(unknown))}; "
            f"known are {', '.join(sorted(known))}."
        )
    made = {}
    for key, value in values.items():
        hint = hints[key]
        if isinstance(hint, type) and is_dataclass(hint):
            if not isinstance(value, dict):
                raise ConfigError(f"{where}: {key} must be a table.")
            made[key] = build(hint, value, f"{where}, [{key}]")
        else:
            made[key] = _checked(hint, value, f"{where}: {key}")
    return kind(**made)


def _checked(hint: Any, value: Any, where: str) -> Any:
    origin = typing.get_origin(hint)
    if origin is tuple:
        if not isinstance(value, list | tuple) or not all(isinstance(v, int) for v in value):
            raise ConfigError(f"{where} must be a list of whole numbers, not {value!r}.")
        return tuple(value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise ConfigError(f"{where} must be of the type {hint.__name__}, not {value!r}.")
    return value
