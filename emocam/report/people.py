"""One report, one person: logs that were written at the same time are not shown together. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from emocam.errors import ReportError

#: When a log was written: from and to in seconds since 1970, and what it is called.
Span = tuple[float, float, str]


def spans(extents: Iterable[Mapping[str, Any]]) -> list[Span]:
    """When the sessions were written that say so, from :func:`emocam.report.analysis.extent`.

    A log by its own time took as long as its times say. One by a recorded lecture's time took as
    long as it has rows, one of each second, if the lecture was not wound.
    """
    found = []
    for each in extents:
        if each["started"] is None or each["session"] is None or not each["usable"]:
            continue
        seconds = each["last"] - (each["first"] if each["of_lecture"] else 0.0)
        if each["of_lecture"]:
            seconds = min(seconds, float(each["usable"] - 1))
        found.append((each["started"], each["started"] + seconds, f"session {each['session']}"))
    return found


def refuse_overlaps(given: Iterable[Span]) -> None:
    """Refuse logs that overlap: a person has one face at a time.

    Raises:
        ReportError: if two of them do.
    """
    for one, other in itertools.pairwise(sorted(given)):
        if other[0] < one[1]:
            raise ReportError(
                f"{one[2]} and {other[2]} were written at the same time: they are of two people, "
                "or one person had two runs of EmoCam, or a clock was set back between them",
                "A report is on one person: leave one of them out. For a class collect share files "
                "(emocam session share): nobody hands over a log",
            )
