"""What attention costs at one look a second: the real sensing process with it and without."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.face_finder import SAMPLES
from benchmarks.procfs import watch
from emocam.expression import SensorState
from emocam.wire import READING_SIZE, decode_reading, encode_message

_ROWS = (
    ("start to first look, ms", "first", 1000),
    ("processor at one look a second, %", "cpu", 100),
    ("memory of its own (anonymous), MB", "own", 1),
    ("proportional set size, MB", "pss", 1),
    ("threads", "threads", 1),
)


def whole(enabled: bool, seconds: int) -> dict[str, float]:
    """The sensing process with a picture in the place of a webcam."""
    source = str(SAMPLES / "single_face.jpg")
    values = {"camera.source": source, "attention.enabled": enabled}
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "emocam.sensing"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(encode_message({"type": "configure", "settings": values}))
        process.stdin.flush()
        while decode_reading(process.stdout.read(READING_SIZE)).state is not SensorState.FACE:
            pass
        first = time.monotonic() - started
        time.sleep(3)  # the quick looks of the beginning
        (use,) = watch(process.pid, seconds)
        process.stdin.close()
    return {
        "first": first,
        "cpu": use.cpu,
        "own": use.anonymous,
        "pss": use.pss,
        "threads": use.threads,
    }


def table(repeats: int, seconds: int) -> list[str]:
    """The table in Markdown; with and without in turns, so that a busy machine is so for both."""
    runs: dict[bool, list[dict[str, float]]] = {False: [], True: []}
    for turn in range(repeats):
        print(f"turn {turn + 1} of {repeats}", file=sys.stderr)
        for enabled, found in runs.items():
            found.append(whole(enabled, seconds))
    lines = [f"| median of {repeats} | off | on | ratio |", "| --- | ---: | ---: | ---: |"]
    for words, key, factor in _ROWS:
        off, on = (statistics.median(each[key] for each in runs[k]) * factor for k in runs)
        lines.append(f"| {words} | {off:.3g} | {on:.3g} | {on / off:.2g} |")
    return lines
