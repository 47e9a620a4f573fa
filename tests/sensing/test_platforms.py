"""What can be tested of each operating system's part without its devices."""

from __future__ import annotations

import os
import string
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.expression import SensorState
from emocam.sensing import native
from emocam.sensing.cameras import Camera, Platform, linux, macos, windows
from emocam.sensing.cameras.users import EMOCAM, users
from emocam.sensing.cameras.windows import Key, in_use, is_denied

ALL: list[Platform] = [linux.Linux(), windows.Windows(), macos.MacOS()]


@pytest.mark.parametrize("platform", ALL, ids=lambda platform: type(platform).__name__)
def test_each_trouble_has_a_remedy(platform: Platform) -> None:
    assert set(platform.remedies) == {
        SensorState.BUSY,
        SensorState.UNPLUGGED,
        SensorState.DENIED,
    }
    for remedy in platform.remedies.values():
        fields = {name for _, name, _, _ in string.Formatter().parse(remedy) if name}
        assert fields <= {"path"}
        assert remedy
        assert not remedy.endswith(".")


def test_hardware_transforms_are_off_before_opencv_is_loaded() -> None:
    """They make Media Foundation take many seconds to open some cameras; OpenCV reads it early."""
    code = (
        "import os, sys; from emocam.sensing import native; native.prepare(); "
        "assert 'cv2' not in sys.modules; "
        "print(os.environ['OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (
        done.stdout.strip() == "0" == native.ENVIRONMENT["OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS"]
    )


# --- Linux: who holds a device, seen in the real /proc


def test_who_holds_a_device(tmp_path: Path) -> None:
    device = tmp_path / "video0"
    os.mkfifo(device)
    assert users(str(device)) == []
    descriptor = os.open(device, os.O_RDWR)
    reader = subprocess.Popen(["sleep", "60"], stdin=descriptor)
    module = tmp_path / "emocam"
    try:
        assert users(str(device)) == ["sleep"]
        link = tmp_path / "by-id"
        link.symlink_to(device)
        assert users(str(link)) == ["sleep"]
        # By the name of its module, as control starts it.
        module.mkdir()
        (module / "__init__.py").touch()
        (module / "sensing.py").write_text("import time; print(flush=True); time.sleep(60)")
        with subprocess.Popen(
            [sys.executable, "-m", "emocam.sensing"],
            stdin=descriptor,
            stdout=subprocess.PIPE,
            cwd=tmp_path,
        ) as sensing:
            assert sensing.stdout is not None
            sensing.stdout.readline()
            assert users(str(device)) == [EMOCAM, "sleep"]
            sensing.kill()
    finally:
        reader.kill()
        reader.wait()
        os.close(descriptor)
    time.sleep(0.1)
    assert users(str(device)) == []


def test_without_the_right_to_look_nobody_is_seen(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()  # a process that ended, as far as this folder goes
    (tmp_path / "self").mkdir()
    assert users("/dev/video0", tmp_path) == []


# --- Windows: the privacy settings, as they stand in the registry

USING = Key({"Value": "Allow", "LastUsedTimeStart": 133500000000000000, "LastUsedTimeStop": 0})
USED = Key({"LastUsedTimeStart": 133500000000000000, "LastUsedTimeStop": 133500000100000000})


def consent(programs: dict[str, Key], packages: dict[str, Key], value: str = "Allow") -> Key:
    outside = Key({"Value": value}, programs)
    return Key({"Value": "Allow"}, {**packages, "NonPackaged": outside})


def test_programs_that_use_a_camera_on_windows() -> None:
    user = consent(
        {
            "C:#Program Files#Zoom#bin#Zoom.exe": USING,
            "C:#Python311#python.exe": USING,
            "C:#old.exe": USED,
            "C:#never.exe": Key(),
        },
        {"MSTeams_8wekyb3d8bbwe": USING, "Microsoft.WindowsCamera_8wekyb3d8bbwe": USED},
    )
    assert in_use(user, r"C:\Python311\python.exe") == [
        r"C:\Program Files\Zoom\bin\Zoom.exe",
        "MSTeams_8wekyb3d8bbwe",
    ]
    assert in_use(Key(), "") == []


@pytest.mark.parametrize(
    ("user", "machine", "denied"),
    [
        (Key(), Key(), False),  # a Windows that knows of no such settings
        (consent({}, {}), Key({"Value": "Allow"}), False),
        (consent({}, {}, "Deny"), Key({"Value": "Allow"}), True),
        (Key({"Value": "Deny"}), Key(), True),
        (consent({}, {}), Key({"Value": "Deny"}), True),
        (consent({"C:#zoom.exe": Key({"Value": "Deny"})}, {}), Key(), False),  # not us
    ],
)
def test_cameras_that_are_forbidden_on_windows(user: Key, machine: Key, denied: bool) -> None:
    assert is_denied(user, machine) is denied


keys = st.recursive(
    st.builds(Key, st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5))),
    lambda below: st.builds(
        Key, st.just({}), st.dictionaries(st.text(max_size=5) | st.just("NonPackaged"), below)
    ),
    max_leaves=8,
)


@given(keys, keys)
def test_whatever_stands_in_the_registry_is_no_fault(user: Key, machine: Key) -> None:
    assert isinstance(is_denied(user, machine), bool)
    assert all(isinstance(name, str) for name in in_use(user, "x"))


def test_the_registry_is_not_looked_for_elsewhere() -> None:
    assert windows._consent() == (Key(), Key())
    assert windows.Windows().users(Camera(0, "HD Camera", "")) == []
