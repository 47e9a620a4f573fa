"""The share file: what one person says of a lecture, through randomised response. Pure.

JSON, with nothing in it but the lecture's name, a random number for this lecture alone, the length
of the bins, epsilon, and two answers for each bin, or one. docs/sessions.md describes it.
"""

from __future__ import annotations

import json
import math
import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from emocam.errors import SessionError
from emocam.expression import NEGATIVE
from emocam.sessions.channel import Below, Channel
from emocam.sessions.layout import ATTENTION as LOOKS
from emocam.sessions.layout import Row
from emocam.sessions.limits import MAX_BIN, MAX_EPSILON, MIN_BIN, MIN_EPSILON

#: Grows when an EmoCam made for the number before could not read the file any more.
FORMAT = 1
#: The answers for an expression. Negative ones are one answer: fewer answers carry more truth at
#: the same epsilon, and which negative one it was is nobody's business. "none": nobody was seen.
EXPRESSIONS = ("neutral", "happiness", "surprise", "negative", "none")
#: The answers for attention. "none": nobody was seen, or it was not known.
ATTENTION = (*LOOKS, "none")

#: A day of the shortest bins.
MAX_BINS = 24 * 3600 // MIN_BIN
#: The largest share file in bytes; MAX_BINS take a fifth of it.
MAX_SIZE = 1 << 20
#: The longest name of a lecture, in letters.
MAX_NAME = 80

_ID = re.compile(r"[0-9a-f]{32}")
_FIELDS = ("emocam_share", "id", "lecture", "bin", "epsilon", "expression", "attention")
_NEGATIVE = {each.label for each in NEGATIVE}


@dataclass(frozen=True, slots=True)
class Share:
    """A share file.

    Attributes:
        id: 32 hex digits, drawn for this lecture alone.
        lecture: its name.
        bin: length of the bins in seconds, :data:`MIN_BIN`..:data:`MAX_BIN`.
        epsilon: of all answers for one bin together, :data:`MIN_EPSILON`..:data:`MAX_EPSILON`.
        expression: one of :data:`EXPRESSIONS` for each bin, from the lecture's start on.
        attention: one of :data:`ATTENTION` for each bin; None if it is not told.
    """

    id: str
    lecture: str
    bin: int
    epsilon: float
    expression: tuple[str, ...]
    attention: tuple[str, ...] | None = None

    @property
    def total_epsilon(self) -> float:
        """Of the whole file: epsilons of answers about one person add up (basic composition)."""
        return self.epsilon * len(self.expression)

    @property
    def channels(self) -> tuple[Channel, Channel]:
        """What the expressions and what the attention went through."""
        return channels(self.epsilon, self.attention is not None)

    def encode(self) -> bytes:
        """The file."""
        about: dict[str, Any] = {
            "emocam_share": FORMAT,
            "id": self.id,
            "lecture": self.lecture,
            "bin": self.bin,
            "epsilon": self.epsilon,
            "expression": list(self.expression),
            "attention": None if self.attention is None else list(self.attention),
        }
        lines = (f" {json.dumps(key)}: {json.dumps(value)}" for key, value in about.items())
        return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def channels(epsilon: float, both: bool) -> tuple[Channel, Channel]:
    """The channels of expression and attention, which share one epsilon if both are told."""
    each = epsilon / 2 if both else epsilon
    return Channel.of(EXPRESSIONS, each), Channel.of(ATTENTION, each)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a share file is asked to be.

    Attributes:
        lecture: its name, as :func:`lecture_name` gives it.
        bin: length of the bins in seconds.
        epsilon: of all answers for one bin together.
        bins: how many.
        start: where the lecture starts, in seconds on the rows' clock.
        attention: whether it is told; not by what was seen, or its being there would tell of that.
    """

    lecture: str
    bin: int
    epsilon: float
    bins: int
    start: float = 0.0
    attention: bool = False

    def __post_init__(self) -> None:
        _check(self.bin, self.epsilon, self.bins)


def make(rows: Iterable[Row], terms: Terms, below: Below = secrets.randbelow) -> Share:
    """The share file of a log; each call draws its answers anew.

    Args:
        rows: of the log.
        terms: what is asked for.
        below: the randomness.
    """
    both = terms.attention
    expression, attention = truth(rows, terms)
    first, second = channels(terms.epsilon, both)
    return Share(
        "".join(f"{below(256):02x}" for _ in range(16)),
        terms.lecture,
        terms.bin,
        terms.epsilon,
        tuple(first.answer(each, below) for each in expression),
        tuple(second.answer(each, below) for each in attention) if both else None,
    )


def truth(rows: Iterable[Row], terms: Terms) -> tuple[list[str], list[str]]:
    """What was seen most in each bin: the expression and the attention, the first of equals."""
    seen = [[0] * len(EXPRESSIONS) for _ in range(terms.bins)]
    looked = [[0] * len(ATTENTION) for _ in range(terms.bins)]
    for row in rows:
        place = math.floor((row.t - terms.start) / terms.bin)
        if 0 <= place < terms.bins:
            seen[place][EXPRESSIONS.index(_group(row.expression))] += 1
            looked[place][ATTENTION.index(row.attention or "none")] += 1
    return [_most(each, EXPRESSIONS) for each in seen], [_most(each, ATTENTION) for each in looked]


def _group(expression: str | None) -> str:
    if expression is None:
        return "none"
    return "negative" if expression in _NEGATIVE else expression


def _most(counts: Sequence[int], labels: tuple[str, ...]) -> str:
    return labels[counts.index(max(counts))] if any(counts) else "none"


def lecture_name(text: str) -> str:
    """A lecture's name in its usual form.

    Raises:
        SessionError: if it cannot be one.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise SessionError(
            f"A lecture's name has 1 to {MAX_NAME} letters in one line", "Give another --lecture"
        )
    return name


