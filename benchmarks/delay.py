"""Delay from a change of face to the change of the avatar.

A change of face is a cut in the clip, at a random moment that need not fall on a frame of the
webcam. The avatar has changed with the first frame of its fade: the first frame handed to the
virtual camera, after control has decided on the new expression, that differs from the one before.
Both are times on one monotonic clock, taken by the two stand-ins.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from benchmarks import clips
from benchmarks.clips import Change
from benchmarks.plan import Plan, Tell
from benchmarks.session import BenchmarkError, EmoCam, Line, scratch
from benchmarks.start import first_after


def measure(plan: Plan, tell: Tell) -> dict[str, Any]:
    """Play the clips of changes, each of other moments.

    Args:
        plan: how much.
        tell: takes a line about the progress.

    Returns:
        ``changes``: for each its ``time``, ``before``, ``after``, ``told`` (delay until control has
        decided) and ``shown`` (delay until the first frame of the fade), seconds, or null where the
        new expression never came; ``looks``: readings a second over the run.

    Raises:
        BenchmarkError: if the program ends early.
    """
    rounds = [_round(plan, seed, tell) for seed in range(1, 1 + plan.rounds)]
    return {
        "changes": [change for changes, _ in rounds for change in changes],
        "looks": sum(looks for _, looks in rounds) / len(rounds),
    }


def _round(plan: Plan, seed: int, tell: Tell) -> tuple[list[dict[str, Any]], float]:
    """Play one clip; gives what came of its changes, and looks a second."""
    clip = clips.changes_clip(plan.expressions, plan.changes, seed)
    length = clips.length_of(clip)
    with scratch() as folder:
        program = EmoCam(clip, Path(folder), True, "--set", "avatar.motion=reduced")
        with program:
            program.wait_for("expression", lambda: program.first_line({"neutral"}))
            origin = program.origin()
            done = -1
            while (share := _passed(program, origin, length)) < 1:
                if int(10 * share) > done:
                    done = int(10 * share)
                    tell(f"delay {seed}/{plan.rounds}: {10 * done} % of {length:.0f} s")
            lines = list(program.lines)
        told = [
            _judge(change, following, origin, lines, program)
            for change, following in _with_next(clips.changes_of(clip), length)
        ]
        return told, len(program.events()) / length


def _passed(program: EmoCam, origin: float, length: float) -> float:
    """Wait a moment; the share of the clip that was played."""
    if program.is_over:
        raise BenchmarkError("The program ended in the middle of the clip")
    time.sleep(0.5)
    return (time.monotonic() - origin) / length


def _with_next(changes: list[Change], length: float) -> list[tuple[Change, float]]:
    """Each change with the time of the next one."""
    ends = [change.time for change in changes[1:]] + [length]
    return list(zip(changes, ends, strict=True))


def _judge(
    change: Change, until: float, origin: float, lines: list[Line], program: EmoCam
) -> dict[str, Any]:
    """What came of one change before the next one."""
    begin, end = origin + change.time, origin + until
    record: dict[str, Any] = {"time": change.time, "before": change.before, "after": change.after}
    told = next(
        (
            line.time
            for line in lines
            if begin < line.time < end and line.text.rpartition(" ")[2] == change.after
        ),
        None,
    )
    shown = first_after(program, told) if told is not None else None
    record["told"] = None if told is None else told - begin
    record["shown"] = None if shown is None else shown - begin
    return record
