"""Draining a webcam before each look, or taking every frame: ``python -m benchmarks.webcam``.

Needs a webcam of Video4Linux2; the virtual driver vivid will do (``sudo modprobe vivid``).
"""

from __future__ import annotations

import argparse
import time

from emocam.sensing import native

native.prepare()

import cv2  # noqa: E402

from emocam.errors import CameraError  # noqa: E402
from emocam.sensing import cameras  # noqa: E402
from emocam.sensing.cameras.choice import Choice, resolve  # noqa: E402
from emocam.sensing.sources.webcam import WebcamSource  # noqa: E402


def measure(camera: cameras.Camera, rate: int, seconds: float, drain: bool) -> str:
    """Look once a second; gives a line of the table.

    Args:
        camera: which one.
        rate: frames a second to ask for.
        seconds: how long.
        drain: whether the camera is left alone between two looks.
    """
    source = WebcamSource(Choice(camera.path, (), ""), cameras.platform(), (640, 480), rate)
    source.open()
    granted = source.describe()
    source.retrieve(time.monotonic())
    cpu, start, looks, waits = time.process_time(), time.monotonic(), 0, 0.0
    while time.monotonic() < start + seconds:
        due = time.monotonic() + 1
        if drain:
            time.sleep(1)
        while not drain and time.monotonic() < due:
            source.grab(due)  # waits for the camera's next frame
        before = time.monotonic()
        source.retrieve(due)
        waits += time.monotonic() - before
        looks += 1
    used = (time.process_time() - cpu) / (time.monotonic() - start)
    source.close()
    way = "drained" if drain else "every frame taken"
    return (
        f"| {granted['fps']:g} fps {granted['width']}x{granted['height']} {granted['format']} "
        f"| {way} | {used:.2%} | {waits / looks * 1000:.0f} ms |"
    )


def main() -> None:
    """Measure both ways in turns and print a table in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.webcam", description=__doc__)
    parser.add_argument("--camera", default="auto", help="name, number or path")
    parser.add_argument("--seconds", type=float, default=20, help="for each line")
    options = parser.parse_args()
    native.settle()
    try:
        camera = resolve(options.camera, cameras.platform().cameras(), "EmoCam")
    except CameraError as error:
        parser.exit(int(error.exit_code), f"{error}\n")
    print(f"{camera.name}, OpenCV {cv2.__version__}\n")
    print("| granted | between looks | processor | a look takes |")
    print("| --- | --- | ---: | ---: |")
    for rate in (10, 30):
        for drain in (True, False, True, False):
            print(measure(camera, rate, options.seconds, drain), flush=True)


if __name__ == "__main__":
    main()
