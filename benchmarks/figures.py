"""From runs to the few figures that people read, and the aims beside them."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Spread:
    """Least, middle and most of some runs."""

    least: float
    median: float
    most: float
    count: int

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """The spread of at least one value."""
        values = sorted(values)
        return cls(values[0], statistics.median(values), values[-1], len(values))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of aims.

    Attributes:
        what: what was measured.
        unit: of the figures; "%" figures are shares, 1 is 100 %.
        emocam: EmoCam's runs.
        rival: the rival's; None if it has none.
        aim: the most that is wanted of the median; None where nothing is.
    """

    what: str
    unit: str
    emocam: Spread
    rival: Spread | None = None
    aim: float | None = None

    @property
    def is_reached(self) -> bool | None:
        """Whether the median is within the aim; None without one."""
        return None if self.aim is None else self.emocam.median <= self.aim

    @property
    def ratio(self) -> float | None:
        """How many times EmoCam's median the rival's is."""
        if self.rival is None or self.emocam.median == 0:
            return None
        return self.rival.median / self.emocam.median


#: The aims of the project for 1280x720, 30 frames and one look a second, still avatar.
CPU_AIM, PSS_AIM, PLACEHOLDER_AIM, EXPRESSION_AIM, DELAY_AIM = 0.03, 250.0, 1.0, 3.0, 0.9
#: The aim for an avatar that blinks and breathes.
MOVING_CPU_AIM = 0.06


def rows(results: dict[str, Any]) -> list[Row]:
    """The table of aims, from what was measured so far."""
    found: list[Row] = []
    if steady := results.get("steady"):
        found += [
            _row(steady, "Processor, all processes", "%", ("together", "cpu"), CPU_AIM),
            _row(steady, "Memory (PSS), all processes", "MB", ("together", "pss"), PSS_AIM),
            _row(steady, "Frames handed over", "/s", ("frame_rate",), None),
        ]
        moving = {"emocam": steady.get("moving", []), "rival": []}
        if moving["emocam"]:
            cpu, pss = ("together", "cpu"), ("together", "pss")
            found += [
                _row(moving, "Processor, the avatar moving", "%", cpu, MOVING_CPU_AIM),
                _row(moving, "Memory (PSS), the avatar moving", "MB", pss, PSS_AIM),
            ]
    if start := results.get("start"):
        aims = {"placeholder": PLACEHOLDER_AIM, "expression": EXPRESSION_AIM}
        words = {"placeholder": "Start to first frame", "expression": "Start to first expression"}
        found += [_row(start, words[name], "s", (name,), aim) for name, aim in aims.items()]
    if delay := results.get("delay"):
        for expression, delays in sorted(delays_by_target(delay).items()):
            if delays:
                spread = Spread.of(delays)
                found.append(Row(f"Change to {expression}", "s", spread, None, DELAY_AIM))
    return found


def delays_by_target(delay: dict[str, Any]) -> dict[str, list[float]]:
    """Delays in seconds by the expression that they lead to, the missed ones left out."""
    found: dict[str, list[float]] = {}
    for change in delay["changes"]:
        delays = found.setdefault(change["after"], [])
        if change["shown"] is not None:
            delays.append(change["shown"])
    return found


def missed(delay: dict[str, Any]) -> int:
    """How many changes never came to be shown."""
    return sum(change["shown"] is None for change in delay["changes"])


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 100) * len(ordered) // 100) - 1)]


def by_process(runs: list[dict[str, Any]]) -> dict[str, dict[str, Spread]]:
    """Spreads of each process: cpu, pss, anonymous, rss, threads, wakes."""
    found: dict[str, dict[str, list[float]]] = {}
    for run in runs:
        for process in run["processes"]:
            values = found.setdefault(process["room"], {})
            for name in ("cpu", "pss", "anonymous", "rss", "threads", "wakes"):
                values.setdefault(name, []).append(process[name])
    return {
        room: {name: Spread.of(values) for name, values in each.items()}
        for room, each in found.items()
    }


def _row(
    results: dict[str, Any], what: str, unit: str, path: tuple[str, ...], aim: float | None
) -> Row:
    def values(runs: list[dict[str, Any]]) -> Spread | None:
        picked = []
        for run in runs:
            value: Any = run
            for name in path:
                value = value[name]
            picked.append(float(value))
        return Spread.of(picked) if picked else None

    emocam = values(results["emocam"])
    assert emocam is not None
    return Row(what, unit, emocam, values(results["rival"]), aim)
