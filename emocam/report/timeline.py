"""What the analysis found along one recording: bins of time with shares. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emocam.report.columns import ATTENTION, EXPRESSIONS, UNHAPPY

#: Widths of a bin to choose from, in seconds.
WIDTHS = (15, 30, 60, 120, 300, 600, 1200, 3600)
#: The most bins that can be told apart in a chart.
MOST_BINS = 120
#: The longest name of a recording, in letters; EmoCam's own are no longer.
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Bin:
    """A piece of time.

    Attributes:
        start: in seconds from the recording's beginning.
        rows: readings, about one a second and log.
        faces: those with a face whose expression was read.
        nobody: those with nobody before the camera.
        shares: of each expression among the faces, 0..1, sum 1, in the order of
            :data:`EXPRESSIONS`; empty where no face was read.
        looks: how many readings looked where, in the order of :data:`ATTENTION`.
    """

    start: float
    rows: int
    faces: int
    nobody: int
    shares: tuple[float, ...]
    looks: tuple[int, ...]

    @property
    def smiling(self) -> float | None:
        """Share of happiness; None where no face was read."""
        return self.shares[EXPRESSIONS.index("happiness")] if self.shares else None

    @property
    def frowning(self) -> float | None:
        """Share of the five negative expressions together; None where no face was read."""
        if not self.shares:
            return None
        return sum(self.shares[EXPRESSIONS.index(each)] for each in UNHAPPY)


@dataclass(frozen=True, slots=True)
class Timeline:
    """One recording's bins.

    Attributes:
        name: the lecture's, or the log's.
        width: of a bin, in seconds.
        bins: in order of time; times without any reading have none.
        labels: what the bins' shares are of.
        until: where the recording ends, in seconds; the last bin goes no further.
    """

    name: str
    width: float
    bins: tuple[Bin, ...]
    labels: tuple[str, ...] = EXPRESSIONS
    until: float = math.inf

    @property
    def end(self) -> float:
        """Where the last bin ends, in seconds."""
        return self.stop(self.bins[-1].start) if self.bins else 0.0

    def stop(self, start: float) -> float:
        """Where the bin ends that starts there, in seconds."""
        return min(start + self.width, self.until)

    @property
    def whole(self) -> Bin:
        """All bins as one, for the summary."""
        return together(self.bins)

    @property
    def knows_attention(self) -> bool:
        """Whether attention was read anywhere."""
        return any(sum(each.looks) for each in self.bins)

    def attentive(self, each: Bin) -> float | None:
        """Share that looked at the screen where it is known; being away counts as not looking.

        None where it is not known, and everywhere if attention was never read.
        """
        known = sum(each.looks) + each.nobody
        if not (known and self.knows_attention):
            return None
        return each.looks[ATTENTION.index("screen")] / known


def shortened(name: str) -> str:
    """A name that has room in a heading, whatever stands in the file."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}\u2026"


def width_for(seconds: float) -> float:
    """The narrowest width with which a recording of this length has few enough bins."""
    for width in WIDTHS:
        if math.ceil(seconds / width) <= MOST_BINS:
            return float(width)
    return float(WIDTHS[-1])


def together(bins: Sequence[Bin]) -> Bin:
    """Several bins as one; shares are weighted by their faces."""
    faces = sum(each.faces for each in bins)
    sums = [
        sum(each.shares[i] * each.faces for each in bins if each.shares)
        for i in range(len(EXPRESSIONS))
    ]
    return Bin(
        start=bins[0].start if bins else 0.0,
        rows=sum(each.rows for each in bins),
        faces=faces,
        nobody=sum(each.nobody for each in bins),
        shares=tuple(each / faces for each in sums) if faces else (),
        looks=tuple(sum(each.looks[i] for each in bins) for i in range(len(ATTENTION))),
    )


def timelines(rows: Iterable[Mapping[str, Any]], width: float) -> list[Timeline]:
    """From the rows of :func:`emocam.report.analysis.binned` to timelines, by name."""
    found: dict[str, list[Bin]] = {}
    for row in rows:
        faces = int(row["faces"])
        shares = tuple(float(row[name]) / faces for name in EXPRESSIONS) if faces else ()
        looks = tuple(int(row[f"looks_{each}"]) for each in ATTENTION)
        found.setdefault(str(row["part"]), []).append(
            Bin(row["bin"] * width, int(row["rows"]), faces, int(row["nobody"]), shares, looks)
        )
    return [
        Timeline(shortened(name), width, tuple(sorted(bins, key=lambda each: each.start)))
        for name, bins in sorted(found.items())
    ]
