"""What attention costs at one look a second: the real sensing process with it and without."""

from __future__ import annotations

import statistics
import sys

from benchmarks import sensing

_PICTURE = "single_face.jpg"
#: Seconds that the quick looks of the beginning take.
_QUICK = 3.0
_ROWS = (
    ("start to first look, ms", "first", 1000),
    ("processor at one look a second, %", "cpu", 100),
    ("memory of its own (anonymous), MB", "own", 1),
    ("proportional set size, MB", "pss", 1),
    ("threads", "threads", 1),
)


def whole(enabled: bool, seconds: int) -> dict[str, float]:
    """The sensing process with a picture in the place of a webcam."""
    first, use = sensing.use(_PICTURE, {"attention.enabled": enabled}, seconds, _QUICK)
    return {
        "first": first,
        "cpu": use.cpu,
        "own": use.anonymous,
        "pss": use.pss,
        "threads": use.threads,
    }


def table(repeats: int, seconds: int) -> list[str]:
    """The table in Markdown; with and without in turns, so that a busy machine is so for both."""
    runs: dict[bool, list[dict[str, float]]] = {False: [], True: []}
    for turn in range(repeats):
        print(f"turn {turn + 1} of {repeats}", file=sys.stderr)
        for enabled, found in runs.items():
            found.append(whole(enabled, seconds))
    lines = [f"| median of {repeats} | off | on | ratio |", "| --- | ---: | ---: | ---: |"]
    for words, key, factor in _ROWS:
        off, on = (statistics.median(each[key] for each in runs[k]) * factor for k in runs)
        lines.append(f"| {words} | {off:.3g} | {on:.3g} | {on / off:.2g} |")
    return lines
