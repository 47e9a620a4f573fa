"""Files and webcams as sources of frames."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from emocam.errors import CameraError
from emocam.expression import SensorState
from emocam.sensing import native
from emocam.sensing.cameras import Camera
from emocam.sensing.cameras.choice import Choice
from emocam.sensing.sources import OutOfReachError, SourceLostError
from emocam.sensing.sources import webcam as webcam_module
from emocam.sensing.sources.choose import choose
from emocam.sensing.sources.image import ImageSource
from emocam.sensing.sources.video import VideoSource
from emocam.sensing.sources.webcam import WebcamSource
from emocam.settings import Settings

Sample = Callable[[str], Path]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the process sets for itself; FFmpeg's part is read at each opening."""
    for name, value in native.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def source_of(text: object) -> object:
    return choose(Settings().replace("camera.source", str(text)))


# --- which source


def test_files_become_the_source_of_their_kind(sample: Sample) -> None:
    assert isinstance(source_of(sample("single_face.mp4")), VideoSource)
    assert isinstance(source_of(sample("face_noface.mov")), VideoSource)
    assert isinstance(source_of(sample("single_face.jpg")), ImageSource)


@pytest.mark.parametrize("name", ["none.mp4", "./none", "/no/such/video", "~/none.webm"])
def test_a_file_that_is_not_there(name: str) -> None:
    with pytest.raises(CameraError, match="not there"):
        source_of(name)


def test_a_camera_node_that_is_not_there_is_no_missing_file() -> None:
    with pytest.raises(CameraError, match="no webcam"):
        source_of("/dev/video63")


def test_a_folder_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match="no file"):
        source_of(tmp_path)


@pytest.mark.parametrize("name", ["bad.mp4", "bad.jpg", "bad"])
@pytest.mark.parametrize("data", [b"", b"this is no video", bytes(100_000)])
def test_a_file_that_is_neither_video_nor_picture(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(CameraError, match="can be read"):
        source_of(tmp_path / name)


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n",
        "ffconcat version 1.0\nfile 'http://127.0.0.1:9/a.mp4'\n",
    ],
)
def test_a_playlist_of_addresses_is_not_followed(text: str, tmp_path: Path) -> None:
    path = tmp_path / "list.mp4"
    path.write_text(text)
    with pytest.raises(CameraError, match="can be read"):
        source_of(path)


def test_an_address_is_no_source() -> None:
    for address in ("http://127.0.0.1:9/a.mp4", "rtsp://127.0.0.1:9/x", "udp://@:9"):
        with pytest.raises(CameraError):
            source_of(address)


# --- a video


def play(source: VideoSource, until: float, step: float) -> list[tuple[float, float, float]]:
    """Look every ``step`` seconds; gives wall time before, media time, wall time after."""
    source.open()
    start = time.monotonic()
    seen = []
    while (now := time.monotonic() - start) < until:
        media = source.retrieve(time.monotonic()).time
        seen.append((now, media, time.monotonic() - start))
        time.sleep(step)
    source.close()
    return seen


def test_a_video_plays_at_its_own_speed_and_drops_frames(sample: Sample) -> None:
    seen = play(VideoSource(sample("WolfgangLanger_Pexels.mp4")), 2.0, 0.4)
    assert len(seen) >= 4
    for before, media, after in seen:
        assert before - 0.1 <= media <= after + 0.1  # a frame lasts 0.04 s


def test_a_video_ends_with_its_last_frame(sample: Sample) -> None:
    source = VideoSource(sample("single_face.mp4"))
    source.open()
    start = time.monotonic()

    def watch() -> None:
        while True:
            source.grab(time.monotonic())
            time.sleep(0.05)

    with pytest.raises(SourceLostError) as caught:
        watch()
    assert caught.value.state is SensorState.ENDED
    assert time.monotonic() - start >= 2.3  # 72 frames at 30 a second


def test_a_video_in_a_loop_goes_on_and_its_time_too(sample: Sample) -> None:
    seen = play(VideoSource(sample("single_face.mp4"), loop=True), 5.5, 0.3)
    times = [media for _, media, _ in seen]
    assert times == sorted(times)
    assert all(before - 0.2 < media < after + 0.2 for before, media, after in seen)


def test_a_loop_has_no_end_whatever_it_is_made_of(sample: Sample, tmp_path: Path) -> None:
    """A run must not take it for over, be it one frame long, or gone, or the memory used up."""
    short = tmp_path / "short.avi"
    writer = cv2.VideoWriter(str(short), cv2.VideoWriter.fourcc(*"MJPG"), 30, (64, 48))
    writer.write(np.full((48, 64, 3), 90, np.uint8))
    writer.release()
    source = VideoSource(short, loop=True)
    source.open()
    times = [source.retrieve(time.monotonic() + ahead).time for ahead in range(5)]
    assert times == sorted(set(times))
    source.close()
    gone = tmp_path / "gone.mp4"
    shutil.copy(sample("single_face.mp4"), gone)
    source = VideoSource(gone, loop=True)
    source.open()
    gone.unlink()  # it plays on as far as it goes

    def play_on() -> None:
        while True:  # a slow machine comes to the end in several steps
            source.retrieve(time.monotonic() + 4)

    with pytest.raises(CameraError, match="gone"):
        play_on()
    with pytest.raises(CameraError, match="gone"):
        source.open()


