"""The figures as a table on the terminal and as docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks import figures
from benchmarks.figures import Row, Spread

#: How it was measured, with the numbers of the run left open.
_METHOD = Path(__file__).with_name("method.md").read_text(encoding="utf-8").strip()


def table(rows: list[Row]) -> list[list[str]]:
    """The table of aims as words, its head first."""
    found = [["", "EmoCam", "least to most", "aim", "reached", "rival", "rival / EmoCam"]]
    for row in rows:
        reached = {None: "", True: "yes", False: "**no**"}[row.is_reached]
        found.append(
            [
                row.what,
                _figure(row.emocam.median, row.unit),
                f"{_figure(row.emocam.least, row.unit)} to {_figure(row.emocam.most, row.unit)}, "
                f"n = {row.emocam.count}",
                "" if row.aim is None else f"≤ {_figure(row.aim, row.unit, short=True)}",
                reached,
                "" if row.rival is None else _figure(row.rival.median, row.unit),
                "" if row.ratio is None else f"{row.ratio:.3g}",
            ]
        )
    return found


def processes(runs: list[dict[str, Any]]) -> list[list[str]]:
    """The table of processes as words, its head first."""
    found = [["process", "processor", "PSS", "of it anonymous", "RSS", "threads", "wake-ups"]]
    for room, values in figures.by_process(runs).items():
        found.append(
            [
                room,
                _spread(values["cpu"], "%"),
                _spread(values["pss"], "MB"),
                f"{values['anonymous'].median:.0f} MB",
                f"{values['rss'].median:.0f} MB",
                f"{values['threads'].median:.0f}",
                f"{values['wakes'].median:.0f}/s",
            ]
        )
    return found


def delays(delay: dict[str, Any]) -> list[list[str]]:
    """The table of delays as words, its head first."""
    found = [["to", "median", "90th percentile", "least to most", "changes", "never shown"]]
    targets = figures.delays_by_target(delay)
    for expression, values in sorted(targets.items()):
        lost = sum(c["after"] == expression and c["shown"] is None for c in delay["changes"])
        if not values:
            found.append([expression, "", "", "", str(lost), str(lost)])
            continue
        spread = Spread.of(values)
        found.append(
            [
                expression,
                f"{spread.median:.2f} s",
                f"{figures.percentile(values, 0.9):.2f} s",
                f"{spread.least:.2f} to {spread.most:.2f} s",
                str(len(values) + lost),
                str(lost),
            ]
        )
    return found


def terminal(results: dict[str, Any]) -> str:
    """All tables for the terminal."""
    blocks = [_aligned(table(figures.rows(results)))]
    if steady := results.get("steady"):
        blocks.append("EmoCam\n" + _aligned(processes(steady["emocam"])))
        if steady["rival"]:
            blocks.append("rival\n" + _aligned(processes(steady["rival"])))
    if delay := results.get("delay"):
        blocks.append(_aligned(delays(delay)))
    if plain := results.get("plain"):
        blocks.append("recording to MP4\n" + _aligned(processes(plain["emocam"])))
    return "\n\n".join(blocks)


def document(results: dict[str, Any]) -> str:
    """docs/benchmarks.md."""
    parts = [
        "# Benchmarks",
        "Written by `make bench ARGS=--write-docs`; do not edit. `make bench` measures again: "
        "about 14 minutes and, once, 1.7 GB for the rival's environment. `make bench ARGS=--help` "
        "says what there is. All runs are in build/bench/results.json.",
        "Aims: 1280x720, 30 frames a second, one look a second, still avatar "
        "where the line does not say that it moves. The figure is the median of n runs or changes.",
        _markdown(table(figures.rows(results))),
    ]
    if steady := results.get("steady"):
        parts += [
            "## Where it goes",
            "EmoCam, still avatar; least, median and most of the runs:",
            _markdown(processes(steady["emocam"])),
        ]
        if steady.get("moving"):
            parts += ["The avatar blinks and breathes:", _markdown(processes(steady["moving"]))]
        if steady["rival"]:
            parts += ["The rival:", _markdown(processes(steady["rival"]))]
        others = Spread.of(run["others"] for run in steady["emocam"])
        once = Spread.of(run["before"] for run in steady["emocam"])
        rss = Spread.of(run["together"]["rss"] for run in steady["emocam"])
        parts.append(
            f"Before that, EmoCam used {once.median:.1f} s of processor once, in the "
            f"{steady['warm_up']:.0f} s after its start: it loads its models and draws its "
            "pictures ahead. If no page were shared, its memory would be the sum of the RSS, "
            f"{rss.median:.0f} MB. Other programs used {others.least:.2f} to {others.most:.2f} "
            "cores of the machine during EmoCam's runs."
        )
    if delay := results.get("delay"):
        parts += [
            "## From a change of face to the change of the avatar",
            _markdown(delays(delay)),
            f"There were {delay['looks']:.2f} looks a second, the quick ones included, with a "
            f"change every 3.5 s. Measured at commit {delay.get('commit', 'unknown')}.",
        ]
    if plain := results.get("plain"):
        parts += [
            "## Without stand-ins",
            "`emocam run --camera RECORDING --output FILE.mp4`, unchanged. Every frame of the "
            "recording is decoded and every frame of the avatar encoded, which a webcam and a "
            "virtual camera spare:",
            _markdown(processes(plain["emocam"])),
        ]
    steady = results.get("steady", {})
    parts += [
        _METHOD.format(seconds=steady.get("seconds", 0), warm=steady.get("warm_up", 0)),
        "## Machine",
        _markdown([["", ""], *([name, text] for name, text in results["machine"].items())]),
    ]
    return "\n\n".join(parts) + "\n"


def _figure(value: float, unit: str, short: bool = False) -> str:
    if unit == "%":
        return f"{value:.0%}" if short or value >= 1 else f"{value:.2%}"
    digits = 0 if unit == "MB" else 1 if unit == "/s" or short else 2
    return f"{value:.{digits}f} {unit}".replace(" /", "/")


def _spread(spread: Spread, unit: str) -> str:
    values = (spread.least, spread.median, spread.most)
    return " / ".join(_figure(value, unit) for value in values)


def _aligned(rows: list[list[str]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines).replace("**no**", "NO")


def _markdown(rows: Iterable[list[str]]) -> str:
    head, *rest = rows
    lines = [head, ["---"] * len(head), *rest]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
