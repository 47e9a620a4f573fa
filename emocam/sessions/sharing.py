"""Giving a share file: what is asked for, and that an answer once given stays the same.

Drawn anew, answers could be averaged until the truth shows. So they are kept beside the log, as
RAPPOR does (Erlingsson, Pihur and Korolova, CCS 2014), and a second share file for the same lecture
is the same file. A stretch of a log is shared for one lecture only.
"""

from __future__ import annotations

import json
import math
import re
import time
from dataclasses import dataclass
from pathlib import Path

from emocam.errors import SessionError
from emocam.sessions.export import written
from emocam.sessions.layout import Header
from emocam.sessions.limits import DEFAULT_BIN, DEFAULT_EPSILON
from emocam.sessions.reader import Log
from emocam.sessions.share import (
    MAX_BINS,
    MAX_SIZE,
    Share,
    Terms,
    decode,
    make,
)
from emocam.sessions.store import answers

#: Where no length is given, the lecture ends with the quarter of an hour in which the log does.
_QUARTER = 900.0
#: Seconds; no lecture is longer.
_LONGEST = 1e6


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user asks for; None where nothing was said.

    Attributes:
        lecture: its name.
        bin: length of the bins in seconds.
        epsilon: of all answers for one bin together.
        start: where the lecture starts, in seconds on the rows' clock.
        length: of the lecture, in seconds.
        attention: whether it is told; None: if there is any in the log.
    """

    lecture: str
    bin: int | None = None
    epsilon: float | None = None
    start: float | None = None
    length: float | None = None
    attention: bool | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A share file that was given: the file, and where it starts on the rows' clock."""

    start: float
    share: Share

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.start + self.share.bin * len(self.share.expression)


def settle(log: Log, given: list[Given], asked: Asked) -> tuple[Given, bool]:
    """The share file that is to be given, and whether it was given before.

    Args:
        log: as it was read.
        given: what was shared of this log before.
        asked: what is asked for now.

    Raises:
        SessionError: if that was shared on other terms before, or cannot be.
    """
    if asked.length is not None and not 0 < asked.length <= _LONGEST:
        raise SessionError(f"A lecture cannot have {asked.length:g} s", "Give another --length")
    before = next((each for each in given if each.share.lecture == asked.lecture), None)
    if before is not None:
        share = before.share
        same = (
            asked.bin in (None, share.bin)
            and asked.epsilon in (None, share.epsilon)
            and (asked.attention is not False or share.attention is None)
            and (asked.start is None or abs(asked.start - before.start) < 1)
            and (
                asked.length is None or math.ceil(asked.length / share.bin) == len(share.expression)
            )
        )
        if not same:
            raise SessionError(
                f'This log was shared for "{share.lecture}" before, with bins of {share.bin} s and '
                f"an epsilon of {share.epsilon:g}; other answers beside those would give more away",
                "Leave out --bin, --epsilon, --start, --length and --no-attention, and you get the "
                "same file again",
            )
        return before, True
    terms = _terms(log, asked)
    end = terms.start + terms.bin * terms.bins
    for each in given:
        if each.start < end and terms.start < each.end:
            raise SessionError(
                f'That part of the log was shared for "{each.share.lecture}" before',
                "Another part can be shared: give its --start and --length",
            )
    return Given(terms.start, make(log.rows, terms)), False


def _terms(log: Log, asked: Asked) -> Terms:
    start = 0.0 if asked.start is None else asked.start
    length = DEFAULT_BIN if asked.bin is None else asked.bin
    epsilon = DEFAULT_EPSILON if asked.epsilon is None else asked.epsilon
    times = [row.t for row in log.rows if row.t >= start]
    if not times:
        raise SessionError(
            "The log has no row after the lecture's start", "See emocam session show, and --start"
        )
    seconds = asked.length
    if seconds is None:
        seconds = math.ceil((max(times) - start + 1) / _QUARTER) * _QUARTER
    if seconds > _LONGEST:
        raise SessionError(f"A lecture cannot have {seconds:g} s", "Give another --length")
    bins = math.ceil(seconds / max(length, 1))
    if bins > MAX_BINS:
        raise SessionError(
            f"A share file has room for {MAX_BINS} bins, and the lecture would have {bins}",
            f"Give its --length in minutes, or a --bin longer than {length} s",
        )
    told = any(row.attention is not None for row in log.rows)
    attention = told if asked.attention is None else asked.attention
    return Terms(asked.lecture, length, epsilon, bins, start, attention)


def remembered(path: Path) -> list[Given]:
    """What was shared of a log before.

    Args:
        path: of the log.

    Raises:
        SessionError: if that cannot be known; nothing may be shared then.
    """
    file = answers(path)
    try:
        with file.open("rb") as held:
            data = held.read(64 * MAX_SIZE)
        found = json.loads(data)
        if not isinstance(found, list):
            raise ValueError("it is no list")
        return [Given(float(each["start"]), decode(each["share"].encode())) for each in found]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError, AttributeError, SessionError) as error:
        raise SessionError(
            f"What was shared of the session before cannot be read from {file}: {error}",
            "It cannot be shared any more: answers that are drawn again would give more away",
        ) from None


def remember(path: Path, given: list[Given]) -> None:
    """Keep what was shared of a log, before it leaves.

    Raises:
        SessionError: if it cannot be kept.
    """
    held = [{"start": each.start, "share": each.share.encode().decode()} for each in given]
    with written(answers(path), replace=True) as file:
        json.dump(held, file)


def starting(text: str, header: Header) -> float:
    """Where a lecture starts, in seconds after the log's start.

    Args:
        text: ``10:15``, on the day on which the log started, or ``2026-11-22 10:15``; local time.
        header: of the log.

    Raises:
        SessionError: if it is no time, or the log has a recorded lecture's own.
    """
    if header.lecture is not None:
        raise SessionError("The log of a recorded lecture has that one's time", "Leave out --start")
    try:
        if re.fullmatch(r"\d{1,2}:\d{2}", text):
            text = time.strftime("%Y-%m-%d ", time.localtime(header.started)) + text
        return time.mktime(time.strptime(text, "%Y-%m-%d %H:%M")) - header.started
    except (ValueError, OverflowError, OSError):
        raise SessionError(f'"{text[:40]}" is no time', "Write it as 10:15") from None
