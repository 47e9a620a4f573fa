"""How soon a webcam's fault shows and is over again: ``python -m benchmarks.camera_faults``.

Runs the whole program with a webcam that has faults on demand (benchmarks/standin/faulty.py) and
notes when its picture changes, from the fault and from its end on. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.places import SAMPLES
from benchmarks.session import BenchmarkError, Program
from benchmarks.standin import faulty

#: What is done, and the picture that stands for it.
FAULTS = {
    "busy": "busy",
    "denied": "denied",
    "stalled": "stalled",
    "green": "stalled",
    "unplugged": "unplugged",
}
#: The picture of the face in the sample.
_FACES = {"neutral", "happiness"}


class Bench:
    """One run of EmoCam and the camera's folder.

    Args:
        folder: an empty one.
    """

    def __init__(self, folder: Path) -> None:
        self.devices = folder / "devices"
        self.devices.mkdir()
        self.number = 0
        (self.devices / "video0").touch()
        self.say("ok")
        variables = {
            faulty.FOLDER: self.devices,
            faulty.PICTURE: SAMPLES / "single_face.jpg",
        }
        out = folder / "out.mp4"
        command = [sys.executable, "-m", "benchmarks.standin.faulty", "run", "--output", str(out)]
        self.program = Program(command, variables, folder)

    def say(self, fault: str) -> None:
        """Tell the camera what is wrong with it."""
        new = self.devices / "new"
        new.write_text(fault, encoding="utf-8")
        new.rename(self.devices / "fault")

    def cause(self, fault: str) -> Callable[[], None]:
        """Make a fault happen; gives what ends it."""
        if fault != "unplugged":
            self.say(fault)
            return lambda: self.say("ok")
        node = self.devices / f"video{self.number}"
        # Kept under another name, or the new node might get the old one's inode.
        node.rename(self.devices / f"gone{self.number}")
        self.number += 1
        return (self.devices / f"video{self.number}").touch

    def until(self, pictures: set[str], since: float) -> float:
        """Seconds from ``since`` until one of the pictures shows."""

        def there() -> float | None:
            for line in list(self.program.lines):
                if line.time >= since and line.text.rpartition(" ")[2] in pictures:
                    return line.time - since
            return None

        return float(self.program.wait_for(f"{pictures}", there))


def measure(bench: Bench, fault: str) -> tuple[float, float]:
    """Cause a fault at any moment for a few seconds; gives seconds to its picture and back."""
    time.sleep(random.uniform(10, 12))  # so that it counts as sound again
    begun = time.monotonic()
    end = bench.cause(fault)
    told = bench.until({FAULTS[fault]}, begun)
    time.sleep(random.uniform(2, 6))
    ended = time.monotonic()
    end()
    return told, bench.until(_FACES, ended)


def main() -> None:
    """Measure each fault a few times and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.camera_faults", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("faults", nargs="*", help=f"of {', '.join(FAULTS)}; all by default")
    options = parser.parse_args()
    faults = options.faults or list(FAULTS)
    if unknown := set(faults) - set(FAULTS):
        parser.error(f"there is no fault {', '.join(sorted(unknown))}")
    print("| fault | until its picture shows | from its end to the face |")
    print("| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        try:
            with bench.program:
                bench.until(_FACES, bench.program.started)
                for fault in faults:
                    found = [measure(bench, fault) for _ in range(options.repeats)]
                    print(
                        f"| {fault} | {' | '.join(map(_shown, zip(*found, strict=True)))} |",
                        flush=True,
                    )
        except BenchmarkError as error:
            parser.exit(1, f"{error}\n")


def _shown(seconds: tuple[float, ...]) -> str:
    return f"{statistics.median(seconds):.1f} s (at most {max(seconds):.1f} s)"


if __name__ == "__main__":
    main()
