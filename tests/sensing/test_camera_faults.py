"""The real sensing process with a webcam that has faults on demand; real nodes, real Landlock."""

from __future__ import annotations

import os
import subprocess
import sys
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
        (folder / "video0").touch()
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
    process = Sensing(tmp_path, sample("single_face.jpg"))
    yield process
    process.process.kill()
    process.process.wait()
    for pipe in (process.process.stdin, process.process.stdout):
        assert pipe is not None
        pipe.close()


def test_each_fault_is_told_and_over_again(sensing: Sensing) -> None:
    sensing.until(SensorState.FACE)
    for fault, state in (
        ("busy", SensorState.BUSY),
        ("denied", SensorState.DENIED),
        ("green", SensorState.UNUSABLE),
        ("stalled", SensorState.STALLED),
    ):
        sensing.say(fault)
        between = set(sensing.until(state))
        assert between <= {SensorState.FACE, state}
        sensing.say("ok")
        between = set(sensing.until(SensorState.FACE))
        assert between <= {SensorState.FACE, state}


def test_a_camera_that_comes_back_as_another_node(sensing: Sensing) -> None:
    sensing.until(SensorState.FACE)
    (sensing.folder / "video0").rename(sensing.folder / "gone")
    sensing.until(SensorState.UNPLUGGED)
    (sensing.folder / "video3").touch()
    if landlock.version():
        # The process gave up what was not there at its start: control starts another.
        assert set(sensing.until(None)) <= {SensorState.UNPLUGGED, None}
        assert sensing.process.wait(30) == RENEWAL
    else:
        sensing.until(SensorState.FACE)
