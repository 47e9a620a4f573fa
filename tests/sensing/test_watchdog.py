"""A native call that hangs: OpenCV opens a FIFO that nobody writes to."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from emocam.errors import ExitCode
from emocam.expression import SensorState
from emocam.sensing.watchdog import Watchdog
from emocam.wire import READING_SIZE, decode_reading

#: A sensing process whose camera is a FIFO, with shorter limits than the real ones.
PROGRAM = """
import sys
from emocam.sensing import native
native.prepare()
import cv2
from emocam.pipes import Inlet, Outlet
from emocam.sensing import lifecycle, process
from emocam.sensing.sources import Frame, SourceLostError
from emocam.expression import SensorState
from emocam.settings import Settings

process._LOOK_LIMIT, process._OPEN_LIMIT, process._GIVE_UP = 0.4, 0.4, float(sys.argv[2])


class Stream:
    live, pace, capture = True, None, None

    def probe(self):
        return None

    def open(self):
        self.capture = cv2.VideoCapture(sys.argv[1], cv2.CAP_FFMPEG)
        if not self.capture.isOpened() or not self.capture.grab():
            raise SourceLostError(SensorState.STALLED)

    def stale(self):
        return False

    def retrieve(self, due):
        if not self.capture.grab():
            raise SourceLostError(SensorState.STALLED)
        return Frame(self.capture.retrieve()[1], 0.0)

    def close(self):
        if self.capture is not None:
            self.capture.release()


from emocam.sensing.observer import Observer

settings = Settings().replace("sampling.interval", 0.2)
outlet, inlet = Outlet(), Inlet(2.5)
inlet.start()
sys.exit(process.Sensing(settings, Observer(settings), Stream(), inlet, outlet).run())
"""


class Fifo:
    """A sensing process that reads a FIFO."""

    def __init__(self, folder: Path, give_up: float) -> None:
        self.path = folder / "camera.mjpeg"
        os.mkfifo(self.path)
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(self.path), str(give_up)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def next(self) -> SensorState | None:
        assert self.process.stdout is not None
        data = self.process.stdout.read(READING_SIZE)
        return decode_reading(data).state if data else None

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.mark.fault("webcam driver that never returns (limits of 0.4 and 1.5 s for 8 and 12)")
def test_a_call_that_never_returns_is_told_and_ends_the_process(
    tmp_path: Path, figure: Callable[[str], None]
) -> None:
    fifo = Fifo(tmp_path, give_up=1.5)
    try:
        assert fifo.next() is SensorState.STARTING
        begun = time.monotonic()
        assert fifo.next() is SensorState.STALLED
        told = time.monotonic() - begun
        assert fifo.next() is None
        figure(f"told after {told:.1f} s, ended after {time.monotonic() - begun:.1f} s")
        assert fifo.process.wait(30) == ExitCode.CAMERA
    finally:
        fifo.close()


def test_a_stream_that_stops_for_a_while_is_told_and_goes_on(tmp_path: Path) -> None:
    import cv2
    import numpy as np

    frames = [
        cv2.imencode(".jpg", np.random.default_rng(i).integers(0, 255, (480, 640, 3), np.uint8))[1]
        for i in range(4)
    ]
    fifo = Fifo(tmp_path, give_up=60)
    flow = threading.Event()
    over = threading.Event()
    flow.set()

    def feed() -> None:
        try:
            with fifo.path.open("wb", buffering=0) as stream:
                count = 0
                while not over.is_set():
                    if flow.wait(0.05):
                        stream.write(frames[count % 4].tobytes())
                        count += 1
                        time.sleep(0.005)
        except BrokenPipeError:
            pass

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        state = fifo.next()
        while state is not SensorState.NO_FACE:
            assert state in (SensorState.STARTING, SensorState.STALLED)
            state = fifo.next()
        flow.clear()
        while (state := fifo.next()) is SensorState.NO_FACE:
            pass
        assert state is SensorState.STALLED
        flow.set()
        while (state := fifo.next()) is SensorState.STALLED:
            pass
        assert state is SensorState.NO_FACE
    finally:
        over.set()
        fifo.close()
        feeder.join(10)


def test_what_keeps_its_limit_is_left_alone() -> None:
    alarms: list[float] = []
    watchdog = Watchdog(alarms.append)
    for _ in range(3):
        with watchdog.watch(10.0):
            time.sleep(0.3)
    time.sleep(0.6)
    assert alarms == []
    with watchdog.watch(0.1):
        time.sleep(1.3)
    assert alarms
    assert all(over > 0 for over in alarms)
    count = len(alarms)
    time.sleep(0.8)
    assert len(alarms) == count
    watchdog.close()
