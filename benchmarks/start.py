"""Time from the start of the command to the first frame and to the first expression."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import clips, rival
from benchmarks.plan import Plan, Tell
from benchmarks.session import EmoCam, Line, rival_program, scratch


def measure(plan: Plan, tell: Tell) -> dict[str, Any]:
    """Start EmoCam and the rival in turns.

    One start of each goes before and does not count: it fills the file cache and writes the byte
    code, which an installed package has.

    Args:
        plan: how much.
        tell: takes a line about the progress.

    Returns:
        ``emocam``: ``placeholder`` (first frame handed over), ``told`` (control decides on the
        first expression) and ``expression`` (first frame that begins to show it), seconds each;
        ``rival``: ``placeholder`` (its first frame) and ``expression`` (its first emoji).
    """
    clip = clips.still_clip()
    python = rival.rival_python() if plan.rival else None
    if python:
        rival.rival_emoji()
    found: dict[str, Any] = {"emocam": [], "rival": []}
    repeats = 3 * plan.repeats
    for i in range(-1, repeats):
        pair = {"emocam": _emocam(clip)}
        # The rival takes long and varies little.
        if python and i < plan.repeats:
            pair["rival"] = _rival(python, clip)
        if i < 0:
            continue
        for name, times in pair.items():
            found[name].append(times)
            words = ", ".join(f"{what} {time:.2f} s" for what, time in times.items())
            tell(f"start {i + 1}/{repeats}: {name} {words}")
    return found


def _emocam(clip: Path) -> dict[str, float]:
    with scratch() as folder:
        program = EmoCam(clip, Path(folder), True, "--set", "avatar.motion=reduced")
        with program:
            placeholder = program.wait_for("frame", program.first_frame)
            told: Line = program.wait_for(
                "expression", lambda: program.first_line({"happiness", "neutral"})
            )
            # The first frame is the placeholder, however early control has decided.
            after = max(told.time, placeholder)
            shown = program.wait_for("picture", lambda: first_after(program, after))
        times = {"placeholder": placeholder, "told": told.time, "expression": shown}
        return {name: time - program.started for name, time in times.items()}


def first_after(program: EmoCam, time: float) -> float | None:
    """The first frame after a moment that differs from the one before."""
    return next((frame for frame in program.changed_frames() if frame > time), None)


def _rival(python: Path, clip: Path) -> dict[str, float]:
    with scratch() as folder:
        program = rival_program(python, clip, Path(folder))
        with program:
            told: Line = program.wait_for("emoji", lambda: _first_emoji(program.lines))
            frame = program.wait_for("frame", program.first_frame)
        # The emoji is in a frame that is handed over right after the line.
        times = {"placeholder": frame, "expression": max(told.time, frame)}
        return {name: time - program.started for name, time in times.items()}


def _first_emoji(lines: list[Line]) -> Line | None:
    return next((line for line in list(lines) if line.text.startswith("first ")), None)
