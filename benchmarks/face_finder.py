"""LiteRT or MediaPipe Tasks for the face finder: ``python -m benchmarks.face_finder``.

Both run the same network. Each finder is measured in a process of its own, in turns, so that a busy
machine is busy for both; the table in docs/face-finder.md comes from here.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from benchmarks import sensing
from benchmarks.places import SAMPLES
from benchmarks.procfs import memory, threads
from emocam.sensing import native

RECORDINGS = ("WolfgangLanger_Pexels.mp4", "face_noface.mov", "single_face.mp4", "no_face.mp4")
NAMES = ("litert", "mediapipe")
BURST = 200


def pictures(name: str, every: int) -> Iterator[Any]:
    """Every so many frames of a recording, uint8 blue-green-red."""
    import cv2

    video = cv2.VideoCapture(str(SAMPLES / name))
    count = 0
    while video.grab():
        if count % every == 0:
            yield video.retrieve()[1]
        count += 1
    video.release()


def measure(name: str, seconds: int) -> dict[str, float]:
    """One finder in this process.

    Args:
        name: "litert" or "mediapipe".
        seconds: how long to look once a second.
    """
    native.prepare()
    native.settle()
    seen = list(pictures("WolfgangLanger_Pexels.mp4", 24))
    before, wall, cpu = memory(os.getpid()), time.perf_counter(), time.process_time()
    from emocam.sensing.faces import open_finder

    finder = open_finder(name, 0.5)
    finder.find(seen[0])
    ready, ready_cpu = time.perf_counter() - wall, time.process_time() - cpu
    wall, cpu = time.perf_counter(), time.process_time()
    for number in range(BURST):
        finder.find(seen[number % len(seen)])
    burst = (time.perf_counter() - wall) / BURST
    burst_cpu = (time.process_time() - cpu) / BURST
    cpu = time.process_time()
    for number in range(seconds):
        time.sleep(1)
        finder.find(seen[number % len(seen)])
    rest = (time.process_time() - cpu) / seconds
    found = {
        "ready": ready,
        "ready_cpu": ready_cpu,
        "burst": burst * 1000,
        "burst_cpu": burst_cpu * 1000,
        "rest": rest * 1000,
        "own": memory(os.getpid())["anonymous"] - before["anonymous"],
        "threads": threads(os.getpid()),
    }
    finder.close()
    return found


def whole(name: str, seconds: int) -> dict[str, float]:
    """The real sensing process with this finder, looking at a picture once a second."""
    first, use = sensing.use("single_face.jpg", {"face.finder": name}, seconds, 0.0)
    return {"whole_first": first, "whole_cpu": use.cpu, "whole_own": use.anonymous}


def compare(name: str) -> dict[str, Any]:
    """Both finders on all frames of a recording."""
    import numpy as np

    from emocam.sensing.faces import open_finder

    mine, theirs = (open_finder(each, 0.5) for each in NAMES)
    overlaps, points, scores, frames, unequal = [], [], [], 0, 0
    for picture in pictures(name, 1):
        frames += 1
        one, two = mine.find(picture), theirs.find(picture)
        unequal += len(one) != len(two)
        for a, b in zip(one, two, strict=False):
            overlaps.append(a.box.overlap(b.box))
            points.append(float(np.abs(np.subtract(a.keypoints, b.keypoints)).max()) / b.box.side)
            scores.append(abs(a.score - b.score))
    mine.close()
    theirs.close()
    return {
        "frames": frames,
        "faces": len(overlaps),
        "unequal": unequal,
        "overlap_median": float(np.median(overlaps)) if overlaps else 0.0,
        "overlap_least": min(overlaps, default=0.0),
        "over_0.8": float(np.mean(np.greater(overlaps, 0.8))) if overlaps else 0.0,
        "points_most": max(points, default=0.0),
        "scores_most": max(scores, default=0.0),
    }


def _child(*arguments: object) -> dict[str, Any]:
    """What this module prints when it is started with these arguments."""
    command = [sys.executable, "-m", "benchmarks.face_finder", *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> None:
    """Measure, then print the tables in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.face_finder", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="processes for each finder")
    parser.add_argument("--seconds", type=int, default=10, help="looks at rest in each")
    parser.add_argument("--measure", choices=NAMES, help=argparse.SUPPRESS)
    parser.add_argument("--compare", choices=RECORDINGS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.seconds)))
        return
    if options.compare:
        print(json.dumps(compare(options.compare)))
        return
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in NAMES}
    for turn in range(options.repeats):
        print(f"turn {turn + 1} of {options.repeats}", file=sys.stderr)
        for name in NAMES:
            alone = _child("--measure", name, "--seconds", options.seconds)
            runs[name].append({**alone, **whole(name, options.seconds)})
    _print_costs(runs)
    print()
    _print_agreement()


_ROWS = (
    ("import, load and first look, ms", "ready", 1000),
    ("of that, processor ms", "ready_cpu", 1000),
    ("a look in a row of 200, ms", "burst", 1),
    ("of that, processor ms (all threads)", "burst_cpu", 1),
    ("a look at one a second, processor ms", "rest", 1),
    ("memory of its own (anonymous) beyond OpenCV and numpy, MB", "own", 1),
    ("threads", "threads", 1),
    ("sensing process: start to first look, ms", "whole_first", 1000),
    ("sensing process: processor at one look a second, %", "whole_cpu", 100),
    ("sensing process: memory of its own (anonymous), MB", "whole_own", 1),
)


def _print_costs(runs: dict[str, list[dict[str, float]]]) -> None:
    print("| median of", len(runs["litert"]), "| litert | mediapipe | ratio |")
    print("| --- | ---: | ---: | ---: |")
    for words, key, factor in _ROWS:
        one, two = (statistics.median(run[key] for run in runs[n]) * factor for n in NAMES)
        print(f"| {words} | {one:.3g} | {two:.3g} | {two / one:.2g} |")


def _print_agreement() -> None:
    print(
        "| recording | frames | faces | other count | IoU median | least | > 0.8 | points | score |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name in RECORDINGS:
        f = _child("--compare", name)
        print(
            f"| {name} | {f['frames']} | {f['faces']} | {f['unequal']} | "
            f"{f['overlap_median']:.3f} | {f['overlap_least']:.3f} | {f['over_0.8']:.1%} | "
            f"{f['points_most']:.3f} | {f['scores_most']:.3f} |"
        )


if __name__ == "__main__":
    main()
