"""Hours of a run: nothing grows. In fast motion with the time passed in, and in real time.

``make soak`` does the whole: eight hours in fast motion and one real hour. ``make test`` does a
part of both.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from emocam_process import children_of
from fast_motion import Sensor, World, pictures_of
from test_processes import end, running

from benchmarks import frame_times
from emocam.sensing import native

WHOLE = bool(os.environ.get("EMOCAM_SOAK"))
HOURS = 8.0 if WHOLE else 0.25
SECONDS = 3600.0 if WHOLE else 20.0
#: After so much of the time everything that is made once is there.
WARM = 0.25
MIB = 1 << 20


def footprint(pid: int) -> dict[str, int]:
    """Memory in bytes, open descriptors and threads of a process."""
    folder = Path(f"/proc/{pid}")
    status = (folder / "status").read_text()
    return {
        "memory": int(status.split("VmRSS:")[1].split()[0]) << 10,
        "descriptors": len(list((folder / "fd").iterdir())),
        "threads": int(status.split("Threads:")[1].split()[0]),
    }


@pytest.mark.fault("eight hours in fast motion (a quarter of an hour in make test)")
def test_fast_motion(sample: Callable[[str], Path], figure: Callable[[str], None]) -> None:
    """The parts of all three processes in one, with a camera that is also covered and empty."""
    native.settle()
    pictures = pictures_of(sample("WolfgangLanger_Pexels.mp4"))
    empty = np.full_like(pictures[0], 90)
    empty[::7, ::5] = 160
    pictures += [empty] * 6 + [np.zeros_like(pictures[0])] * 4
    sensor, world = Sensor(), World()
    looks, before = int(HOURS * 3600), {}
    for number in range(looks):
        world.take(sensor.see(pictures[number % len(pictures)]))
        if number == int(WARM * looks):
            gc.collect()
            before = {**footprint(os.getpid()), "objects": len(gc.get_objects())}
    gc.collect()
    after = {**footprint(os.getpid()), "objects": len(gc.get_objects())}
    sensor.close()
    _, frames = world.frames.close()
    grown = {name: after[name] - before[name] for name in before}
    figure(
        f"{looks} looks, {frames} frames; from a quarter on memory grew by "
        f"{grown['memory'] / MIB:.1f} MiB, descriptors by {grown['descriptors']}, threads by "
        f"{grown['threads']}, objects by {grown['objects']}"
    )
    assert grown["memory"] < 16 * MIB
    # What tests before this one left in the process may end meanwhile.
    assert grown["descriptors"] <= 0
    assert grown["threads"] <= 0
    assert grown["objects"] < 500


@pytest.mark.privacy("no internet socket from start to quit, in fast motion")
def test_no_socket_in_fast_motion(
    sample: Callable[[str], Path],
    program: Callable[[str], str],
    tmp_path: Path,
    figure: Callable[[str], None],
) -> None:
    """An hour of it in ``make soak``; the parts of all three processes in one, under strace."""
    looks = 3600 if WHOLE else 60
    here = Path(__file__).parent
    calls = tmp_path / "calls.txt"
    strace = [program("strace"), "-f", "--seccomp-bpf", "-e", "trace=socket,connect,bind,clone3"]
    traced = [sys.executable, str(here / "fast_motion.py")]
    recording = str(sample("WolfgangLanger_Pexels.mp4"))
    done = subprocess.run(
        [*strace, "-o", str(calls), *traced, recording, str(looks)],
        env={**os.environ, "PYTHONPATH": str(here.parent.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"{looks} looks" in done.stdout
    lines = calls.read_text(errors="replace").splitlines()
    assert any("clone3(" in line for line in lines), "strace saw nothing"
    assert [line for line in lines if "AF_INET" in line or "connect(" in line] == []
    sockets = sum(" socket(" in line for line in lines)
    figure(f"{done.stdout.strip()}: {sockets} sockets of any kind")


@pytest.mark.fault("frame times over an hour (10 s in make test)")
def test_frame_times(figure: Callable[[str], None]) -> None:
    """The stage's own loop, whose frames are timed where they would go to the camera."""
    times = frame_times.measure(SECONDS / 2)
    figure(times.words())
    # The limit is a stall that people see, not a speed; in make test other tests run beside it.
    assert times.percentile(50) < (1.2 / times.fps if WHOLE else 0.5)
    if WHOLE:
        assert times.percentile(99.9) < 1.0


@pytest.mark.fault("one real hour (20 s in make test)")
def test_real_time(
    sample: Callable[[str], Path], tmp_path: Path, figure: Callable[[str], None]
) -> None:
    small = ("--set", "output.width=640", "--set", "output.height=360")
    with running(tmp_path, sample("single_face.mp4"), *small) as run:
        family = [run.pid, *children_of(run.pid)]
        time.sleep(WARM * SECONDS)
        before = [footprint(pid) for pid in family]
        time.sleep((1 - WARM) * SECONDS)
        after = [footprint(pid) for pid in family]
        assert [run.pid, *children_of(run.pid)] == family, "nobody was replaced"
        code, output, left = end(run, signal.SIGTERM)
    assert (code, left) == (0, []), output
    grown = {
        name: [late[name] - early[name] for early, late in zip(before, after, strict=True)]
        for name in before[0]
    }
    megabytes = ", ".join(f"{size / MIB:.1f}" for size in grown["memory"])
    figure(
        f"control, sensing and stage grew by {megabytes} MiB, {sum(grown['descriptors'])} "
        f"descriptors and {sum(grown['threads'])} threads"
    )
    # In seconds a busy machine has not drawn yet what the stage keeps (docs/motion.md).
    assert max(grown["memory"]) < (24 if WHOLE else 72) * MIB
    assert max(grown["descriptors"]) <= 2
    assert max(grown["threads"]) <= (1 if WHOLE else 2)
