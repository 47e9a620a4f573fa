"""What a list of logs, one log and a share file look like to people. Pure."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from emocam.sessions.layout import Header
from emocam.sessions.reader import Log
from emocam.sessions.share import Share

#: How share files are shown, a letter for each bin.
_LETTERS = {
    "neutral": "n", "happiness": "H", "surprise": "S", "negative": "-", "none": ".",
    "screen": "s", "elsewhere": "e", "closed": "c",
}  # fmt: skip
_LINE = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list.

    Attributes:
        name: of the log.
        size: in bytes.
        header: None if it cannot be read.
        rows: how many.
        seconds: how long.
        problem: why it cannot be read.
    """

    name: str
    size: int
    header: Header | None = None
    rows: int = 0
    seconds: float = 0.0
    problem: str = ""

    def to_dict(self) -> dict[str, Any]:
        """For programs."""
        about = self.header
        return {
            "id": self.name,
            "started": about.started if about else None,
            "ended": about.ended if about else None,
            "lecture": about.lecture if about else None,
            "rows": self.rows,
            "seconds": round(self.seconds, 3),
            "bytes": self.size,
            "problem": self.problem or None,
        }


def listing(entries: Sequence[Entry]) -> list[str]:
    """The list of logs; times are the machine's local ones."""
    if not entries:
        return ["There is no session log. Start one with: emocam session start"]
    lines = [f"{'session':22}{'started':18}{'length':>9}{'rows':>8}{'size':>9}  "]
    for each in entries:
        if each.header is None:
            lines.append(f"{each.name:22}{each.problem}")
            continue
        about = each.header
        notes = [] if about.ended is not None else ["not ended: it runs, or was cut short"]
        notes += [f'"{about.lecture}"'] if about.lecture else []
        lines.append(
            f"{each.name:22}{moment(about.started):18}{span(each.seconds):>9}"
            f"{each.rows:>8}{_size(each.size):>9}  {', '.join(notes)}".rstrip()
        )
    return lines


def report(log: Log) -> list[str]:
    """One log on one screen."""
    about, rows = log.header, log.rows
    ended = moment(about.ended) if about.ended is not None else "not ended, or cut short"
    return [
        f"Session {about.id}",
        f"  started     {moment(about.started)}",
        f"  ended       {ended}",
        f"  length      {span(log.seconds)}, {len(rows)} rows",
        *([f'  lecture     "{about.lecture}"'] if about.lecture else []),
        f"  EmoCam      {about.app or 'unknown'}, model {about.model[:12] or 'unknown'}",
        *_shares("expression", Counter(row.expression for row in rows if row.expression)),
        *_shares("state", Counter(row.state for row in rows)),
        *_shares("attention", Counter(row.attention for row in rows if row.attention)),
    ]


def summary(log: Log) -> dict[str, Any]:
    """The same for programs."""
    about = log.header
    return {
        "id": about.id,
        "started": about.started,
        "ended": about.ended,
        "lecture": about.lecture,
        "app": about.app,
        "model": about.model,
        "rows": len(log.rows),
        "seconds": round(log.seconds, 3),
        "expression": Counter(row.expression for row in log.rows if row.expression),
        "state": Counter(row.state for row in log.rows),
        "attention": Counter(row.attention for row in log.rows if row.attention),
        "problems": list(log.problems),
    }


def _shares(what: str, counts: Counter[str]) -> list[str]:
    total = sum(counts.values())
    lines = []
    for place, (name, count) in enumerate(counts.most_common()):
        share = count / total
        bar = "#" * round(30 * share)
        lines.append(f"  {'' if place else what:12}{name:12}{share:6.1%}  {bar}".rstrip())
    return lines


def preview(share: Share, *, again: bool) -> list[str]:
    """What a user is shown before a share file is saved.

    Args:
        share: as it will be.
        again: whether the same was given before.
    """
    bins, expression, attention = len(share.expression), *share.channels
    guess = math.exp(share.epsilon)
    return [
        f'Share file for "{share.lecture}": {bins} bins of {share.bin} s',
        *(
            ["  The answers are those that were given before; none is drawn again."]
            if again
            else []
        ),
        f"  expression  {_odds(expression.p)}",
        *_strip(share.expression),
        f"  attention   {'not in it' if share.attention is None else _odds(attention.p)}",
        *_strip(share.attention or ()),
        f"  legend      {', '.join(f'{letter} {word}' for word, letter in _LETTERS.items())}",
        f"  epsilon     {share.epsilon:g} for each bin: who must say from it which of two things "
        f"you showed is right at most {guess / (1 + guess):.0%} of the times",
        f"              {share.total_epsilon:g} for all bins together: what lasts for many bins "
        "can be told from them, even that it was you if somebody knows how you looked",
        "  not in it   your name, your machine, the date, any picture or probability",
        "  in it       the lecture's name, how many bins, a random number for this lecture alone",
    ]


def _odds(p: float) -> str:
    return f"each letter is the truth with {p:.0%}, and else one of the others at random"


def _strip(labels: Sequence[str]) -> list[str]:
    letters = "".join(_LETTERS[label] for label in labels)
    return [f"    {letters[at : at + _LINE]}" for at in range(0, len(letters), _LINE)]


def moment(seconds: float) -> str:
    """A time of the clock on the wall."""
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
    except (OverflowError, OSError, ValueError):
        return "unknown"


def span(seconds: float) -> str:
    """Such as ``1:30:00``."""
    minutes, rest = divmod(max(int(min(seconds, 1e9)), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _size(size: int) -> str:
    return f"{size / 1024:.0f} KiB" if size < 10 << 20 else f"{size / (1 << 20):.0f} MiB"