def decode(data: bytes) -> Share:
    """The share file in these bytes.

    Raises:
        SessionError: if they are anything but what :meth:`Share.encode` can mean.
    """
    if len(data) > MAX_SIZE:
        raise SessionError(f"A share file has at most {MAX_SIZE >> 20} MiB", "Ask for another")
    try:
        about = json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        about = None
    if not isinstance(about, dict) or "emocam_share" not in about:
        raise SessionError(
            "It is no share file of EmoCam", "Give one that emocam session share wrote"
        )
    version = about["emocam_share"]
    if isinstance(version, int) and version > FORMAT:
        raise SessionError(
            f"It has the format {min(version, 10**9)} of a newer EmoCam; this one knows {FORMAT}",
            "Update EmoCam",
        )
    if tuple(about) != _FIELDS or version != FORMAT or isinstance(version, bool):
        raise _unfit("it has other fields")
    if not (isinstance(about["id"], str) and _ID.fullmatch(about["id"])):
        raise _unfit("its id is none")
    name, length, epsilon = about["lecture"], about["bin"], about["epsilon"]
    if not isinstance(name, str) or len(name) > MAX_NAME or lecture_name(name) != name:
        raise _unfit("the lecture's name is none")
    if type(length) is not int or not isinstance(epsilon, float | int):
        raise _unfit("bin or epsilon is no number")
    expression = _labels(about["expression"], EXPRESSIONS)
    attention = None if about["attention"] is None else _labels(about["attention"], ATTENTION)
    _check(length, epsilon, len(expression))
    if attention is not None and len(attention) != len(expression):
        raise _unfit("it has not one answer for each bin")
    return Share(about["id"], name, length, float(epsilon), expression, attention)


def _labels(values: object, labels: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(each in labels for each in values):
        raise _unfit("it has answers that there are not")
    return tuple(values)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _check(length: int, epsilon: float, bins: int) -> None:
    if not MIN_BIN <= length <= MAX_BIN:
        raise _unfit(f"a bin has {MIN_BIN} to {MAX_BIN} seconds")
    if isinstance(epsilon, bool) or not MIN_EPSILON <= epsilon <= MAX_EPSILON:
        raise _unfit(f"epsilon is {MIN_EPSILON:g} to {MAX_EPSILON:g}")
    if not 1 <= bins <= MAX_BINS:
        raise _unfit(f"a lecture has 1 to {MAX_BINS} bins")


def _unfit(why: str) -> SessionError:
    return SessionError(f"Such a share file cannot be: {why}", "See docs/sessions.md")
