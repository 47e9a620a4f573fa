"""The one analysis of session logs, written in Ibis and worked out by any engine.

All that is said of a log is a sum over its rows; shares and means are made from the sums later
(:mod:`.timeline`). So two engines can differ by the order of additions and by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from emocam.report.columns import (
    ATTENTION,
    EXPRESSIONS,
    FACE,
    LATEST,
    LATEST_START,
    NO_FACE,
    NUMBERS,
    TEXTS,
)

#: Sums are made of these columns, in each bin.
COUNTS = ("rows", "faces", "nobody", *(f"looks_{each}" for each in ATTENTION))

_NOTHING = ibis.null("float64")


def tidy(raw: Any, columns: tuple[str, ...], stage: Callable[[Any], Any]) -> Any:
    """Rows as they are to be counted, from rows as they stand in a file.

    A value that cannot be is taken as missing; a row without a time or a state is marked.

    Args:
        raw: table with some of the columns of :mod:`.columns`, as text or numbers, and ``file``.
        columns: the names that are there, as the file spells them.
        stage: gives a table's query a name of its own. Without that each column would be spelt out
            again wherever it is used, and the whole have more than a hundred pages.

    Returns:
        A table with ``part`` (the lecture, or the session, or the name of the file), ``session``,
        ``started`` in seconds since 1970, ``of_lecture``, ``t`` in seconds,
        ``usable``, ``face``, ``nobody``, ``attention`` and one share for each expression:
        its probability, 1 or 0 where only the expression's name is known, null without a face.
    """
    there = set(columns)
    texts = {
        name: raw[name].cast("string").nullif("") if name in there else ibis.null("string")
        for name in TEXTS
    }
    numbers = {
        name: _number(raw[name]) if name in there else ibis.null("float64") for name in NUMBERS
    }
    rows = stage(raw.select(file=raw.file, **texts, **numbers))
    rows = stage(
        rows.mutate(
            t=_within(rows.t, 0.0, LATEST),
            started=_within(rows.started, 1.0, LATEST_START),
            known=rows.expression.isin(EXPRESSIONS).fill_null(False),
            **{name: _within(rows[name], 0.0, 1.0) for name in EXPRESSIONS},
        )
    )
    total = rows[EXPRESSIONS[0]]
    for name in EXPRESSIONS[1:]:
        total = total + rows[name]
    rows = stage(rows.mutate(total=total))
    # Rounded probabilities do not quite add up to one; a row of zeros says nothing.
    rows = rows.mutate(total=ibis.ifelse(rows.total > 0.5, rows.total, _NOTHING))
    rows = stage(
        rows.mutate(
            face=((rows.state == FACE) & (rows.total.notnull() | rows.known)).fill_null(False)
        )
    )
    shares = {}
    for name in EXPRESSIONS:
        alone = ibis.ifelse(rows.known, (rows.expression == name).cast("float64"), _NOTHING)
        share = ibis.coalesce(rows[name] / rows.total, alone)
        shares[name] = ibis.ifelse(rows.face, share, _NOTHING)
    stem = rows.file.re_extract(r"([^/\\]*)$", 1)
    return stage(
        rows.select(
            part=ibis.coalesce(rows.lecture, rows.session, stem),
            session=rows.session,
            started=rows.started,
            of_lecture=rows.lecture.notnull(),
            t=rows.t,
            usable=rows.t.notnull() & rows.state.notnull(),
            face=rows.face,
            nobody=(rows.state == NO_FACE).fill_null(False),
            attention=rows.attention,
            **shares,
        )
    )


def extent(rows: Any) -> Any:
    """How much there is of each session in each part: ``rows``, ``usable``, the first time and the
    ``last``, when it ``started``, and whether its times are those of a lecture.
    """
    return (
        rows.group_by(["part", "session"])
        .aggregate(
            rows=rows.count(),
            usable=_count(rows, rows.usable),
            first=rows.t.min(),
            last=rows.t.max(),
            started=rows.started.min(),
            of_lecture=rows.of_lecture.any(),
        )
        .order_by(["part", "session"])
    )


def binned(rows: Any, width: float) -> Any:
    """Sums over bins of time.

    Args:
        rows: as :func:`tidy` makes them.
        width: of a bin, in seconds.

    Returns:
        One row for each ``part`` and ``bin`` with rows in it: :data:`COUNTS`, and of each
        expression the sum of its shares.
    """
    used = rows.filter(rows.usable)
    used = used.mutate(bin=(used.t / width).floor().cast("int64"))
    looks = {
        f"looks_{each}": _count(used, (used.attention == each).fill_null(False))
        for each in ATTENTION
    }
    return (
        used.group_by(["part", "bin"])
        .aggregate(
            rows=used.count(),
            faces=_count(used, used.face),
            nobody=_count(used, used.nobody),
            **looks,
            **{name: used[name].sum().fill_null(0.0) for name in EXPRESSIONS},
        )
        .order_by(["part", "bin"])
    )


def _number(column: Any) -> Any:
    kind = column.type()
    return (
        column.cast("float64") if kind.is_numeric() else column.cast("string").try_cast("float64")
    )


def _within(column: Any, low: float, high: float) -> Any:
    """The column without what lies outside.

    NaN is asked for by itself. It compares as the largest number, but DuckDB leaves a comparison
    out where the statistics of a Parquet file, which know no NaN, say that it always holds.
    """
    inside = (column >= low) & (column <= high) & ~column.isnan()
    return ibis.ifelse(inside, column, _NOTHING)


def _count(table: Any, condition: Any) -> Any:
    return condition.cast("int64").sum().fill_null(0)
