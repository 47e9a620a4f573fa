"""The live view: a stage whose frames go to the user alone."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage_process import difference, settings_with

from emocam.control.witness import look
from emocam.expression import Picture
from emocam.frames import Frame, FrameReader
from emocam.scene import Scene
from emocam.stage.colour import rgb_to_i420
from emocam.stage.mirror import to_rgb
from emocam.stage.render import render_scene
from emocam.wire import encode_message

SETTINGS = settings_with()
PIPE = subprocess.PIPE


class View:
    """A live view and its pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process, self._reader = process, FrameReader()

    def send(self, message: dict[str, object]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(encode_message(message))
        self.process.stdin.flush()

    def until(self, picture: Picture) -> Frame:
        """Read frames until one shows a picture at rest."""
        assert self.process.stdout is not None
        wanted = render_scene(picture, SETTINGS)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            data = self.process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
            assert data, self.process.communicate()[1]
            for frame in self._reader.feed(data):
                pixels = np.frombuffer(frame.pixels, np.uint8)
                if difference(pixels.reshape(frame.height, frame.width, 3), wanted) < 2:
                    return frame
        raise AssertionError("it did not come")


@pytest.fixture
def view() -> Iterator[View]:
    command = [sys.executable, "-P", "-W", "error", "-m", "emocam.stage", "--mirror"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        found = View(process)
        found.send({"type": "configure", "settings": SETTINGS.to_dict()})
        yield found
        process.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel")
def test_it_shows_what_it_is_told_and_opens_no_camera(view: View) -> None:
    view.send(Scene.of(Picture.HAPPINESS).to_message())
    frame = view.until(Picture.HAPPINESS)
    assert (frame.width, frame.height) == (320, 180)
    seen = look(view.process.pid)
    assert seen is not None
    assert seen.filtered
    assert not (seen.cameras)
    assert not (seen.writing)
    assert not (seen.sockets)
    view.send({"type": "scene", "figures": "nonsense"})
    view.send(Scene.of(Picture.COFFEE).to_message())
    view.until(Picture.COFFEE)
    assert view.process.stdin is not None
    view.process.stdin.close()
    assert view.process.wait(30) == 0
    assert view.process.stderr is not None
    assert view.process.stderr.read().count(b"WireError") == 1


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_colours_come_back(colour: tuple[int, int, int]) -> None:
    picture = np.full((4, 6, 3), colour, np.uint8)
    back = np.frombuffer(to_rgb(rgb_to_i420(picture).reshape(-1), 6, 4), np.uint8)
    assert np.abs(back.reshape(4, 6, 3).astype(int) - picture).max() <= 3
