"""The MP4 file, written and read back."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import av
import numpy as np
import pytest
from stage_process import difference, read_video

from emocam.errors import OutputError
from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.colour import Bytes, rgb_to_i420
from emocam.stage.render import render_scene
from emocam.stage.sinks.base import VideoFormat, make_sink
from emocam.stage.sinks.mp4 import Mp4Sink

VIDEO = VideoFormat(320, 180, 10)
SETTINGS = Settings().replace("output.width", 320).replace("output.height", 180)


def picture(which: Picture) -> tuple[Bytes, Bytes]:
    rgb = render_scene(which, SETTINGS)
    return rgb, rgb_to_i420(rgb).ravel()


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    sink = Mp4Sink(path, VIDEO)
    assert sink.device is None
    sink.open()
    assert sink.device == str(path)
    happy, happy_frame = picture(Picture.HAPPINESS)
    sad, sad_frame = picture(Picture.SADNESS)
    for slot in range(10):
        sink.send(happy_frame if slot < 5 else sad_frame, slot)
    sink.close()
    sink.close()
    frames, times = read_video(path, VIDEO.fps)
    assert times == list(range(10))
    assert difference(frames[4], happy) < 3
    assert difference(frames[5], sad) < 3
    assert difference(happy, sad) > 10
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert (context.colorspace, context.color_primaries, context.color_trc) == (6, 6, 6)
        assert context.color_range == 1
        assert stream.average_rate == 10
        assert stream.frames == 10  # an ordinary file, with an index, after a clean end


def test_left_out_slots_are_filled(tmp_path: Path) -> None:
    sink = Mp4Sink(tmp_path / "out.mp4", VIDEO)
    sink.open()
    happy, happy_frame = picture(Picture.HAPPINESS)
    sad, sad_frame = picture(Picture.SADNESS)
    sink.send(happy_frame, 0)
    sink.send(sad_frame, 6)  # late: its place is where it was shown
    sink.send(sad_frame, 500)  # a machine that slept
    sink.close()
    frames, times = read_video(tmp_path / "out.mp4", VIDEO.fps)
    assert times == [0, 1, 2, 3, 4, 5, 6, 500]
    assert all(difference(frame, happy) < 3 for frame in frames[:6])
    assert difference(frames[6], sad) < 3


def test_no_file_of_the_same_run_is_destroyed(tmp_path: Path) -> None:
    base = tmp_path / "out.mp4"
    _, frame = picture(Picture.NEUTRAL)
    names = []
    for restart in (0, 1, 1):
        sink = Mp4Sink(base, VIDEO, restart)
        for _ in range(2):
            sink.open()
            names.append(Path(sink.device or "").name)
            sink.send(frame, 0)
            sink.close()
    assert names == [
        "out.mp4",
        *(f"out-{number}.mp4" for number in range(1, 6)),
    ]
    assert all(len(read_video(tmp_path / name)[0]) == 1 for name in names)


def test_a_new_run_replaces_the_file(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    path.write_bytes(b"old")
    sink = Mp4Sink(path, VIDEO)
    sink.open()
    sink.send(picture(Picture.NEUTRAL)[1], 0)
    sink.close()
    assert len(read_video(path, VIDEO.fps)[0]) == 1


def test_preview_is_a_file_in_the_working_folder() -> None:
    sink = make_sink(SETTINGS.replace("output.target", "preview"))
    assert isinstance(sink, Mp4Sink)
    assert sink._base == Path("emocam-preview.mp4")


def test_a_name_is_a_file_and_never_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("udp:127.0.0.1:9.mp4", "-.mp4", "a b%03d.mp4"):
        sink = Mp4Sink(Path(name), VIDEO)
        sink.open()
        sink.send(picture(Picture.NEUTRAL)[1], 0)
        sink.close()
        assert (tmp_path / name).stat().st_size > 1000


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "full.mp4").symlink_to("/dev/full")
    cases = {
        "folder.mp4": "is a folder",
        "missing/out.mp4": "does not exist",
        "full.mp4": "is full",
        "/sys/out.mp4": "may not write",  # not even root may
    }
    for name, part in cases.items():
        sink = Mp4Sink(tmp_path / name, VIDEO)
        with pytest.raises(OutputError, match=part) as caught:
            sink.open()
        assert caught.value.remedy
        assert sink.device is None
        sink.close()


def test_after_a_full_disk_there_is_no_trail_of_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = Mp4Sink(tmp_path / "out.mp4", VIDEO)
    sink.open()
    sink.send(picture(Picture.NEUTRAL)[1], 0)
    sink.close()
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    for _ in range(3):
        with pytest.raises(OutputError, match="is full"):
            sink.open()
    assert [file.name for file in tmp_path.iterdir()] == ["out.mp4"]


@pytest.mark.parametrize(
    "number", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EIO, errno.EFBIG]
)
def test_each_fault_has_cause_and_remedy(number: int) -> None:
    error = Mp4Sink(Path("out.mp4"), VIDEO)._explain(
        OSError(number, os.strerror(number)), Path("x")
    )
    assert error.cause
    assert error.remedy
    assert "Errno" not in str(error)


def test_every_size_that_the_settings_allow(tmp_path: Path) -> None:
    for width, height in ((320, 180), (1918, 1078), (322, 1080)):
        sink = Mp4Sink(tmp_path / "out.mp4", VideoFormat(width, height, 5))
        sink.open()
        rng = np.random.default_rng(1)
        rgb = np.repeat(rng.integers(0, 256, (height, 1, 3), np.uint8), width, axis=1)
        sink.send(rgb_to_i420(rgb).ravel(), 0)
        sink.close()
        (frame,), _ = read_video(tmp_path / "out.mp4")
        assert frame.shape == (height, width, 3)
