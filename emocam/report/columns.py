"""The columns that the analysis knows, whatever file they come from."""

from __future__ import annotations

from emocam.expression import NEGATIVE, Expression, SensorState
from emocam.sessions.layout import ATTENTION, EXPRESSIONS

__all__ = ["ATTENTION", "EXPRESSIONS"]

#: The ones whose sum is the curve "frowned".
UNHAPPY = tuple(each.label for each in Expression if each in NEGATIVE)

FACE = SensorState.FACE.label
NO_FACE = SensorState.NO_FACE.label

#: What must be there; a file without it is no log.
NEEDED = ("t", "state")
TEXTS = ("state", "expression", "attention", "session", "lecture")
NUMBERS = ("t", "started", *EXPRESSIONS)
#: All that is read of a file; other columns are left alone.
COLUMNS = (*TEXTS, *NUMBERS)

#: Rows with a later time are not used, in seconds: two days.
LATEST = 172_800.0
#: A session that starts later was written by a wrong clock, in seconds since 1970: year 2286.
LATEST_START = 1e10
