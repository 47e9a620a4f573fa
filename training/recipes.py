"""The recipes of the systems that EmoCam starts from, one TOML file each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from training.augment import AugmentConfig
from training.config import build as build_config
from training.errors import ConfigError

CONFIGS = Path(__file__).parent / "configs" / "compare"

_NO_CHANGE = AugmentConfig(*([0.0] * 13))


@dataclass(frozen=True)
class Recipe:
    """One system as its report states it.

    Attributes:
        name: for the table.
        net: a name of ``training.peers``.
        stated: figures of the report, as text.
        assumed: what the report leaves open and what was taken instead.
        size: side of the pictures in pixels.
        channels: 1, or 3 for grey repeated.
        classes: 7, or 6 with disgust and angry merged.
        epochs: as stated.
        batch: as stated.
        rate: of Adam.
        sampling: "plain", "over" (every class as often as ``rows``) or "under".
        rows: rows a class for "over" and "under"; 0 takes the largest or smallest class.
        weighted: class weights in the loss.
        patience: epochs without a better validation accuracy before stopping; 0 never stops.
        augment: changes of the pictures; those left out are off.
    """

    name: str
    net: str
    stated: str = ""
    assumed: str = ""
    size: int = 48
    channels: int = 1
    classes: int = 7
    epochs: int = 25
    batch: int = 32
    rate: float = 1e-3
    sampling: str = "plain"
    rows: int = 0
    weighted: bool = False
    patience: int = 0
    augment: AugmentConfig = field(default_factory=lambda: _NO_CHANGE)

    def __post_init__(self) -> None:
        """Check what the types cannot say.

        Raises:
            ConfigError: for an unknown sampling or number of classes.
        """
        if self.sampling not in ("plain", "over", "under"):
            raise ConfigError(f"{self.name}: sampling must be plain, over or under.")
        if self.classes not in (6, 7):
            raise ConfigError(f"{self.name}: classes must be 6 or 7.")


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
        changes = dict.fromkeys(AugmentConfig.__dataclass_fields__, 0.0)
        values["augment"] = changes | values.get("augment", {})
        chosen[stem] = build_config(Recipe, values, str(files[stem]))
    return chosen
