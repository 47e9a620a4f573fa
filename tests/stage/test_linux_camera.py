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
from emocam.stage.sinks import linux, linux_checks, v4l2
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
    assert linux.find("EmoCam", tmp_path).path == "/dev/video9"
    assert [device.path for device in linux.devices(tmp_path)][-1] == "/dev/video10"


def test_a_webcam_of_that_name_is_not_taken(tmp_path: Path) -> None:
    add(tmp_path, 0, "EmoCam", loopback=False)
    with pytest.raises(OutputError, match="no v4l2loopback device"):
        linux.find("EmoCam", tmp_path, tmp_path)
    add(tmp_path, 1, "EmoCam")
    assert linux.find("EmoCam", tmp_path, tmp_path).path == "/dev/video1"


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    add(tmp_path, 0, "Somebody's camera")
    with pytest.raises(OutputError, match="not loaded") as no_module:
        linux.find("EmoCam", tmp_path, tmp_path / "none")
    assert 'card_label="EmoCam" exclusive_caps=1' in no_module.value.remedy
    with pytest.raises(OutputError, match="no device has the label") as no_label:
        linux.find("EmoCam", tmp_path, tmp_path)
    assert "modprobe -r" in no_label.value.remedy
    with pytest.raises(OutputError):
        linux.VirtualCamera("EmoCam", VIDEO, tmp_path).open()


def test_a_device_that_goes_away_meanwhile_is_skipped(tmp_path: Path) -> None:
    (add(tmp_path, 0, "EmoCam") / "name").unlink()
    assert list(linux.devices(tmp_path)) == []


@pytest.mark.parametrize(
    ("number", "part"),
    [
        (errno.EACCES, "may not write"),
        (errno.EBUSY, "in use"),
        (errno.ENODEV, "went away"),
        (errno.ENOENT, "went away"),
        (errno.EIO, "cannot be used"),
    ],
)
def test_each_fault_is_explained(number: int, part: str) -> None:
    error = linux.explain(OSError(number, os.strerror(number)), "/dev/video7")
    assert part in error.cause
    assert "/dev/video7" in error.cause
    assert error.remedy


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


@pytest.mark.parametrize(
    ("flags", "status"),
    [(v4l2.OUTPUT, "ok"), (v4l2.CAPTURE, "ok"), (v4l2.OUTPUT | v4l2.CAPTURE, "warning")],
)
def test_exclusive_caps_shows_in_the_capabilities(flags: int, status: str) -> None:
    capability = v4l2.Capability(v4l2.LOOPBACK_DRIVER, "EmoCam", (6, 1, 0), flags)
    result = linux_checks._options("EmoCam", "/dev/video2", capability)
    assert result["status"] == status
    assert bool(result["remedy"]) == (status != "ok")
