"""Processor time and memory with a still and a moving avatar, EmoCam and the rival in turns."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import clips, procfs, rival
from benchmarks.plan import Plan, Tell
from benchmarks.session import BenchmarkError, EmoCam, rival_program, scratch

#: Seconds after its first frame in which the rival comes to rest.
_RIVAL_WARM_UP = 5.0


def measure(plan: Plan, tell: Tell) -> dict[str, Any]:
    """Measure both, one after the other, again and again.

    Args:
        plan: how much; the rival's environment is made if it is not there.
        tell: takes a line about the progress.

    Returns:
        ``emocam`` (reduced motion), ``moving`` (full motion) and ``rival``: a list of runs each,
        see :func:`summary`.

    Raises:
        BenchmarkError: if a run must not count.
    """
    clip = clips.still_clip()
    python = rival.rival_python() if plan.rival else None
    if python:
        rival.rival_emoji()
    found: dict[str, Any] = {
        "seconds": plan.seconds,
        "warm_up": plan.warm_up,
        "emocam": [],
        "moving": [],
        "rival": [],
    }
    for i in range(plan.repeats):
        for name, motion in {"emocam": "reduced", "moving": "full"}.items():
            found[name].append(_emocam(clip, plan, motion))
            tell(f"steady {i + 1}/{plan.repeats}: {motion} motion {_short(found[name][-1])}")
        if python:
            found["rival"].append(_rival(python, clip, plan))
            tell(f"steady {i + 1}/{plan.repeats}: rival {_short(found['rival'][-1])}")
    return found


def _emocam(clip: Path, plan: Plan, motion: str) -> dict[str, Any]:
    with scratch() as folder:
        program = EmoCam(clip, Path(folder), False, "--set", f"avatar.motion={motion}")
        with program:
            program.wait_for("expression", lambda: program.first_line({"happiness"}))
            procfs.watch(program.pid, plan.warm_up)
            before = len(program.events())
            run = summary(program.pid, plan.seconds)
            # From the last look before the measurement on.
            shown = {event["shown"] for event in program.events()[before - 1 :]}
        if shown != {"happiness"}:
            raise BenchmarkError(f"The picture changed: {sorted(shown)}")
        return {**run, "frame_rate": program.frame_rate(plan.seconds)}


def _rival(python: Path, clip: Path, plan: Plan) -> dict[str, Any]:
    with scratch() as folder:
        program = rival_program(python, clip, Path(folder))
        with program:
            program.wait_for("frame", program.first_frame)
            procfs.watch(program.pid, min(plan.warm_up, _RIVAL_WARM_UP))
            run = summary(program.pid, plan.seconds)
        return {**run, "frame_rate": program.frame_rate(plan.seconds)}


def summary(pid: int, seconds: float) -> dict[str, Any]:
    """Measure a process and its descendants.

    Returns:
        ``together``: the sum of all, see procfs.Use; ``processes``: each; ``before``:
        processor seconds that they had used until then; ``others``: cores that the rest of the
        machine used meanwhile.
    """
    before = sum(procfs.cpu_seconds(each) for each in procfs.descendants(pid))
    used = procfs.busy()
    uses = procfs.watch(pid, seconds)
    after = procfs.busy()
    together = procfs.total(uses)
    return {
        "together": asdict(together),
        "processes": [asdict(use) for use in uses],
        "before": before,
        "others": max(0.0, (after - used) / seconds - together.cpu),
    }


def _short(run: dict[str, Any]) -> str:
    """A line about a run."""
    parts = ", ".join(f"{p['room']} {p['cpu']:.2%}" for p in run["processes"])
    together = run["together"]
    return (
        f"{together['cpu']:.2%} of a core ({parts}), PSS {together['pss']:.0f} MB, "
        f"{run['frame_rate']:.1f} frames/s, others {run['others']:.2f} cores"
    )
