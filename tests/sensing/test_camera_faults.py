"""The real sensing process with a webcam that has faults on demand; real nodes, real Landlock."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.standin import faulty
from emocam.confinement import landlock
from emocam.expression import SensorState
from emocam.wire import READING_SIZE, RENEWAL, decode_reading, encode_message

Sample = Callable[[str], Path]


class Sensing:
    """The process, its readings and its camera."""

    def __init__(self, folder: Path, picture: Path) -> None:
        self.folder = folder
        self.say("ok")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.standin.faulty"],
            env={**os.environ, faulty.FOLDER: str(folder), faulty.PICTURE: str(picture)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stdin is not None
        values = {"sampling.interval": 0.2}
        self.process.stdin.write(encode_message({"type": "configure", "settings": values}))
        self.process.stdin.flush()

    def say(self, fault: str) -> None:
        new = self.folder / "new"
        new.write_text(fault, encoding="utf-8")
        new.rename(self.folder / "fault")

    def close(self) -> None:
        """End it by force."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()

    def next(self) -> SensorState | None:
        assert self.process.stdout is not None
        data = self.process.stdout.read(READING_SIZE)
        return decode_reading(data).state if data else None

    def until(self, *wanted: SensorState | None) -> list[SensorState | None]:
        """The readings up to the first of the wanted states; None is the end of the process."""
        states = [self.next()]
        while states[-1] not in wanted and states[-1] is not None:
            states.append(self.next())
        assert states[-1] in wanted, states[-10:]
        return states


@pytest.fixture
def sensing(tmp_path: Path, sample: Sample) -> Iterator[Sensing]:
    (tmp_path / "video0").touch()
    with contextlib.closing(Sensing(tmp_path, sample("single_face.jpg"))) as process:
        yield process


@pytest.mark.fault("webcam busy, forbidden, with empty frames, or stalled without an error")
def test_each_fault_is_told_and_over_again(sensing: Sensing, figure: Callable[[str], None]) -> None:
    sensing.until(SensorState.FACE)
    seconds = []
    for fault, state in (
        ("busy", SensorState.BUSY),
        ("denied", SensorState.DENIED),
        ("green", SensorState.UNUSABLE),
        ("stalled", SensorState.STALLED),
    ):
        sensing.say(fault)
        begun = time.monotonic()
        between = set(sensing.until(state))
        assert between <= {SensorState.FACE, state}
        told = time.monotonic() - begun
        sensing.say("ok")
        begun = time.monotonic()
        between = set(sensing.until(SensorState.FACE))
        assert between <= {SensorState.FACE, state}
        seconds.append(f"{fault} {told:.1f} and {time.monotonic() - begun:.1f} s")
    figure(f"told and over: {', '.join(seconds)}")


@pytest.mark.fault("webcam unplugged, and plugged in again under another number")
def test_a_camera_that_comes_back_as_another_node(
    sensing: Sensing, sample: Sample, figure: Callable[[str], None]
) -> None:
    sensing.until(SensorState.FACE)
    begun = time.monotonic()
    (sensing.folder / "video0").rename(sensing.folder / "gone")
    sensing.until(SensorState.UNPLUGGED)
    told, begun = time.monotonic() - begun, time.monotonic()
    (sensing.folder / "video3").touch()
    if landlock.version():
        # The process gave up what was not there at its start: control starts another.
        assert set(sensing.until(None)) <= {SensorState.UNPLUGGED, None}
        assert sensing.process.wait(30) == RENEWAL
        asked = time.monotonic() - begun
        with contextlib.closing(Sensing(sensing.folder, sample("single_face.jpg"))) as another:
            assert set(another.until(SensorState.FACE)) <= {SensorState.STARTING, SensorState.FACE}
        figure(f"told {told:.1f} s, new process asked for {asked:.1f} s")
    else:
        sensing.until(SensorState.FACE)
    figure(f"a face again {time.monotonic() - begun:.1f} s after it")
