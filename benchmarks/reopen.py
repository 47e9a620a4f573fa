"""How soon a first reader sees an expression: ``python -m benchmarks.reopen``.

The figures in docs/architecture.md come from here. A recording stands in for the webcam, whose own
time to give a first picture comes on top. Starts of a bare Python are measured in turns with
EmoCam's, as a scale: on a busy machine both grow.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time

from benchmarks.places import SAMPLES
from emocam.control.keep_sensing import SensingKeeper
from emocam.expression import SensorState
from emocam.settings import Settings
from emocam.wire import Look


async def measure(repeats: int) -> dict[str, list[float]]:
    """Want sensing, and not, again and again.

    Returns:
        Seconds each: ``expression`` (from the wish to the first reading of a face), ``closed``
        (from the wish to the end of the process), ``python`` (start and end of a bare Python).
    """
    faces: list[float] = []

    def take(look: Look) -> None:
        if look[0].state is SensorState.FACE:
            faces.append(time.monotonic())

    source = str(SAMPLES / "single_face.mp4")
    settings = Settings().replace("camera.source", source).replace("camera.loop", True)
    keeper = SensingKeeper(settings, print, take, lambda: None)
    keeper.want(False)
    run = asyncio.create_task(keeper.run())
    while not keeper.proven:
        await asyncio.sleep(0.01)
    found: dict[str, list[float]] = {"expression": [], "closed": [], "python": []}
    for _ in range(repeats):
        started = time.monotonic()
        bare = await asyncio.create_subprocess_exec(sys.executable, "-P", "-c", "")
        await bare.wait()
        found["python"].append(time.monotonic() - started)
        faces.clear()
        started = time.monotonic()
        keeper.want(True)
        while not faces:
            await asyncio.sleep(0.001)
        found["expression"].append(faces[0] - started)
        started = time.monotonic()
        keeper.want(False)
        await keeper.gone()
        found["closed"].append(time.monotonic() - started)
    await keeper.stop()
    await run
    return found


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    found = asyncio.run(measure(parser.parse_args().repeats))
    bare = statistics.median(found["python"])
    print("| | median, s | longest, s | starts of a bare Python |")
    print("| --- | ---: | ---: | ---: |")
    for name, words in (
        ("expression", "from the first reader to the first expression"),
        ("closed", "from the wish to close to the end of the process"),
    ):
        middle = statistics.median(found[name])
        print(f"| {words} | {middle:.2f} | {max(found[name]):.2f} | {middle / bare:.0f} |")


if __name__ == "__main__":
    main()
