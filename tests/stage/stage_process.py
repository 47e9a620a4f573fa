"""A stage process on its pipes, and how to look into the video that it wrote."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np

from emocam.expression import Picture
from emocam.scene import Scene
from emocam.settings import Settings
from emocam.stage.colour import Bytes
from emocam.wire import encode_message

ROOT = Path(__file__).resolve().parent.parent.parent
#: Small, so that slow machines keep the pace.
SMALL = {
    "output.width": 320,
    "output.height": 180,
    "output.fps": 15,
    "avatar.motion": "reduced",  # the frames are compared with pictures at rest
}


def settings_with(**values: object) -> Settings:
    """Settings with some changed; two underscores stand for the dot."""
    settings = Settings()
    for key, value in {**{k.replace(".", "__"): v for k, v in SMALL.items()}, **values}.items():
        settings = settings.replace(key.replace("__", "."), value)
    return settings


class StageProcess:
    """``python -m emocam.stage`` and its two pipes."""

    def __init__(self, *arguments: str, prefix: tuple[str, ...] = ()) -> None:
        command = [*prefix, sys.executable, "-P", "-W", "error", "-m", "emocam.stage", *arguments]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        )

    def send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(encode_message(message))
        self.process.stdin.flush()

    def configure(self, settings: Settings, restart: int = 0) -> None:
        self.send({"type": "configure", "settings": settings.to_dict(), "restart": restart})

    def show(self, picture: Picture) -> None:
        self.send(Scene.of(picture).to_message())

    def status(self) -> dict[str, Any]:
        """The next status but signs of life and watchers."""
        assert self.process.stdout is not None
        while True:
            line = self.process.stdout.readline()
            assert line, self.process.communicate()[1].decode()
            message: dict[str, Any] = json.loads(line)
            assert message["type"] == "status"
            if message["state"] not in ("alive", "watched", "confined"):
                return message

    def watched(self) -> dict[str, Any]:
        """The next status that tells of watchers."""
        assert self.process.stdout is not None
        while True:
            message: dict[str, Any] = json.loads(self.process.stdout.readline())
            if message["state"] == "watched":
                return message

    def end(self) -> tuple[int, bytes, bytes]:
        """Close stdin: exit code, the rest of stdout, and stderr."""
        out, err = self.process.communicate(timeout=60)
        lines = [
            line
            for line in out.splitlines(keepends=True)
            if json.loads(line).get("state") not in ("alive", "watched", "confined")
        ]
        return self.process.returncode, b"".join(lines), err

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def read_video(path: Path, fps: int = 15, cut: bool = False) -> tuple[list[Bytes], list[int]]:
    """All frames as RGB by swscale, and their times in units of the frame rate.

    With ``cut`` the file may end in the middle of a frame, where players stop.
    """
    frames, times = [], []
    with av.open(str(path)) as container:
        try:
            for frame in container.decode(video=0):
                assert frame.time is not None
                frames.append(frame.to_ndarray(format="rgb24"))
                times.append(round(frame.time * fps))
        except av.error.InvalidDataError:
            assert cut
    return frames, times


def difference(one: Bytes, other: Bytes) -> float:
    """Mean absolute difference of two pictures in levels."""
    return float(np.abs(one.astype(np.int16) - other).mean())


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)
