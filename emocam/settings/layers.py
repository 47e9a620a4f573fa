"""Where each setting's value comes from: one layer for each who may say something. Pure.

From the strongest to the weakest: what the machine's administrator locked, what was changed in the
run, what the command line says, the user's file, what the administrator recommends, the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from emocam.errors import ControlError, EmoCamError
from emocam.settings.declaration import Value
from emocam.settings.schema import Settings, declarations


class Kind(StrEnum):
    """Who says a value, the strongest first."""

    MANDATORY = "mandatory"
    RUN = "run"
    ARGUMENT = "argument"
    FILE = "file"
    RECOMMENDED = "recommended"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from.

    Attributes:
        kind: which layer.
        by: the file, the registry key or the option; empty for a default.
    """

    kind: Kind
    by: str = ""

    @property
    def locked(self) -> bool:
        """Whether the user cannot change the value."""
        return self.kind is Kind.MANDATORY


@dataclass(frozen=True, slots=True)
class Said:
    """What a layer says of one setting.

    Attributes:
        value: as its declaration has it.
        by: as in :class:`Origin`.
    """

    value: Value
    by: str


_DEFAULT = Origin(Kind.DEFAULT)
_SAYING = tuple(kind for kind in Kind if kind is not Kind.DEFAULT)


@dataclass(frozen=True, slots=True)
class Layers:
    """All that is said, by layer and key.

    Attributes:
        said: for each layer that says anything, the values by key.
        path: the user's settings file, also one that is not there yet; None without a place.
    """

    said: Mapping[Kind, Mapping[str, Said]] = field(default_factory=dict)
    path: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> Layers:
        """Layers under which these settings hold, all that is no default as an argument."""
        return cls().replaced(settings, "")

    def replaced(self, settings: Settings, by: str) -> Layers:
        """These layers with an argument for each setting that has another value in ``settings``."""
        layers = self
        for key in declarations():
            if settings.value(key) != self.value(key):
                layers = layers.saying(Kind.ARGUMENT, key, settings.value(key), by)
        return layers

    def origin(self, key: str) -> Origin:
        """Who says the value that holds."""
        for kind in _SAYING:
            if (said := self.said.get(kind, {}).get(key)) is not None:
                return Origin(kind, said.by)
        return _DEFAULT

    def origins(self) -> dict[str, Origin]:
        """The origins of all settings of which any layer says something."""
        keys = (key for key in declarations() if any(key in said for said in self.said.values()))
        return {key: self.origin(key) for key in keys}

    def value(self, key: str) -> Value:
        """The value that holds.

        Raises:
            KeyError: if there is no such setting.
        """
        for kind in _SAYING:
            if (said := self.said.get(kind, {}).get(key)) is not None:
                return said.value
        return declarations()[key].default

    def settings(self) -> Settings:
        """All values that hold."""
        settings = Settings()
        for key in self.origins():
            settings = settings.replace(key, self.value(key))
        return settings

    def saying(self, kind: Kind, key: str, value: Value, by: str) -> Layers:
        """These layers with one value more."""
        layer = {**self.said.get(kind, {}), key: Said(value, by)}
        return replace(self, said={**self.said, kind: layer})

    def without(self, key: str, *kinds: Kind) -> Layers:
        """These layers without what some of them say of a setting."""
        said = {
            kind: {each: about for each, about in layer.items() if kind not in kinds or each != key}
            for kind, layer in self.said.items()
        }
        return replace(self, said=said)

    def refuse_locked(self, key: str, kind: type[EmoCamError] = ControlError) -> None:
        """See that the user may change a setting.

        Args:
            key: of the setting.
            kind: class of the error.

        Raises:
            EmoCamError: of that class, if it is locked; the message names who did it.
        """
        origin = self.origin(key)
        if origin.locked:
            raise kind(
                f"{key} is set by this machine's administrator ({origin.by})",
                "Ask them to change it; emocam policy show tells what else they set",
            )
