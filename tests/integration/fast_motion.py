"""The real parts of a run one after another, with the time passed in: hours go by in minutes."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from emocam.control.session import Session
from emocam.scene import Scene
from emocam.sensing.observer import Observer, readings
from emocam.settings import Settings, apply_overrides
from emocam.stage.performance import Performance
from emocam.stream import ReadingStream
from emocam.wire import encode_reading

Pixels = NDArray[np.uint8]
#: Small and slow, so that a second of frames is drawn quickly; the parts are the same.
SETTINGS = apply_overrides(
    Settings(), ["output.width=320", "output.height=180", "output.fps=10", "mood.caution=open"]
)
#: Seconds between two looks.
INTERVAL = 1.0


class Frames:
    """Stands where the stage's keeper stands, and draws with the stage's own performance.

    Args:
        start: time in seconds of the first frame.
    """

    def __init__(self, start: float) -> None:
        self._now = start
        self._performance: Performance | None = None
        self._digest = hashlib.sha256()
        self.count = 0

    def show(self, scene: Scene) -> None:
        """Take a scene."""
        if self._performance is None:
            self._performance = Performance(SETTINGS, scene, now=self._now)
        self._performance.show(scene)

    def until(self, now: float) -> None:
        """Draw the frames up to a time."""
        assert self._performance is not None
        while self._now < now - 1e-9:
            self._now += 1 / SETTINGS.output.fps
            self._digest.update(self._performance.frame(self._now).tobytes())
            self.count += 1

    def close(self) -> tuple[str, int]:
        """The digest and the number of all frames."""
        assert self._performance is not None
        self._performance.close()
        return self._digest.hexdigest(), self.count


class World:
    """Control and stage of a run whose clock is turned by hand.

    Args:
        start: time in seconds at which it begins.
    """

    def __init__(self, start: float = 100.0) -> None:
        self._now = start
        self.frames = Frames(start)
        self._session = Session(
            apply_overrides(SETTINGS, ["attention.enabled=true", "attention.show_away=true"]),
            self.frames,  # type: ignore[arg-type]
            None,
            lambda _: None,
            lambda: self._now,
        )
        self._stream = ReadingStream()

    def take(self, data: bytes) -> None:
        """One look's bytes, and the time to the next."""
        for look in self._stream.feed(data, self._now):
            self._session.take(look)
        self._session.tick()
        self._now += INTERVAL
        self.frames.until(self._now)


class Sensor:
    """Sensing, whose pictures are a second apart."""

    def __init__(self) -> None:
        self._observer = Observer(SETTINGS)
        self._count = 0

    def see(self, picture: Pixels) -> bytes:
        """The bytes that leave sensing for a picture."""
        time = self._count * INTERVAL
        seen = self._observer.observe(picture, time)
        look = readings(seen.state, seen.people, self._count, round(time * 1000))
        self._count += 1
        return b"".join(map(encode_reading, look))

    def close(self) -> None:
        """Give the models back."""
        self._observer.close()


def publish(wire: Sequence[bytes], start: float = 100.0) -> tuple[str, int]:
    """The digest and the number of all frames that follow from readings, one look a second."""
    world = World(start)
    for data in wire:
        world.take(data)
    return world.frames.close()


def sense(pictures: Sequence[Pixels]) -> list[bytes]:
    """The bytes that leave sensing for pictures of a second each."""
    sensor = Sensor()
    said = [sensor.see(picture) for picture in pictures]
    sensor.close()
    return said


def pictures_of(recording: Path) -> list[Pixels]:
    """One picture of each second of a recording."""
    with av.open(recording) as video:
        rate = round(float(video.streams.video[0].average_rate or 25))
        return [
            frame.to_ndarray(format="bgr24")
            for number, frame in enumerate(video.decode(video=0))
            if number % rate == 0
        ]


def main(recording: str, looks: int) -> None:
    """Start, so many looks of a second each, and quit; for somebody who watches the process."""
    pictures = pictures_of(Path(recording))
    sensor, world = Sensor(), World()
    for number in range(looks):
        world.take(sensor.see(pictures[number % len(pictures)]))
    sensor.close()
    _, frames = world.frames.close()
    print(f"{looks} looks, {frames} frames")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
