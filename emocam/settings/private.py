"""Which settings may tell who somebody is, and what may be told of them. Pure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from emocam.scrub import Person
from emocam.settings.declaration import Declaration, Value
from emocam.settings.describe import as_toml
from emocam.settings.schema import Settings, declarations

_SET = "(set)"


def is_private(declaration: Declaration) -> bool:
    """Whether a setting's value may tell who somebody is: words of one's own, paths, devices."""
    return isinstance(declaration.default, str | tuple) and not declaration.choices


def changed(settings: Settings) -> dict[str, str]:
    """The settings that are not as they come; of private ones only that they are set."""
    return {
        key: _SET if is_private(declaration) else as_toml(settings.value(key))
        for key, declaration in declarations().items()
        if settings.value(key) != declaration.default
    }


def whose(settings: Settings, person: Person) -> Person:
    """The person with the words that the settings tell of them."""
    words: list[str] = []
    for key, declaration in declarations().items():
        value = settings.value(key)
        if is_private(declaration) and value != declaration.default:
            words += _words(value)
    return replace(person, words=(*person.words, *filter(_tells, words)))


def _words(value: Value) -> list[str]:
    texts = value if isinstance(value, tuple) else (str(value),)
    return [word for text in texts for word in (text, PurePath(text).name)]


def _tells(word: str) -> bool:
    """A number or a single letter tells nobody, and stands everywhere."""
    return len(word) > 1 and not word.isdecimal()
