"""Taking out of a text who somebody is: for the log and for "Copy diagnostics". Pure.

What is known is replaced wherever it stands (the user's name, home and host, what they set as
text); what is only known by its form by that form (paths, serial numbers of cameras).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: Folders of the system, whose paths tell nobody's name.
_SYSTEM = "usr|dev|proc|sys|etc|lib|lib64|opt|run|boot|bin|sbin"
_NAME = r"[^\s:;,'\"()\[\]]"
_WORD = r"[^\s/\\:;,'\"()\[\]]"
#: The rest of a path; words after a space belong to it where a separator follows them.
_MORE = rf"{_NAME}+(?:(?: {_WORD}+)+[/\\]{_NAME}*)*"
_HOME_PATH = re.compile(rf"~[/\\]{_MORE}")
_PATH = re.compile(rf"(?<![\w/~.:])/(?!(?:{_SYSTEM})(?:/|\b)){_MORE}")
_WINDOWS_PATH = re.compile(rf"(?i)\b[a-z]:\\{_MORE}|\\\\{_MORE}")
#: See emocam/sensing/cameras/identity.py: vendor and product stay, serial number and port go.
_USB = re.compile(r"(usb:[0-9a-f]{4}:[0-9a-f]{4})[^\s,)\"']*")
#: A name of fewer letters is taken out only as a word, or nothing would be left to read.
_SHORT = 3
HIDDEN = "•"


@dataclass(frozen=True, slots=True)
class Person:
    """Whose machine it is.

    Attributes:
        user: the name at log-in.
        home: the home folder's path.
        host: the machine's name.
        words: what else must not be told, such as a name plate.
    """

    user: str = ""
    home: str = ""
    host: str = ""
    words: tuple[str, ...] = ()


def scrub(text: str, person: Person, *, paths: bool = True) -> str:
    """The text without them.

    Args:
        text: anything.
        person: whom to take out, in any mixture of capitals.
        paths: whether all paths go but the system's own, and the serial numbers of cameras.
    """
    if paths:  # what was set as a path first: a name of a file may have spaces
        text = _without(text, _places(person.words), HIDDEN)
    text = _without(text, (person.home,), "~")
    if paths:
        text = _USB.sub(rf"\1{HIDDEN}", text)
        text = _WINDOWS_PATH.sub(HIDDEN, _PATH.sub(HIDDEN, _HOME_PATH.sub(HIDDEN, text)))
    return _without(text, (*person.words, person.host, person.user), HIDDEN)


def scrub_all(value: Any, person: Person) -> Any:
    """The same for every text in a JSON value; its keys are ours and stay."""
    if isinstance(value, str):
        return scrub(value, person)
    if isinstance(value, Mapping):
        return {key: scrub_all(each, person) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [scrub_all(each, person) for each in value]
    return value


def _places(words: Iterable[str]) -> Iterator[str]:
    """Those that are paths, also without what a file beside them would have otherwise."""
    for word in words:
        at = max(word.rfind("/"), word.rfind("\\"))
        if at >= 0:
            stem, dot, _kind = word.rpartition(".")
            yield from (word, stem if dot and len(stem) > at + 1 else word)


def _without(text: str, names: Iterable[str], instead: str) -> str:
    for name in sorted(filter(None, names), key=len, reverse=True):
        pattern = re.escape(name)
        if len(name) < _SHORT:
            pattern = rf"(?<!\w){pattern}(?!\w)"
        text = re.sub(pattern, instead, text, flags=re.IGNORECASE)
    return text
