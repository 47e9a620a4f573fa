"""A recording with a known pattern over face and room: nothing of the pattern comes out.

The pattern is noise in squares of 8x8 pixels. If the published frames held the camera's picture at
all, however faint, scaled to their size, shifted or mirrored, they would correlate with it more
than with other noise of the same kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from emocam_process import emocam
from numpy.typing import NDArray

from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.render import render_scene

Floats = NDArray[np.float64]
SECONDS = 9
SQUARE = 8
AMPLITUDE = 12.0
DECOYS = 200
#: Mean difference in grey levels up to which a frame is a picture at rest and not a fade.
AT_REST = 3.0


def noise(seed: int, rows: int, columns: int) -> Floats:
    """A pattern of -1 and 1."""
    return np.random.default_rng(seed).choice((-1.0, 1.0), size=(rows, columns))


def frames_of(path: Path, every: int = 1) -> Iterator[NDArray[np.uint8]]:
    with av.open(path) as video:
        for number, frame in enumerate(video.decode(video=0)):
            if number % every == 0:
                yield frame.to_ndarray(format="rgb24")


def marked(source: Path, target: Path) -> Floats:
    """Lay the pattern over a recording; gives the pattern."""
    with av.open(source) as video:
        rate = video.streams.video[0].average_rate or Fraction(25)
    pattern: Floats | None = None
    with av.open(target, "w") as out:
        stream = out.add_stream("mjpeg", rate=rate, options={"qmin": "2", "qmax": "3"})
        stream.pix_fmt = "yuvj420p"
        for number, picture in enumerate(frames_of(source)):
            if number >= SECONDS * rate:
                break
            height, width = picture.shape[:2]
            if pattern is None:
                stream.width, stream.height = width, height
                pattern = noise(1, height // SQUARE, width // SQUARE)
            mark = AMPLITUDE * np.kron(pattern, np.ones((SQUARE, SQUARE)))
            mark = np.pad(mark, ((0, height - mark.shape[0]), (0, width - mark.shape[1])))
            spoilt = np.clip(picture + mark[..., None], 0, 255).astype(np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(spoilt, format="rgb24")):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)
    assert pattern is not None
    return pattern


def in_squares(grey: Floats, rows: int, columns: int) -> Floats:
    """Means of rows x columns equal parts of a picture, less their mean."""
    height, width = grey.shape[0] // rows * rows, grey.shape[1] // columns * columns
    parts = grey[:height, :width].reshape(rows, height // rows, columns, width // columns)
    means = parts.mean(axis=(1, 3))
    return means - means.mean()


def strongest(picture: Floats, pattern: Floats) -> float:
    """The largest amplitude of the pattern in a picture, shifted at will and mirrored or not."""
    found = 0.0
    for each in (pattern, pattern[:, ::-1]):
        product = np.fft.rfft2(picture) * np.conj(np.fft.rfft2(each))
        correlation = np.fft.irfft2(product, s=picture.shape) / each.size
        found = max(found, float(np.abs(correlation).max()))
    return found


@pytest.fixture(scope="module")
def run(
    sample: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Floats]:
    """A run on the marked recording: its folder and the pattern."""
    folder = tmp_path_factory.mktemp("marked")
    pattern = marked(sample("WolfgangLanger_Pexels.mp4"), folder / "marked.avi")
    outcome = emocam(
        folder, "run", "--no-tray", "--camera", folder / "marked.avi",
        "--output", folder / "out.mp4", "--events", folder / "events.jsonl",
        "--set", "avatar.motion=reduced", "--set", "avatar.transition=0",
    )  # fmt: skip
    assert outcome.code == 0, outcome.errors
    assert {each["state"] for each in outcome.events} >= {"face"}, "the face is read all the same"
    return folder, pattern


def test_the_pattern_can_be_seen_where_it_is(run: tuple[Path, Floats]) -> None:
    """The measure finds the pattern in the recording itself: it is not blind."""
    folder, pattern = run
    grey = np.mean([f.mean(axis=2) for f in frames_of(folder / "marked.avi", 25)], axis=0)
    squares = in_squares(grey - smooth(grey), *pattern.shape)
    assert strongest(squares, pattern) > 0.8 * AMPLITUDE
    assert strongest(squares, noise(2, *pattern.shape)) < 0.2 * AMPLITUDE


def smooth(grey: Floats) -> Floats:
    """A picture without what is finer than four squares."""
    rows, columns = grey.shape[0] // (4 * SQUARE), grey.shape[1] // (4 * SQUARE)
    means = in_squares(grey, rows, columns) + grey.mean()
    large = np.kron(means, np.ones((grey.shape[0] // rows, grey.shape[1] // columns)))
    height, width = (g - s for g, s in zip(grey.shape, large.shape, strict=True))
    return np.pad(large, ((0, height), (0, width)), mode="edge")


@pytest.mark.privacy("a known pattern in the recording leaves no trace in what is published")
def test_no_trace_of_the_pattern_comes_out(
    run: tuple[Path, Floats], figure: Callable[[str], None]
) -> None:
    folder, pattern = run
    settings = Settings()
    references = {each: render_scene(each, settings).astype(float) for each in Picture}
    rest: list[Floats] = []
    count = 0
    for frame in frames_of(folder / "out.mp4", 3):
        count += 1
        nearest = min(references.values(), key=lambda each: float(abs(frame - each).mean()))
        if float(abs(frame - nearest).mean()) < AT_REST:
            rest.append((frame - nearest).mean(axis=2))
    assert len(rest) > 0.7 * count, "most frames show a picture at rest"
    left = in_squares(np.mean(rest, axis=0), *pattern.shape)
    decoys = [strongest(left, noise(seed, *pattern.shape)) for seed in range(100, 100 + DECOYS)]
    found = strongest(left, pattern)
    faint = strongest(left + AMPLITUDE / 100 * pattern, pattern)
    figure(
        f"pattern {found:.4f} grey levels, {DECOYS} other patterns at most {max(decoys):.4f}; "
        f"a hundredth of the camera's picture would give {faint:.4f}"
    )
    assert faint > 1.5 * max(decoys), "a hundredth of the camera's picture would be seen"
    assert found < 1.2 * max(decoys), "the pattern is found no more than noise that was never there"


def test_nothing_else_was_written(run: tuple[Path, Floats]) -> None:
    files = {path.name for path in run[0].rglob("*") if not path.is_dir()}
    assert files == {"marked.avi", "out.mp4", "events.jsonl", "emocam.log"}
    [log] = run[0].rglob("emocam.log")
    assert len(log.read_text(encoding="utf-8").splitlines()) < 20, "what became of the run, no more"
