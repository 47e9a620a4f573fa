"""What is known about a setting, and whether a value fits it."""

from __future__ import annotations

import dataclasses
import math
import re
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from emocam.errors import SettingsError

Value = bool | int | float | str | tuple[str, ...]
_T = TypeVar("_T", bound=Value)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is known about one setting.

    Attributes:
        key: group and name, as in ``sampling.interval``.
        default: the value without a settings file; its type is the setting's type.
        description: one sentence for people.
        minimum, maximum: the range of a number, both ends included.
        unit: unit of a number, empty if it has none.
        multiple: what a whole number must be a multiple of; None if any will do.
        choices: the allowed words; empty if any will do.
        pattern: regular expression that a word must match as a whole; None if any will do.
        form: the pattern in words, for messages.
        privacy: the value that gives the least away; it holds, locked, while a policy is damaged.
            None for settings that give nothing away.
        in_doubt: of a list of what is allowed, the value that allows nothing; it holds, locked,
            while a damaged policy may have said what is. None for all others.
    """

    key: str
    default: Value
    description: str
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    multiple: int | None = None
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    form: str = ""
    privacy: Value | None = None
    in_doubt: Value | None = None

    @property
    def type_name(self) -> str:
        """The type in the words of TOML."""
        if isinstance(self.default, bool):
            return "true or false"
        if isinstance(self.default, int):
            return "whole number"
        if isinstance(self.default, float):
            return "number"
        return "list of words" if isinstance(self.default, tuple) else "text"

    @property
    def allowed(self) -> str:
        """The allowed values in words, for messages and documents."""
        if isinstance(self.default, bool):
            return self.type_name
        if self.choices:
            words = ", ".join(f'"{choice}"' for choice in self.choices)
            return f"any of {words}" if isinstance(self.default, tuple) else f"one of {words}"
        if self.minimum is not None and self.maximum is not None:
            unit = f" {self.unit}" if self.unit else ""
            kind = "n even" if self.multiple == 2 else ""
            return f"a{kind} {self.type_name} from {self.minimum:g} to {self.maximum:g}{unit}"
        return self.form or f"any {self.type_name}"

    def check(self, value: object) -> Value:
        """The value in the setting's own type.

        Raises:
            SettingsError: if the value does not fit; the message names what is allowed.
        """
        fitting = self._fit(value)
        if fitting is None:
            raise SettingsError(f"{self.key} cannot be {_shown(value)}", f"Allowed: {self.allowed}")
        return fitting

    def _fit(self, value: object) -> Value | None:
        """The value if it fits, else None."""
        if isinstance(self.default, bool) or isinstance(value, bool):
            return value if isinstance(value, bool) and isinstance(self.default, bool) else None
        if isinstance(self.default, int | float):
            return self._fit_number(value)
        if isinstance(self.default, tuple):
            if not isinstance(value, list | tuple):
                return None
            words = tuple(word for word in value if isinstance(word, str))
            fits = len(words) == len(value) and all(self._fits_word(word) for word in words)
            return tuple(dict.fromkeys(words)) if fits else None
        return value if isinstance(value, str) and self._fits_word(value) else None

    def _fit_number(self, value: object) -> int | float | None:
        if isinstance(self.default, float) and isinstance(value, int):
            value = float(value) if abs(value) < 2**53 else None
        if type(value) is not type(self.default):
            return None
        number = cast("int | float", value)
        low = -math.inf if self.minimum is None else self.minimum
        high = math.inf if self.maximum is None else self.maximum
        if self.multiple is not None and number % self.multiple:
            return None
        return number if low <= number <= high else None

    def _fits_word(self, word: str) -> bool:
        if "\0" in word or "\n" in word or len(word) > 4096:
            return False
        if self.choices:
            return word in self.choices
        return self.pattern is None or re.fullmatch(self.pattern, word) is not None


def _shown(value: object) -> str:
    text = "true" if value is True else "false" if value is False else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def setting(default: _T, description: str, **about: Any) -> _T:
    """A field of a group: its default, and in its metadata the rest of the declaration."""
    return dataclasses.field(default=default, metadata={"description": description, **about})
