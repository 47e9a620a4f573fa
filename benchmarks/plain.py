"""The unchanged command on a recording, into an MP4 file: what ``make run`` costs.

Nothing is a stand-in here. The encoder and the decoding of the recording cost what a virtual camera
and a webcam do not.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Any

from benchmarks import procfs
from benchmarks.places import SAMPLES
from benchmarks.plan import Plan, Tell
from benchmarks.session import Program, scratch
from benchmarks.steady import summary


def measure(plan: Plan, tell: Tell) -> dict[str, Any]:
    """Run ``emocam run --camera RECORDING --output FILE.mp4`` and measure it.

    Args:
        plan: how much.
        tell: takes a line about the progress.

    Returns:
        ``emocam``: a list of runs as in :mod:`benchmarks.steady`.
    """
    recording = SAMPLES / "WolfgangLanger_Pexels.mp4"
    runs = []
    for i in range(plan.repeats):
        with scratch() as folder:
            command = [sys.executable, "-P", "-m", "emocam", "run", "--no-tray"]
            command += ["--camera", str(recording), "--set", "camera.loop=true"]
            command += ["--output", str(Path(folder) / "out.mp4")]
            program = Program(command, {}, Path(folder))
            with program:
                program.wait_for("expression", functools.partial(program.first_line, {"happiness"}))
                procfs.watch(program.pid, plan.warm_up)
                runs.append(summary(program.pid, plan.seconds))
        together = runs[-1]["together"]
        tell(
            f"plain {i + 1}/{plan.repeats}: {together['cpu']:.2%} of a core, "
            f"PSS {together['pss']:.0f} MB"
        )
    return {"emocam": runs, "seconds": plan.seconds}
