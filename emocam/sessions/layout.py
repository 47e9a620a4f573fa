"""What a log is made of: one session, and a row for each second at most. Pure.

The file is SQLite's (https://www.sqlite.org/fileformat2.html), with :data:`APPLICATION` in the
field that SQLite keeps for it and :data:`FORMAT` as the user version.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from emocam.attention import Attention
from emocam.expression import Expression, SensorState

#: SQLite's application_id: "EmoC".
APPLICATION = 0x456D6F43
#: Grows when an EmoCam made for the number before could not read the log any more.
FORMAT = 1
#: The most rows that are read of one log: more than twice of what the longest can have.
MAX_ROWS = 200_000

#: What a log's name is made of.
ID = re.compile(r"[0-9a-z][0-9a-z-]{0,63}")

#: In the order of the columns.
EXPRESSIONS = tuple(each.label for each in Expression)
#: Where a face looks; the words of the log, of exports and of share files.
ATTENTION = tuple(each.value for each in Attention)
#: The states of a row: those of the sensor, and ``silent`` while there is no sensing process.
STATES = (*(each.label for each in SensorState), "silent")

COLUMNS = ("t", "state", "expression", *EXPRESSIONS, "attention")

SCHEMA = (
    "CREATE TABLE session(id TEXT NOT NULL, format INTEGER NOT NULL, started REAL NOT NULL,"
    " ended REAL, app TEXT NOT NULL, model TEXT NOT NULL, lecture TEXT)",
    "CREATE TABLE reading(t REAL NOT NULL, state TEXT NOT NULL, expression TEXT, "
    + "".join(f"{name} REAL, " for name in EXPRESSIONS)
    + "attention TEXT)",
)


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of a session as a whole.

    Attributes:
        id: its name, as :data:`ID` has it.
        started: seconds since 1970, by the machine's clock.
        ended: the same; None while it runs, and for one that was cut short.
        app: EmoCam's version.
        model: sha256 of the expression model, in hex; empty if unknown.
        lecture: name of the recorded lecture that was watched, whose time the rows have; None for
            rows by the session's own time.
        format: as :data:`FORMAT`.
    """

    id: str
    started: float
    ended: float | None = None
    app: str = ""
    model: str = ""
    lecture: str | None = None
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Row:
    """One second.

    Attributes:
        t: seconds since the session's start, or the lecture's time.
        state: one of :data:`STATES`.
        expression: the most probable one, of :data:`EXPRESSIONS`; None without a face.
        probabilities: eight numbers in 0..1 in the order of :data:`EXPRESSIONS`; empty without a
            face.
        attention: one of :data:`ATTENTION`; None where it is not known.
    """

    t: float
    state: str
    expression: str | None = None
    probabilities: tuple[float, ...] = ()
    attention: str | None = None

    @property
    def values(self) -> tuple[object, ...]:
        """In the order of :data:`COLUMNS`."""
        shares = self.probabilities or (None,) * len(EXPRESSIONS)
        return (self.t, self.state, self.expression, *shares, self.attention)


def row_of(values: Sequence[object]) -> Row | None:
    """The row with these values, in the order of :data:`COLUMNS`; None if no EmoCam wrote them."""
    if len(values) != len(COLUMNS):
        return None
    t, state, expression, *numbers, attention = values
    if not (isinstance(t, float) and math.isfinite(t)) or state not in STATES:
        return None
    if (expression is not None and expression not in EXPRESSIONS) or (
        attention is not None and attention not in ATTENTION
    ):
        return None
    shares = tuple(each for each in numbers if isinstance(each, float) and 0 <= each <= 1)
    empty = all(each is None for each in numbers)
    if not (empty or len(shares) == len(EXPRESSIONS)) or empty != (expression is None):
        return None
    return Row(
        t,
        str(state),
        None if expression is None else str(expression),
        shares,
        None if attention is None else str(attention),
    )
