"""The cameras of Windows and macOS, as far as they can be tested on another system."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.errors import OutputError
from emocam.stage.sinks import macos, windows
from emocam.stage.sinks.base import VideoFormat
from emocam.stage.sinks.faults import Fault
from emocam.stage.sinks.named import meaning
from emocam.stage.watchers.base import UNKNOWABLE

VIDEO = VideoFormat(1280, 720, 30)
NOT_REGISTERED = "EmoCam: 'unitycapture' backend: No camera registered with this name."
NO_OBS = "OBS Virtual Camera: 'obs' backend: OBS Virtual Camera device not found! Did you install?"
IN_USE = "OBS Virtual Camera: 'obs' backend: virtual camera output could not be started"


@pytest.mark.parametrize(
    ("reasons", "fault"),
    [
        ([NOT_REGISTERED, NO_OBS], Fault.MODULE_MISSING),
        ([NOT_REGISTERED, IN_USE], Fault.TAKEN),
        (["OBS Virtual Camera: 'obs' backend: Stream not found"], Fault.FAILED),
        (["OBS Virtual Camera: 'obs' backend: Couldn't start stream"], Fault.TAKEN),
        (
            ["OBS Virtual Camera: OBS Virtual Camera is not installed in your system. Use the"],
            Fault.MODULE_MISSING,
        ),
    ],
)
def test_what_pyvirtualcam_says_has_a_meaning(reasons: list[str], fault: Fault) -> None:
    assert meaning(reasons) is fault


@given(st.lists(st.text()))
def test_whatever_it_says_has_a_meaning(reasons: list[str]) -> None:
    assert meaning(reasons) in Fault


@pytest.mark.skipif(sys.platform != "linux", reason="the back ends must be missing")
@pytest.mark.parametrize("module", [windows, macos])
def test_a_back_end_that_is_not_there_is_said(module: object) -> None:
    camera = module.VirtualCamera("EmoCam", VIDEO)  # type: ignore[attr-defined]
    with pytest.raises(OutputError) as caught:
        camera.open()
    assert caught.value.code in list(Fault)
    assert "OBS" in caught.value.remedy
    assert camera.device is None
    assert camera.watched(0.0) == UNKNOWABLE
    camera.close()


def test_the_classes_of_unitycapture() -> None:
    """As in UnityCapture's filter: the second place is not used."""
    assert windows.unity_class(0, 64) == "{5C2CD55C-92AD-4999-8666-912BD3E70010}"
    assert windows.unity_class(1, 64) == "{5C2CD55C-92AD-4999-8666-912BD3E70012}"
    assert windows.unity_class(2, 32) == "{5C2CD55C-92AD-4999-8666-912BD3E70023}"


OBS = ("{A3FCE0F5-3493-419F-958A-ABA1250EC20B}",)


def registered(*entries: tuple[str, int, str]) -> windows.Registry:
    return lambda name, bits: {(n, b): v for n, b, v in entries}.get((name, bits))


OWN64 = (windows.unity_class(0, 64), 64, "EmoCam")
OWN32 = (windows.unity_class(3, 32), 32, "EmoCam")
OTHER = (windows.unity_class(0, 64), 64, "Unity Video Capture")
OBS64, OBS32 = ((OBS[0], bits, "OBS Virtual Camera") for bits in (64, 32))


@pytest.mark.parametrize(
    ("entries", "statuses", "words"),
    [
        ((), ["problem"], "UnityCaptureFilter64bit.dll"),
        ((OTHER,), ["problem"], "/i:UnityCaptureName=EmoCam"),
        ((OWN64, OWN32), ["ok"], "Media Foundation"),
        ((OWN64,), ["ok", "warning"], "SysWOW64"),
        ((OWN64, OBS64, OBS32), ["ok", "warning"], "UnityCaptureFilter32bit.dll"),
        ((OBS64, OBS32), ["ok", "warning"], "OBS itself cannot use it"),
        ((OBS64,), ["ok", "warning", "warning"], "install OBS Studio again"),
    ],
)
def test_doctor_says_who_will_list_the_camera_on_windows(
    entries: tuple[tuple[str, int, str], ...], statuses: list[str], words: str
) -> None:
    found = windows.filters("EmoCam", registered(*entries))
    assert [each["status"] for each in found] == statuses
    assert words in str(found)
    assert all(each["remedy"] for each in found if each["status"] != "ok")
    assert len({each["id"] for each in found}) == len(found)


@pytest.mark.parametrize(
    ("version", "installed", "status", "words"),
    [
        ("14.5", True, "ok", "OBS itself cannot use it"),
        ("14.5", False, "problem", "Install OBS Studio 30"),
        ("12.7.1", False, "problem", "Install OBS Studio 28"),
        ("", False, "problem", "Install OBS Studio 30"),
    ],
)
def test_doctor_says_what_to_install_on_macos(
    version: str, installed: bool, status: str, words: str
) -> None:
    (found,) = macos.system(version, installed)
    assert found["status"] == status
    assert words in str(found)


@pytest.mark.skipif(sys.platform != "linux", reason="must not find a camera")
def test_the_whole_doctor_runs_without_a_camera() -> None:
    assert windows.checks("EmoCam")[0]["status"] == "problem"
    assert windows.list_cameras() == []
    assert macos.checks("EmoCam")[0]["status"] == "problem"
    assert macos.list_cameras() == []
