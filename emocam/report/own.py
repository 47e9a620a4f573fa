"""The analysis of one's own logs, whatever files they lie in, with what is damaged left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from emocam.errors import ReportError
from emocam.report import analysis, people
from emocam.report.engine import DamagedError, Engine, Source
from emocam.report.inputs import Inputs
from emocam.report.progress import Progress
from emocam.report.timeline import Timeline, timelines, width_for

#: Recordings that one page can show.
MOST_PARTS = 12
#: Bins that a page can hold, whatever their width is asked to be: six hours of seconds.
MOST_BINS = 21_600


@dataclass(frozen=True, slots=True)
class Findings:
    """What one's own logs say.

    Attributes:
        timelines: by name.
        rows: readings in all, also those that could not be used.
        unusable: readings without a time or a state that can be.
        left_out: names of recordings that found no room on the page.
        problems: files that could not be read, one sentence each.
    """

    timelines: tuple[Timeline, ...]
    rows: int
    unusable: int
    left_out: int
    problems: tuple[str, ...]


def analyse(
    engine: Engine, found: Inputs, progress: Progress, width: float | None = None
) -> Findings:
    """Work the logs out.

    Args:
        engine: where.
        found: what to read.
        progress: told what is being done.
        width: of a bin in seconds; None for one that suits the longest recording.

    Raises:
        ReportError: if there is nothing that can be shown, or it was written at the same time.
    """
    progress.step("Reading the logs")
    sources: Sequence[Source] = found.sources
    problems = list(found.problems)
    try:
        rows = _rows(engine, sources)
        sessions = engine.collect(analysis.extent(rows))
    except DamagedError:
        sources = _sound(engine, sources, problems)
        if not sources:
            raise ReportError(f"No log can be read. {problems[-1]}", "Give other files") from None
        rows = _rows(engine, sources)
        sessions = engine.collect(analysis.extent(rows))
    people.refuse_overlaps(people.spans(sessions))
    parts = _parts(sessions)
    total = sum(part["rows"] for part in parts)
    usable = sum(part["usable"] for part in parts)
    if not usable:
        raise ReportError("The logs hold no reading with a time and a state", "Give other files")
    kept = sorted((p for p in parts if p["usable"]), key=lambda p: (-p["usable"], p["part"]))
    shown = kept[:MOST_PARTS]
    if len(shown) < len(kept):
        rows = rows.filter(rows.part.isin([part["part"] for part in shown]))
    progress.step("Counting")
    width = width or width_for(max(part["last"] for part in shown) + 1)
    bins_at_most = sum(part["last"] + 1 for part in shown) / width
    if bins_at_most > MOST_BINS:
        raise ReportError(
            f"A page has no room for {bins_at_most:.0f} bins of {width:g} s", "Give a wider --bin"
        )
    bins = engine.collect(analysis.binned(rows, width))
    return Findings(
        tuple(timelines(bins, width)),
        total,
        total - usable,
        len(kept) - len(shown),
        tuple(problems),
    )


def _parts(sessions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The sessions of each part together."""
    found: dict[str, dict[str, Any]] = {}
    for each in sessions:
        part = found.setdefault(
            each["part"], {"part": each["part"], "rows": 0, "usable": 0, "last": 0.0}
        )
        part["rows"] += each["rows"]
        part["usable"] += each["usable"]
        part["last"] = max(part["last"], each["last"] or 0.0)
    return list(found.values())


def _rows(engine: Engine, sources: Sequence[Source]) -> Any:
    tables = [
        analysis.tidy(engine.read(source), source.columns, engine.stage) for source in sources
    ]
    rows = tables[0]
    for table in tables[1:]:
        rows = rows.union(table)
    return rows


def _sound(engine: Engine, sources: Sequence[Source], problems: list[str]) -> list[Source]:
    """The sources without the files that cannot be read to their end."""
    kept: list[Source] = []
    for source in sources:
        good: list[Path] = []
        for path in source.paths:
            alone = replace(source, paths=(path,))
            try:
                engine.collect(analysis.extent(_rows(engine, [alone])))
                engine.collect(analysis.binned(_rows(engine, [alone]), 3600.0))
            except DamagedError as error:
                problems.append(f"{path} is damaged and was left out: {error.cause}")
            else:
                good.append(path)
        if good:
            kept.append(replace(source, paths=tuple(good)))
    return kept
