"""Says which avatar a picture shows, by comparing it with all that the package can draw."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]

#: Mean difference of a picture from its reference, in steps of 255 over all pixels and channels,
#: that the way through I420 (and in Chromium through its own colour conversion) may cost.
TOLERANCE = {".yuv": 1.5, ".png": 3.0}
#: The second nearest reference must be this many times further away than the nearest.
MARGIN = 2.0


@dataclass(frozen=True)
class Verdict:
    """What a picture shows.

    Attributes:
        name: the nearest reference.
        distance: mean absolute difference from it, 0..255.
        second: the next nearest reference.
        second_distance: its distance.
    """

    name: str
    distance: float
    second: str
    second_distance: float

    def __str__(self) -> str:
        return (
            f"{self.name} ({self.distance:.2f} away), then {self.second} "
            f"({self.second_distance:.2f} away)"
        )


class References:
    """The pictures that the installed package draws.

    Args:
        folder: where ``references.py`` wrote them.
        small: width and height of the watcher's small frames, to compare those; the references'
            own size by default.
    """

    def __init__(self, folder: Path, small: tuple[int, int] | None = None) -> None:
        index = json.loads((folder / "index.json").read_text())
        self.size: tuple[int, int] = (index["width"], index["height"])
        self.pictures: dict[str, Pixels] = {}
        for name in index["names"]:
            raw = np.fromfile(folder / f"{name}.rgb", np.uint8)
            picture = raw.reshape(self.size[1], self.size[0], 3)
            self.pictures[name] = picture if small is None else _shrink(picture, small)

    def judge(self, picture: Pixels) -> Verdict:
        """The nearest reference and how near it is."""
        away = sorted((distance(picture, known), name) for name, known in self.pictures.items())
        (first, name), (second, other) = away[:2]
        return Verdict(name, first, other, second)


def distance(one: Pixels, other: Pixels) -> float:
    """Mean absolute difference of two pictures of one size, 0..255."""
    assert one.shape == other.shape, f"the sizes differ: {one.shape} and {other.shape}"
    return float(np.abs(one.astype(np.int16) - other).mean())


def read(path: Path, size: tuple[int, int]) -> Pixels:
    """A picture that the guest took, as RGB.

    Args:
        path: a PNG file, or ``.yuv`` with one frame of raw I420.
        size: width and height of the raw frame.
    """
    if path.suffix == ".yuv":
        path = _to_png(path, size)
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def from_i420(data: bytes, size: tuple[int, int]) -> Pixels:
    """Raw I420 frames as RGB, shape ``(frames, height, width, 3)``."""
    width, height = size
    raw = subprocess.run(
        [
            *["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "yuv420p"],
            *["-s", f"{width}x{height}", "-i", "pipe:0"],
            *["-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"],
        ],
        input=data,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)


def _shrink(picture: Pixels, size: tuple[int, int]) -> Pixels:
    """What the watcher makes of a frame: every n-th pixel of its I420."""
    height, width, _ = picture.shape
    scale = f"format=yuv420p,scale={size[0]}:{size[1]}:flags=neighbor"
    raw = subprocess.run(
        [
            *["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"],
            *["-s", f"{width}x{height}", "-i", "pipe:0", "-vf", scale, "-f", "rawvideo", "pipe:1"],
        ],
        input=picture.tobytes(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    return from_i420(raw, size)[0]


def _to_png(path: Path, size: tuple[int, int]) -> Path:
    """A raw frame as PNG beside it, which people can look at too."""
    target = path.with_name(f"{path.stem}-i420.png")
    (picture,) = from_i420(path.read_bytes(), size)
    Image.fromarray(picture).save(target)
    return target


def sheet(paths: list[Path], target: Path) -> None:
    """All pictures of a folder side by side in one, for people to look at."""
    width, height, columns = 320, 180, 4
    rows = -(-len(paths) // columns)
    whole = Image.new("RGB", (columns * width, rows * height), "white")
    for number, path in enumerate(paths):
        with Image.open(path) as image:
            small = image.convert("RGB").resize((width - 4, height - 4))
        whole.paste(small, (number % columns * width + 2, number // columns * height + 2))
    whole.save(target)
