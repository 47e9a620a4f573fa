"""Pictures of a lecture, from the stage's child."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.lecture import slides
from emocam.errors import ReportError
from emocam.report.thumbnails import thumbnails


def test_each_time_has_its_slide(tmp_path: Path) -> None:
    video = slides.video(tmp_path / "a b.mp4", 3)
    found = thumbnails(video, [150.0, 5.0, 70.5, 999.0])
    assert sorted(found) == [5.0, 70.5, 150.0]
    for at, picture in found.items():
        data = base64.b64decode(picture.removeprefix("data:image/jpeg;base64,"))
        shown = Image.open(io.BytesIO(data)).convert("L")
        best = min(range(3), key=lambda minute: _apart(shown, slides.slide(minute)))
        assert best == int(at // 60)


def _apart(one: Image.Image, other: Image.Image) -> float:
    wanted = other.convert("L").resize(one.size)
    pairs = zip(one.tobytes(), wanted.tobytes(), strict=True)
    return sum(abs(a - b) for a, b in pairs) / (one.width * one.height)


def test_what_is_no_video_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="No such file"):
        thumbnails(tmp_path / "gone.mp4", [1.0])
    (tmp_path / "x.mp4").write_bytes(b"hello" * 100)
    with pytest.raises(ReportError, match=r"x\.mp4 cannot be read"):
        thumbnails(tmp_path / "x.mp4", [1.0])
    # A playlist that names others leads nowhere.
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n")
    with pytest.raises(ReportError):
        thumbnails(tmp_path / "list.m3u8", [1.0])