def test_a_video_that_decodes_too_slowly_slows_down_and_keeps_true_times(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However fast the machine, it must not come to the end within the time for catching up.
    monkeypatch.setattr("emocam.sensing.sources.video._CATCH_UP", 0.01)
    source = VideoSource(sample("WolfgangLanger_Pexels.mp4"))
    source.open()
    time.sleep(0.01)
    # An hour passes at once, as after a suspended laptop: the clock is set back instead of seeking.
    source.grab(time.monotonic() + 3600)
    frame = source.retrieve(time.monotonic())
    assert 0 < frame.time < 20
    assert frame.picture.shape == (360, 640, 3)
    source.close()


def test_the_times_of_frames_are_those_of_the_file(sample: Sample) -> None:
    """The picture at a time is the one that another reader finds there."""
    path = sample("WolfgangLanger_Pexels.mp4")
    source = VideoSource(path)
    source.open()
    time.sleep(1.0)
    frame = source.retrieve(time.monotonic())
    source.close()
    video = cv2.VideoCapture(str(path))
    video.set(cv2.CAP_PROP_POS_FRAMES, round(frame.time * 24000 / 1001))
    assert np.array_equal(video.read()[1], frame.picture)
    video.release()


# --- a picture


def test_a_picture_is_held(sample: Sample) -> None:
    source = ImageSource(sample("single_face.jpg"))
    source.check()
    source.open()
    first, second = (source.retrieve(time.monotonic()) for _ in range(2))
    assert first.picture is second.picture
    assert second.time >= first.time >= 0
    source.close()
    with pytest.raises(SourceLostError):
        source.retrieve(0)


def test_a_picture_that_is_cut_short_does_not_end_the_process(
    sample: Sample, tmp_path: Path
) -> None:
    path = tmp_path / "cut.png"
    cv2.imwrite(str(path), cv2.imread(str(sample("single_face.jpg"))))
    path.write_bytes(path.read_bytes()[:60])
    source = ImageSource(path)
    with pytest.raises(CameraError, match="no picture"):
        source.check()
    with pytest.raises(SourceLostError):
        source.open()


# --- a webcam: the rules of draining and of loss, with a device of our own making. Real devices are
# opened in the booted kernel of tests/e2e.


class Device:
    """A V4L2 camera as OpenCV shows it: two buffers that fill while nobody looks."""

    def __init__(self, clock: list[float], period: float = 0.1, stamps: str = "right") -> None:
        self.clock = clock
        self.period = period
        self.stamps = stamps
        self.queue: list[float] = []
        self.current = 0.0
        self.next = clock[0] + period
        self.grabs = 0
        self.alive = True
        self.damaged = 0
        self.wishes: list[int] = []

    def isOpened(self) -> bool:  # noqa: N802
        return self.alive

    def set(self, key: int, value: float) -> bool:
        self.wishes.append(key)
        return key != cv2.CAP_PROP_FOURCC  # as v4l2loopback does, which has one format only

    def get(self, key: int) -> float:
        if key == cv2.CAP_PROP_POS_MSEC:
            known = {
                "right": self.current,
                "early": self.current + 0.08,
                "none": 0.0,
                "other clock": self.current + 1.7e9,
            }
            return known[self.stamps] * 1000
        return 0.0

    def grab(self) -> bool:
        self.grabs += 1
        while self.next <= self.clock[0]:
            if len(self.queue) < 2:
                self.queue.append(self.next)
            self.next += self.period
        if not self.queue:
            self.clock[0] = self.next  # it waits
            self.queue.append(self.next)
            self.next += self.period
        self.current = self.queue.pop(0)
        self.clock[0] += 0.0001
        return self.alive

    def retrieve(self) -> tuple[bool, np.ndarray | None]:
        if self.damaged:
            self.damaged -= 1
            return False, None
        return True, np.zeros((360, 640, 3), np.uint8)

    def release(self) -> None:
        self.alive = False


class Platform:
    backend = 0
    can_drain = True
    pause = 0.0

    def __init__(self) -> None:
        self.state: SensorState | None = None
        self.listed = [CAMERA]
        self.listings = 0
        self.mark = 0
        self.asleep = 0.0
        self.closed = False

    def cameras(self) -> list[Camera]:
        self.listings += 1
        return list(self.listed)

    def target(self, camera: Camera) -> str:
        return camera.path

    def trouble(self, camera: Camera) -> SensorState | None:
        return self.state

    failure = trouble

    def marks(self) -> object:
        return self.mark

    def is_out_of_reach(self) -> bool:
        return self.closed

    def slept(self) -> float:
        return self.asleep


CAMERA = Camera(0, "Integrated Webcam", "/dev/video0")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    clock = [1000.0]
    monkeypatch.setattr(webcam_module.time, "monotonic", lambda: clock[0])
    return clock


def opened(device: Device, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> WebcamSource:
    monkeypatch.setattr(webcam_module.cv2, "VideoCapture", lambda target, backend: device)
    source = WebcamSource(Choice("auto", (), "EmoCam"), platform, (640, 480), 10)
    source.open()
    return source


@pytest.mark.parametrize(
    ("fourcc", "contrast", "stands_still", "good"),
    [
        ("MJPG", 255, True, False),  # OpenCV gives its last picture again for one it cannot read
        ("MJPG", 255, False, True),
        ("MJPG", 3, True, True),  # a covered lens
        ("YUYV", 255, True, True),  # a picture in the place of a person, from another program
    ],
)
def test_a_compressed_picture_that_comes_again_and_again_is_none(
    fourcc: str,
    contrast: int,
    stands_still: bool,
    good: bool,
    clock: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noise = np.random.default_rng(1)

    class Compressed(Device):
        picture = noise.integers(0, contrast, (360, 640, 3), np.uint8)

        def get(self, key: int) -> float:
            known = cv2.VideoWriter.fourcc(*fourcc)
            return float(known) if key == cv2.CAP_PROP_FOURCC else super().get(key)

        def retrieve(self) -> tuple[bool, np.ndarray | None]:
            if not stands_still:
                self.picture = np.roll(self.picture, 1, axis=1)
            return True, self.picture.copy()

    source = opened(Compressed(clock), Platform(), monkeypatch)
    source.retrieve(clock[0])
    clock[0] += 1.0
    if good:
        source.retrieve(clock[0])
        return
    with pytest.raises(SourceLostError) as caught:
        source.retrieve(clock[0])
    assert caught.value.state is SensorState.UNUSABLE


@pytest.mark.parametrize("stamps", ["right", "early", "none", "other clock"])
@pytest.mark.parametrize("period", [1 / 30, 0.1, 0.2])
def test_a_look_sees_the_present_and_costs_few_grabs(
    stamps: str, period: float, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Device(clock, period, stamps)
    source = opened(device, Platform(), monkeypatch)
    for look in range(5):
        clock[0] += 1.0
        due, before = clock[0], device.grabs
        frame = source.retrieve(due)
        assert device.current > due - 0.1
        assert clock[0] - due <= period + 0.01
        assert device.grabs - before <= 4
        assert abs(frame.time - look) < 0.3 + look * 0.21


def test_the_format_is_asked_for_first(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    device = Device(clock)
    opened(device, Platform(), monkeypatch)
    assert device.wishes[0] == cv2.CAP_PROP_FOURCC


def test_a_few_damaged_frames_are_passed_over_and_many_are_not(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Device(clock)
    source = opened(device, Platform(), monkeypatch)
    device.damaged = 8  # just after the opening
    assert source.retrieve(clock[0]).picture.shape == (360, 640, 3)
    device.damaged = 4
    assert source.retrieve(clock[0]).picture.shape == (360, 640, 3)
    device.damaged = 5
    with pytest.raises(SourceLostError) as caught:
        source.retrieve(clock[0])
    assert caught.value.state is SensorState.UNUSABLE
    assert not device.alive  # given back


@pytest.mark.parametrize("state", [SensorState.BUSY, SensorState.DENIED, SensorState.UNPLUGGED])
def test_a_camera_that_cannot_be_opened_says_why(
    state: SensorState, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Platform()
    platform.state = state
    with pytest.raises(SourceLostError) as caught:
        opened(Device(clock), platform, monkeypatch)
    assert caught.value.state is state


def test_a_camera_that_stops_has_stalled_and_comes_back(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Device(clock)
    source = opened(device, Platform(), monkeypatch)
    first = source.retrieve(clock[0])
    device.alive = False
    with pytest.raises(SourceLostError) as caught:
        source.retrieve(clock[0])
    assert caught.value.state is SensorState.STALLED  # it is there, free, and gives nothing
    clock[0] += 5
    monkeypatch.setattr(webcam_module.cv2, "VideoCapture", lambda *_: Device(clock))
    source.open()
    assert source.retrieve(clock[0]).time > first.time + 4  # the clock went on


def test_a_camera_that_stalls_again_and_again_makes_way_for_the_next(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though it gives a few good frames each time; one fault an hour does not count."""
    failed: list[float] = []
    monkeypatch.setattr(Choice, "fails", lambda choice, camera: failed.append(clock[0]))
    device = Device(clock)
    source = opened(device, Platform(), monkeypatch)
    for pause in (3600.0, 3600.0, 3600.0, 5.0, 5.0):
        assert failed == []
        source.retrieve(clock[0])
        device.alive = False
        with pytest.raises(SourceLostError):
            source.retrieve(clock[0])
        clock[0] += pause
        device = Device(clock)
        monkeypatch.setattr(webcam_module.cv2, "VideoCapture", lambda *_, new=device: new)
        source.open()
    assert len(failed) == 0
    source.retrieve(clock[0])
    device.alive = False
    with pytest.raises(SourceLostError):
        source.retrieve(clock[0])
    assert len(failed) == 1


def test_a_camera_that_nobody_finds_any_more_is_unplugged(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Platform()
    platform.listed = []
    source = WebcamSource(Choice("auto", (), "EmoCam"), platform, (640, 480), 10)
    with pytest.raises(CameraError):
        source.check()
    with pytest.raises(SourceLostError) as caught:
        source.open()
    assert caught.value.state is SensorState.UNPLUGGED
    assert source.probe() is SensorState.UNPLUGGED
    listings = platform.listings
    for _ in range(10):
        assert source.probe() is SensorState.UNPLUGGED
    assert platform.listings == listings  # nothing came or went: nothing is listed
    platform.mark, platform.listed = 1, [CAMERA]
    assert source.probe() is None
    monkeypatch.setattr(webcam_module.cv2, "VideoCapture", lambda *_: Device(clock))
    source.open()


def test_a_camera_pulled_out_is_noticed_between_two_looks(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Platform()
    source = opened(Device(clock), platform, monkeypatch)
    clock[0] += 1
    assert not source.stale()
    platform.mark, platform.listed = 1, []
    platform.state = SensorState.UNPLUGGED
    assert not source.stale()  # it asks once a second
    clock[0] += 1
    with pytest.raises(SourceLostError) as caught:
        source.stale()
    assert caught.value.state is SensorState.UNPLUGGED


def test_a_machine_that_slept_opens_its_camera_anew(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Platform()
    platform.asleep = 5000.0
    source = opened(Device(clock), platform, monkeypatch)
    seen = []
    for asleep in (5000.0, 5000.3, 5030.0, 5030.0):
        platform.asleep = asleep
        clock[0] += 1
        seen.append(source.stale())
    assert seen == [False, False, True, False]


def test_a_preferred_camera_that_comes_is_taken_up_once_it_has_settled(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    better = Camera(2, "Logitech C920", "/dev/video2", "usb:046d:082d")
    platform = Platform()
    monkeypatch.setattr(webcam_module.cv2, "VideoCapture", lambda *_: Device(clock))
    choice = Choice("auto", ("logitech", "Integrated Webcam"), "EmoCam")
    source = WebcamSource(choice, platform, (640, 480), 10)
    source.open()
    platform.mark, platform.listed = 1, [CAMERA, better]
    seen = []
    for _ in range(3):
        clock[0] += 1
        seen.append(source.stale())
    assert seen == [False, True, True]
    source.close()
    source.open()
    clock[0] += 1
    assert not source.stale()


def test_a_camera_that_came_too_late_for_this_process_asks_for_another(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Platform()
    source = opened(Device(clock), platform, monkeypatch)
    source.close()
    platform.state = SensorState.DENIED
    assert source.probe() is SensorState.DENIED  # by the system
    platform.mark, platform.closed = 1, True
    with pytest.raises(OutOfReachError):
        source.probe()


@pytest.mark.parametrize("allowed", ["none", "Another Webcam"])
def test_a_webcam_that_is_not_allowed_is_not_called_unplugged(allowed: str) -> None:
    """As at a start that waits for cameras: nobody but the state says why there is none."""
    platform = Platform()
    source = WebcamSource(Choice("auto", (), "EmoCam", (allowed,)), platform, (640, 480), 10)
    assert source.probe() is SensorState.DENIED
    with pytest.raises(SourceLostError) as caught:
        source.open()
    assert caught.value.state is SensorState.DENIED
    platform.listed = []
    with pytest.raises(SourceLostError) as caught:
        source.open()
    assert caught.value.state is SensorState.UNPLUGGED


def test_where_the_list_is_dear_it_is_asked_for_seldom(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = Platform()
    platform.pause, platform.listed = 2.0, []
    source = WebcamSource(Choice("auto", (), "EmoCam"), platform, (640, 480), 10)
    assert source.probe() is SensorState.UNPLUGGED
    platform.mark, platform.listed = 1, [CAMERA]
    assert source.probe() is SensorState.UNPLUGGED
    clock[0] += 2
    assert source.probe() is None
