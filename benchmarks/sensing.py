"""The real sensing process by itself, with a picture in the place of a webcam."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping

from benchmarks.places import SAMPLES
from benchmarks.procfs import Use, watch
from emocam.expression import SensorState
from emocam.wire import READING_SIZE, decode_reading, encode_message


def use(picture: str, values: Mapping[str, object], seconds: int, rest: float) -> tuple[float, Use]:
    """Run it for a while.

    Args:
        picture: name of the sample that it looks at; there is a face in it.
        values: settings by key, beside the camera.
        seconds: how long it is watched.
        rest: seconds between the first face and that.

    Returns:
        Seconds from its start to the first face, and what it used while it was watched.
    """
    settings = {"camera.source": str(SAMPLES / picture), **values}
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "emocam.sensing"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(encode_message({"type": "configure", "settings": settings}))
        process.stdin.flush()
        while decode_reading(process.stdout.read(READING_SIZE)).state is not SensorState.FACE:
            pass
        first = time.monotonic() - started
        time.sleep(rest)
        (used,) = watch(process.pid, seconds)
        process.stdin.close()
    return first, used
