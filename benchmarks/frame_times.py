"""How evenly frames go out.

    python -m benchmarks.frame_times [--seconds 60]

The stage's own loop at 1280x720 and 30 frames a second, whose scene changes every two seconds.
What is timed is the moment at which a frame is handed over; the virtual camera itself is left out,
since not every machine has one.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from emocam.expression import Expression, Picture
from emocam.pipes import Inlet, Outlet
from emocam.scene import Scene
from emocam.settings import Settings
from emocam.stage.colour import Bytes
from emocam.stage.process import Stage
from emocam.stage.sinks.base import Sink
from emocam.wire import encode_message

#: Seconds that a scene stays, and seconds of a start that do not count: pictures are drawn then.
CHANGE, WARM = 2.0, 3.0


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """The times between frames in seconds, in order of their length, and the rate aimed at."""

    gaps: list[float]
    fps: int

    def percentile(self, share: float) -> float:
        """The time that so many per cent of the gaps do not exceed."""
        return self.gaps[min(len(self.gaps) - 1, int(len(self.gaps) * share / 100))]

    def words(self) -> str:
        """For people."""
        named = [f"{share:g} %: {self.percentile(share) * 1000:.1f}" for share in (50, 99, 99.9)]
        longest = self.gaps[-1] * 1000
        return f"{len(self.gaps)} gaps in ms, {', '.join(named)}, longest {longest:.1f}"


class _Clocked(Sink):
    """Takes frames and notes when."""

    def __init__(self) -> None:
        self.times: list[float] = []

    @property
    def device(self) -> str | None:
        return "nowhere"

    def open(self) -> None:
        """Nothing to do."""

    def send(self, frame: Bytes, slot: int) -> None:
        """Note the time."""
        self.times.append(time.monotonic())

    def close(self) -> None:
        """Nothing to do."""


def measure(seconds: float) -> FrameTimes:
    """Run the stage's loop for so long."""
    settings, sink = Settings(), _Clocked()
    reading, writing = os.pipe()
    inlet = Inlet(None, reading)
    inlet.start()
    nothing = os.open(os.devnull, os.O_WRONLY)
    outlet = _Silent(nothing)
    thread = threading.Thread(target=Stage(settings, inlet, outlet, sink=sink).run)
    thread.start()
    end = time.monotonic() + WARM + seconds
    for expression in itertools.cycle(Expression):
        os.write(writing, encode_message(Scene.of(Picture(expression.label)).to_message()))
        if (left := end - time.monotonic()) <= 0:
            break
        time.sleep(min(CHANGE, left))
    os.close(writing)
    thread.join()
    os.close(nothing)
    warm = [t for t in sink.times if t >= sink.times[0] + WARM]
    return FrameTimes(sorted(b - a for a, b in itertools.pairwise(warm)), settings.output.fps)


class _Silent(Outlet):
    """Says nothing, and leaves this process its own stdout."""

    def __init__(self, nothing: int) -> None:
        self._out, self._errors = nothing, None


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=60.0)
    print(measure(parser.parse_args().seconds).words())
    load = Path("/proc/loadavg")
    if load.exists():
        print(f"Load of the machine: {load.read_text().split()[0]} on {os.cpu_count()} processors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
