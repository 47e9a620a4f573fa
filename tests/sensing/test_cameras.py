"""Which webcam a setting means."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from emocam.errors import CameraError
from emocam.expression import SensorState
from emocam.sensing.cameras import Camera, linux
from emocam.sensing.cameras.choice import offered, resolve

BUILT_IN = Camera(0, "Integrated Camera: Integrated C", "/dev/video0", "04f2:b6d9")
OTHER = Camera(2, "Logitech C920", "/dev/video2", "046d:082d")
TWIN = Camera(4, "logitech c920", "/dev/video4", "046d:082d")
FED = Camera(1, "OBS Virtual Camera", "/dev/video1", loopback=True)
OWN = Camera(9, "EmoCam", "/dev/video9", loopback=True)


def test_auto_takes_the_first_real_one() -> None:
    assert resolve("auto", [FED, OWN, OTHER, TWIN], "EmoCam") is OTHER


def test_auto_never_takes_what_another_program_feeds() -> None:
    with pytest.raises(CameraError, match="other programs feed") as caught:
        resolve("auto", [OWN, FED], "EmoCam")
    assert '--camera "OBS Virtual Camera"' in caught.value.remedy
    assert resolve("OBS Virtual Camera", [OWN, FED], "EmoCam") is FED


@pytest.mark.parametrize("label", ["EmoCam", "emocam", " EmoCam "])
def test_emocams_own_camera_is_never_offered_nor_taken(label: str) -> None:
    assert offered([OWN, OTHER], label) == [OTHER]
    for source in ("auto", "9", "/dev/video9", "EmoCam", "emocam"):
        with pytest.raises(CameraError):
            resolve(source, [OWN], label)
    for source in ("9", "/dev/video9", "emocam"):
        with pytest.raises(CameraError, match="own camera") as caught:
            resolve(source, [OWN, OTHER], label)
        assert "Logitech" in caught.value.remedy


def test_the_own_label_counts_whatever_it_is() -> None:
    assert resolve("emocam", [OWN], "My avatar") is OWN
    with pytest.raises(CameraError):
        resolve("auto", [Camera(3, "My avatar", "/dev/video3")], "my avatar")


def test_by_index_path_and_name() -> None:
    cameras = [BUILT_IN, FED, OTHER]
    assert resolve("2", cameras, "EmoCam") is OTHER
    assert resolve("/dev/video2", cameras, "EmoCam") is OTHER
    assert resolve("logitech c920", cameras, "EmoCam") is OTHER
    assert resolve("INTEGRATED", cameras, "EmoCam") is BUILT_IN


def test_the_whole_name_goes_before_a_part_of_one() -> None:
    long = Camera(5, "Logitech C920 Pro", "/dev/video5")
    assert resolve("Logitech C920", [long, OTHER], "EmoCam") is OTHER


def test_a_link_to_the_node_is_followed(tmp_path: Path) -> None:
    node = tmp_path / "video7"
    node.touch()
    link = tmp_path / "usb-Logitech-index0"
    link.symlink_to(node)
    camera = Camera(7, "Logitech", str(node))
    assert resolve(str(link), [camera], "EmoCam") is camera


def test_an_ambiguous_name_lists_what_fits() -> None:
    with pytest.raises(CameraError, match="more than one") as caught:
        resolve("LOGITECH C920", [OTHER, TWIN, BUILT_IN], "EmoCam")
    assert "/dev/video2" in caught.value.cause
    assert "/dev/video4" in caught.value.cause
    assert "Integrated" not in caught.value.cause


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(CameraError, match="no webcam") as caught:
        resolve("Brio", [OTHER, OWN], "EmoCam")
    assert "Logitech" in caught.value.remedy
    assert "EmoCam" not in caught.value.remedy


def test_without_any_webcam_there_is_a_remedy() -> None:
    for source in ("auto", "0", "Brio"):
        with pytest.raises(CameraError) as caught:
            resolve(source, [], "EmoCam")
        assert "video" in caught.value.remedy


def test_a_node_that_is_gone_is_unplugged(tmp_path: Path) -> None:
    gone = Camera(63, "Gone", str(tmp_path / "video63"))
    assert linux.Linux().trouble(gone) is SensorState.UNPLUGGED


def test_a_node_that_may_not_be_opened_is_denied(tmp_path: Path) -> None:
    node = tmp_path / "video0"
    node.touch(mode=0)
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)  # root may open everything
    try:
        assert linux.Linux().trouble(Camera(0, "Closed", str(node))) is SensorState.DENIED
    finally:
        os.seteuid(me)


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (errno.EACCES, SensorState.DENIED),
        (errno.EPERM, SensorState.DENIED),
        (errno.ENOENT, SensorState.UNPLUGGED),
        (errno.ENODEV, SensorState.UNPLUGGED),
        (errno.ENXIO, SensorState.UNPLUGGED),
        (errno.EBUSY, SensorState.BUSY),
    ],
)
def test_what_an_error_of_the_system_means(number: int, state: SensorState) -> None:
    assert linux.state_of(OSError(number, os.strerror(number))) is state


def test_the_numbers_of_the_ioctls_are_those_of_the_header() -> None:
    """_IOC(direction, 'V', number, size), as linux/ioctl.h puts them together."""

    def ioc(direction: int, number: int, size: int) -> int:
        return direction << 30 | size << 16 | ord("V") << 8 | number

    assert ioc(2, 0, 104) == linux._QUERYCAP
    assert ioc(3, 4, linux._FORMAT_SIZE) == linux._G_FMT
    assert ioc(3, 8, linux._REQUEST.size) == linux._REQBUFS
    assert linux._CAPABILITY.size == 104
