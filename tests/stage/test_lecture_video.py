"""A lecture's pictures and sound from the stage's child, at the times that are asked for."""

from __future__ import annotations

import array
import contextlib
import itertools
import json
import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from benchmarks.lecture import timed
from emocam.control.witness import look
from emocam.frames import MAX_SIDE, SOUND_RATE, Frame, FrameReader, fitting
from emocam.wire import encode_message

PIPE = subprocess.PIPE
SECONDS = 12


@pytest.fixture(scope="module")
def lecture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return timed.video(tmp_path_factory.mktemp("lecture") / "a lecture.mp4", SECONDS)


class Child:
    """The child and its pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def ask(self, **question: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(encode_message({"type": "at", **question}))
        self.process.stdin.flush()

    def line(self) -> dict[str, object]:
        assert self.process.stdout is not None
        found = json.loads(self.process.stdout.readline())
        assert isinstance(found, dict)
        return found

    def frame(self, at: float, width: int = 320, height: int = 320) -> Frame:
        self.ask(at=at, width=width, height=height)
        reader = FrameReader()
        assert self.process.stdout is not None
        while True:
            data = self.process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
            assert data, self.process.communicate()[1]
            if found := reader.feed(data):
                return found[0]

    def sound(self, first: int, count: int) -> array.array[int]:
        self.ask(first=first, count=count)
        assert self.process.stdout is not None
        return array.array("h", self.process.stdout.read(4 * count))


@contextlib.contextmanager
def child(path: Path, what: str) -> Iterator[Child]:
    command = [sys.executable, "-P", "-W", "error", "-m", "emocam.stage", "--lecture"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        found = Child(process)
        found.ask(video=str(path), what=what)
        yield found
        process.kill()


def number(frame: Frame) -> int:
    return timed.number(Image.frombytes("RGB", (frame.width, frame.height), frame.pixels))


def test_each_time_has_its_picture(lecture: Path) -> None:
    with child(lecture, "pictures") as video:
        about = video.line()
        assert about["sound"] is True
        assert about["seconds"] == pytest.approx(SECONDS, abs=0.1)
        assert (about["width"], about["height"], about["rate"]) == (640, 360, timed.RATE)
        # Along, with a pause, jumps to and fro, and behind the end.
        for at in (0.0, 0.04, 0.2, 1.0, 1.0, 3.99, 9.5, 2.02, 0.0, 11.9, 10.0):
            frame = video.frame(at)
            assert (frame.width, frame.height) == (320, 180)
            assert abs(number(frame) - at * timed.RATE) <= 1, at
        assert number(video.frame(99.0)) == SECONDS * timed.RATE - 1
        assert video.frame(0.0, 9999, 9999).width == 640
        if sys.platform == "linux":
            seen = look(video.process.pid)
            assert seen is not None
            assert seen.filtered
            assert not (seen.cameras)
            assert not (seen.writing)
            assert not (seen.sockets)


def test_each_time_has_its_sound(lecture: Path) -> None:
    with child(lecture, "sound") as video:
        video.line()
        chunk = SOUND_RATE // 4
        for first in (0, chunk, 2 * chunk, 3 * chunk, 9 * SOUND_RATE, 2 * SOUND_RATE + chunk):
            samples = video.sound(first, chunk)
            second = (first + chunk // 2) // SOUND_RATE
            assert pitch(samples[::2]) == pytest.approx(timed.tone(second), rel=0.03), first
        assert not any(video.sound(99 * SOUND_RATE, chunk))


def pitch(samples: array.array[int]) -> float:
    """By the times that the wave crosses zero."""
    middle = samples[len(samples) // 4 : -len(samples) // 4]
    crossings = sum((a < 0) != (b < 0) for a, b in itertools.pairwise(middle))
    return crossings / 2 * SOUND_RATE / len(middle)


def error(path: Path, what: str = "pictures") -> str:
    with child(path, what) as video:
        _, said = video.process.communicate(timeout=60)
        assert video.process.returncode == 5
    found = json.loads(said.splitlines()[-1])
    assert found["error"] == "OutputError"
    return str(found["cause"])


def test_what_cannot_be_played_is_named(tmp_path: Path, lecture: Path) -> None:
    assert "No such file" in error(tmp_path / "gone.mp4")
    assert "is no file" in error(tmp_path)
    (tmp_path / "x.mp4").write_bytes(b"hello" * 1000)
    assert "x.mp4 cannot be read" in error(tmp_path / "x.mp4")
    (tmp_path / "empty.mp4").touch()
    assert "empty.mp4 cannot be read" in error(tmp_path / "empty.mp4")
    # Its index is at the end.
    (tmp_path / "half.mp4").write_bytes(lecture.read_bytes()[:60_000])
    assert "half.mp4 cannot be read" in error(tmp_path / "half.mp4")
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n")
    assert "list.m3u8" in error(tmp_path / "list.m3u8")
    talk = tmp_path / "talk.wav"
    with av.open(str(talk), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=timed.SOUND_RATE, layout="mono")
        container.mux(stream.encode(timed._tone(0)))
    assert "no picture" in error(talk)
    silent = timed.video(tmp_path / "silent.mp4", 1, sound=False)
    assert "no sound" in error(silent, "sound")


def test_a_file_that_goes_away_or_is_damaged_plays_on(tmp_path: Path, lecture: Path) -> None:
    path = tmp_path / "lecture.mp4"
    data = bytearray(lecture.read_bytes())
    place = data.index(b"mdat")
    for index in range(place + len(data) // 3, place + len(data) // 3 + 20_000):
        data[index] = 0x55
    path.write_bytes(data)
    with child(path, "pictures") as video:
        video.line()
        path.unlink()
        assert number(video.frame(0.5)) == pytest.approx(0.5 * timed.RATE, abs=1)
        for at in (4.0, 5.0, 6.0):
            video.frame(at)
        assert number(video.frame(11.5)) == pytest.approx(11.5 * timed.RATE, abs=1)


@given(*[st.integers(1, 20_000)] * 4)
def test_a_picture_fits(width: int, height: int, wide: int, high: int) -> None:
    found = fitting(width, height, wide, high)
    for side, place, own in zip(found, (wide, high), (width, height), strict=True):
        assert side % 2 == 0
        assert 2 <= side <= max(min(place, own, MAX_SIDE), 2)
    assert not math.isnan(found[0])
