"""What several people cost, and how far away they may sit: ``python -m benchmarks.several_people``.

The tables in docs/several-people.md come from here. The modes look in turns, so that a busy machine
is busy for all; the faces are those of the sample recordings, made smaller.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

from benchmarks.places import SAMPLES
from emocam.sensing import native

MODES = ("nearest", "each", "group")
#: Width of a face in the photo of five people: the median of those found.
SHARES = (0.1, 0.09, 0.08, 0.07, 0.06, 0.05, 0.04, 0.03)


def canvas(picture: Any, share: float, size: tuple[int, int]) -> Any:
    """A picture made smaller on a plain ground, its width that share of the whole."""
    import cv2
    import numpy as np

    width, height = size
    scale = min(
        share * width / picture.shape[1], width / picture.shape[1], height / picture.shape[0]
    )
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    whole = np.full((height, width, 3), 120, np.uint8)
    top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
    whole[top : top + small.shape[0], left : left + small.shape[1]] = small
    return whole


def costs(repeats: int) -> None:
    """Processor milliseconds of a look at one and at four people."""
    import cv2

    from emocam.sensing.observer import Observer
    from emocam.settings import Settings

    five = cv2.imread(str(SAMPLES / "multi_face.jpg"))
    video = cv2.VideoCapture(str(SAMPLES / "single_face.mp4"))
    one = video.read()[1]
    observers = {mode: Observer(Settings().replace("face.people", mode)) for mode in MODES}
    print("| a look at 640x480, processor ms, median | nearest | each | group |")
    print("| --- | ---: | ---: | ---: |")
    kinds = (
        ("one person, near", one, 1.0),
        ("one person, far", one, 0.5),
        ("four people and a fifth", five, 1.0),
    )
    for words, picture, share in kinds:
        shown = canvas(picture, share, (640, 480))
        spent: dict[str, list[float]] = {mode: [] for mode in MODES}
        for number in range(repeats):
            for mode, observer in observers.items():
                start = time.process_time()
                observer.observe(shown, float(number))
                spent[mode].append((time.process_time() - start) * 1000)
        print(f"| {words} |", " | ".join(f"{statistics.median(spent[m]):.1f}" for m in MODES), "|")
    for observer in observers.values():
        observer.close()


def reach() -> None:
    """How many of five faces are found for certain as they become smaller."""
    import cv2

    from emocam.sensing.faces import open_finder
    from emocam.sensing.faces.follow import SURE
    from emocam.sensing.faces.views import find_all

    five = cv2.imread(str(SAMPLES / "multi_face.jpg"))
    finder = open_finder("litert", 0.5)
    width = statistics.median(face.box.width for face in find_all(finder, five)[0]) / five.shape[1]
    sizes = ((640, 480), (1280, 720))
    heads = [f"{w}x{h}, {how}" for w, h in sizes for how in ("whole", "and squares")]
    print("| a face's width, share of the picture's |", " | ".join(heads), "|")
    print("| ---: |", " | ".join("---:" for _ in heads), "|")
    for share in SHARES:
        row = []
        for size in sizes:
            shown = canvas(five, share / width, size)
            for found in (finder.find(shown), find_all(finder, shown)[0]):
                row.append(f"{sum(face.score >= SURE for face in found)} of 5")
        print(f"| {share:.0%} |", " | ".join(row), "|")
    finder.close()


def main() -> None:
    """Measure, and print the tables in Markdown."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.several_people", description=__doc__
    )
    parser.add_argument("--repeats", type=int, default=100, help="looks of each mode")
    options = parser.parse_args()
    native.prepare()
    native.settle()
    costs(options.repeats)
    print()
    reach()


if __name__ == "__main__":
    main()
