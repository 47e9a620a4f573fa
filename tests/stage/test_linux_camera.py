"""Finding the v4l2loopback device and naming what is wrong, on a drawn-up sysfs.

The device itself is tested in tests/e2e, in a kernel that has the module.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from emocam.errors import OutputError
from emocam.stage.sinks import linux, linux_checks, linux_devices, v4l2
from emocam.stage.sinks.base import VideoFormat

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
VIDEO = VideoFormat(640, 360, 30)


def add(sysfs: Path, number: int, label: str, loopback: bool = True) -> Path:
    entry = sysfs / f"video{number}"
    entry.mkdir(parents=True)
    (entry / "name").write_text(label + "\n")
    if loopback:
        (entry / "max_openers").write_text("10\n")
        (entry / "buffers").write_text("2\n")
    return entry


def test_only_the_exact_label_is_taken(tmp_path: Path) -> None:
    add(tmp_path, 0, "Integrated Webcam", loopback=False)
    add(tmp_path, 1, "EmoCam 2")
    add(tmp_path, 2, "emocam")
    add(tmp_path, 10, "EmoCam")
    add(tmp_path, 9, "EmoCam")
    (tmp_path / "video-index").mkdir()
    assert linux_devices.find("EmoCam", tmp_path).path == "/dev/video9"
    assert [device.path for device in linux_devices.devices(tmp_path)][-1] == "/dev/video10"


def test_a_webcam_of_that_name_is_not_taken(tmp_path: Path) -> None:
    add(tmp_path, 0, "EmoCam", loopback=False)
    with pytest.raises(OutputError, match="no v4l2loopback device") as caught:
        linux_devices.find("EmoCam", tmp_path, tmp_path)
    assert caught.value.code == "not-loopback"
    add(tmp_path, 1, "EmoCam")
    assert linux_devices.find("EmoCam", tmp_path, tmp_path).path == "/dev/video1"


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    add(tmp_path, 0, "Somebody's camera")
    with pytest.raises(OutputError, match="not loaded") as no_module:
        linux_devices.find("EmoCam", tmp_path, tmp_path / "none")
    assert 'card_label="EmoCam" exclusive_caps=1' in no_module.value.remedy
    assert no_module.value.code == "module-missing"
    with pytest.raises(OutputError, match="no device has the label") as no_label:
        linux_devices.find("EmoCam", tmp_path, tmp_path)
    assert "modprobe -r" in no_label.value.remedy
    assert no_label.value.code == "label-missing"
    with pytest.raises(OutputError):
        linux.VirtualCamera("EmoCam", VIDEO, tmp_path).open()


def test_a_device_that_goes_away_meanwhile_is_skipped(tmp_path: Path) -> None:
    (add(tmp_path, 0, "EmoCam") / "name").unlink()
    assert list(linux_devices.devices(tmp_path)) == []


@pytest.mark.parametrize(
    ("number", "part", "code"),
    [
        (errno.EACCES, "may not write", "denied"),
        (errno.EBUSY, "in use", "taken"),
        (errno.ENODEV, "went away", "gone"),
        (errno.ENOENT, "went away", "gone"),
        (errno.EIO, "cannot be used", "failed"),
    ],
)
def test_each_fault_is_explained(number: int, part: str, code: str) -> None:
    error = linux_devices.explain(OSError(number, os.strerror(number)), "/dev/video7")
    assert part in error.cause
    assert "/dev/video7" in error.cause
    assert error.remedy
    assert error.code == code


def test_numbers_of_the_calls() -> None:
    """As in linux/videodev2.h on 64-bit systems; strace prints the same."""
    assert v4l2._QUERYCAP == 0x80685600
    assert v4l2._G_FMT == 0xC0D05604
    assert v4l2._S_FMT == 0xC0D05605
    assert v4l2._STREAMON == 0x40045612


def test_a_file_is_no_camera(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    with v4l2.opened(str(path)) as descriptor, pytest.raises(OSError, match="ioctl") as caught:
        v4l2.query(descriptor)
    assert caught.value.errno == errno.ENOTTY
    with pytest.raises(OSError, match="ioctl"):
        v4l2.rearm(str(path), 640, 360)
    assert v4l2.descriptors_of(str(path)) == {}  # nothing stays open


@pytest.mark.parametrize(("number", "raised"), [(errno.EINVAL, False), (errno.EBUSY, True)])
def test_the_rearm_asks_to_stream_even_without_a_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, raised: bool
) -> None:
    """What 0.12.7 and the kernel answered in the guest of tests/e2e."""
    path = tmp_path / "file"
    path.touch()
    asked = []

    def ioctl(descriptor: int, request: int, argument: object) -> int:
        asked.append(request)
        raise OSError(number if request == v4l2._S_FMT else errno.EINVAL, "refused")

    monkeypatch.setattr("fcntl.ioctl", ioctl)
    if raised:
        with pytest.raises(OSError, match="refused"):
            v4l2.rearm(str(path), 640, 360)
    else:
        v4l2.rearm(str(path), 640, 360)
        assert asked == [v4l2._S_FMT, v4l2._STREAMON]


def test_a_writer_in_another_process_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    code = "import os, sys; os.open(sys.argv[1], int(sys.argv[2])); print(flush=True); input()"
    for flags, seen in ((os.O_WRONLY, True), (os.O_RDWR, False)):
        with subprocess.Popen(
            [sys.executable, "-c", code, str(path), str(flags)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            writer = v4l2.other_writer(str(path))
            assert (writer is not None) == seen
            if writer:
                assert str(process.pid) in writer
            process.communicate(b"\n")


def test_the_checks_stop_at_the_first_problem(tmp_path: Path) -> None:
    sysfs, module, modules = tmp_path / "class", tmp_path / "module", tmp_path / "modules"
    sysfs.mkdir()

    def run() -> dict[str, dict[str, str]]:
        return {r["id"]: r for r in linux_checks.run("EmoCam", sysfs, module, modules)}

    results = run()
    assert list(results) == ["virtual-camera-module"]
    assert "apt install v4l2loopback-dkms" in results["virtual-camera-module"]["remedy"]

    folder = modules / os.uname().release / "updates"
    folder.mkdir(parents=True)
    (folder / "v4l2loopback.ko.xz").touch()
    assert "not loaded" in run()["virtual-camera-module"]["summary"]

    module.mkdir()
    (module / "version").write_text("0.12.7\n")
    results = run()
    assert results["virtual-camera-module"]["summary"] == "v4l2loopback 0.12.7 is loaded"
    assert results["virtual-camera-device"]["status"] == "problem"
    assert all(set(r) == {"id", "status", "summary", "remedy"} for r in results.values())


@pytest.mark.parametrize(("told", "part"), [(True, "tells when a program"), (False, "other users")])
def test_doctor_says_which_watchers_can_be_seen(
    monkeypatch: pytest.MonkeyPatch, told: bool, part: str
) -> None:
    monkeypatch.setattr("emocam.stage.watchers.usage.is_told", lambda descriptor: told)
    result = linux_checks._watchers("/dev/zero", Path("/nowhere"))
    assert result["status"] == "ok"
    assert part in result["summary"]
    assert bool(result["remedy"]) == (not told)


@pytest.mark.parametrize(
    ("version", "one"),
    [
        ("", False),
        ("snapshot", False),
        ("0.12.7", False),
        ("0.13.2", False),
        ("0.14.0", True),
        ("0.15.0-3", True),
        ("1.0", True),
    ],
)
def test_from_which_release_on_one_reader_is_served(version: str, one: bool) -> None:
    assert linux_checks.serves_one(version) == one


@pytest.mark.parametrize(
    ("flags", "status"),
    [(v4l2.OUTPUT, "ok"), (v4l2.CAPTURE, "ok"), (v4l2.OUTPUT | v4l2.CAPTURE, "warning")],
)
def test_exclusive_caps_shows_in_the_capabilities(flags: int, status: str) -> None:
    capability = v4l2.Capability(v4l2.LOOPBACK_DRIVER, "EmoCam", (6, 1, 0), flags)
    result = linux_checks._options("EmoCam", "/dev/video2", capability)
    assert result["status"] == status
    assert bool(result["remedy"]) == (status != "ok")


class Opened(linux.VirtualCamera):
    """As if it were open on a device of its own folder.

    The descriptor is real, of a device that is no camera, so that what a broken one answers shows.
    """

    def __init__(self, sysfs: Path, path: Path) -> None:
        super().__init__("EmoCam", VIDEO, sysfs)
        self._path = f"/dev/{path.name}"
        self._descriptor = os.open("/dev/zero", os.O_WRONLY)


def checked(camera: linux.VirtualCamera) -> OutputError:
    with pytest.raises(OutputError) as caught:
        camera.check()
    assert caught.value.remedy
    return caught.value


def test_the_check_sees_what_became_of_the_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OutputError, match="not open"):
        linux.VirtualCamera("EmoCam", VIDEO).check()
    entry = add(tmp_path, 9, "EmoCam")
    camera = Opened(tmp_path, entry)
    there = True
    monkeypatch.setattr(Path, "exists", lambda path: there)
    assert checked(camera).code == "failed"  # ENOTTY
    answer = v4l2.Capability(v4l2.LOOPBACK_DRIVER, "EmoCam", (6, 1, 0), v4l2.CAPTURE)
    monkeypatch.setattr(v4l2, "query", lambda descriptor: answer)
    camera.check()
    (entry / "name").write_text("Another\n")  # the module came back with other labels
    assert checked(camera).code == "gone"
    (entry / "name").write_text("EmoCam\n")
    camera.check()
    there = False
    assert checked(camera).code == "gone"
    there = True
    answer = v4l2.Capability(v4l2.LOOPBACK_DRIVER, "EmoCam", (6, 1, 0), v4l2.OUTPUT)
    assert checked(camera).code == "gone"  # readers find no camera
    answer = v4l2.Capability(v4l2.LOOPBACK_DRIVER, "EmoCam", (6, 1, 0), v4l2.OUTPUT | v4l2.CAPTURE)
    camera.check()  # made without exclusive_caps
    os.close(camera._descriptor)


class Loopback:
    """What a v4l2loopback device answers, and what was asked of it."""

    def __init__(self, free: list[bool], driver: str = v4l2.LOOPBACK_DRIVER) -> None:
        self.free = free
        self.driver = driver
        self.rearmed: list[tuple[int, int]] = []

    def query(self, path: str) -> v4l2.Capability:
        flags = v4l2.OUTPUT if self.free.pop(0) else v4l2.CAPTURE
        return v4l2.Capability(self.driver, "EmoCam", (6, 1, 0), flags)

    def rearm(self, path: str, width: int, height: int) -> None:
        self.rearmed.append((width, height))

    def ready(self, monkeypatch: pytest.MonkeyPatch, writer: str | None = None) -> str:
        """The code of the fault when a camera gets ready on it; empty if it does."""
        monkeypatch.setattr(v4l2, "query_path", self.query)
        monkeypatch.setattr(v4l2, "rearm", self.rearm)
        monkeypatch.setattr(v4l2, "other_writer", lambda path: writer)
        try:
            linux.VirtualCamera("EmoCam", VIDEO)._make_ready("/dev/video9")
        except OutputError as error:
            return error.code
        except OSError as error:
            return linux_devices.explain(error, "/dev/video9").code
        return ""


def test_a_device_is_armed_again_only_if_nobody_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    size = (VIDEO.width, VIDEO.height)
    free = Loopback([True])
    assert free.ready(monkeypatch) == ""
    assert free.rearmed == []
    spent = Loopback([False, True])  # 0.12.7 after its writer has closed it
    assert spent.ready(monkeypatch) == ""
    assert spent.rearmed == [size]
    seen = Loopback([False])
    assert seen.ready(monkeypatch, "ffmpeg (process 1)") == "taken"
    assert seen.rearmed == []  # that would tell the driver that nobody writes
    unseen = Loopback([False, False])
    assert unseen.ready(monkeypatch) == "taken"
    assert Loopback([True], "uvcvideo").ready(monkeypatch) == "not-loopback"


def test_a_closed_camera_leaves_the_device_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    for free, rearmed in ((False, [(VIDEO.width, VIDEO.height)]), (True, [])):
        device = Loopback([free])
        monkeypatch.setattr(v4l2, "query_path", device.query)
        monkeypatch.setattr(v4l2, "rearm", device.rearm)
        camera = linux.VirtualCamera("EmoCam", VIDEO)
        camera.close()
        assert device.rearmed == []
        camera._path = "/dev/video9"
        camera.close()
        assert device.rearmed == rearmed
        assert camera.device is None


@pytest.mark.parametrize(
    ("answer", "fits"),
    [((640, 360, True), True), ((1280, 720, True), False), ((640, 360, False), False)],
)
def test_a_device_that_keeps_its_size_is_refused(
    monkeypatch: pytest.MonkeyPatch, answer: tuple[int, int, bool], fits: bool
) -> None:
    monkeypatch.setattr(v4l2, "output_size", lambda descriptor: answer)
    camera = linux.VirtualCamera("EmoCam", VIDEO)
    camera._check_size("/dev/video9")  # nothing known of the descriptor: nothing to say
    camera._descriptor = 99
    if fits:
        camera._check_size("/dev/video9")
    else:
        with pytest.raises(OutputError) as caught:
            camera._check_size("/dev/video9")
        assert caught.value.code == "size"


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("could not be configured: Device or resource busy", "taken"),
        ("is not a video output device.", "taken"),
        ("could not be opened: No such device", "gone"),
        ("could not be opened: Permission denied", "denied"),
        ("could not be configured: Invalid argument", "size"),
    ],
)
def test_what_pyvirtualcam_says_is_understood(reason: str, code: str) -> None:
    camera = linux.VirtualCamera("EmoCam", VIDEO)
    assert camera._refused(f"Device /dev/video9 {reason}", "/dev/video9").code == code
