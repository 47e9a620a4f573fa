"""What a camera is called for good, and which one is meant by what the user says."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.errors import CameraError
from emocam.expression import SensorState
from emocam.sensing.cameras import Camera, linux, sysfs
from emocam.sensing.cameras.choice import Choice, permitted, resolve
from emocam.sensing.cameras.identity import macos_id, other_id, usb_id, windows_id, without_place
from emocam.sensing.sources.choose import choose
from emocam.settings import Settings


def free(camera: Camera) -> SensorState | None:
    return None


# --- Linux: a sysfs of our own, laid out as the kernel does


class Sysfs:
    """Makes the entries of cameras below a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "class/video4linux").mkdir(parents=True)
        (root / "bus/usb").mkdir(parents=True)
        (root / "bus/platform").mkdir(parents=True)

    def node(self, name: str, parent: Path | None, index: int = 0) -> None:
        entry = (parent or self.root / "devices/virtual") / "video4linux" / name
        entry.mkdir(parents=True)
        (entry / "index").write_text(f"{index}\n")
        if parent is not None:
            (entry / "device").symlink_to(parent)
        (self.root / "class/video4linux" / name).symlink_to(entry)

    def usb(self, port: str, interface: str = "00", serial: str | None = None) -> Path:
        """A Logitech C920 in a port; gives the folder of one of its interfaces."""
        device = self.root / "devices/pci0000:00/0000:00:14.0/usb1" / port
        folder = device / f"{port}:1.{int(interface, 16)}"
        folder.mkdir(parents=True)
        (device / "idVendor").write_text("046d\n")
        (device / "idProduct").write_text("082D\n")
        if serial is not None:
            (device / "serial").write_text(f"{serial}\n")
        (folder / "bInterfaceNumber").write_text(f"{interface}\n")
        return folder

    def id(self, node: str, name: str = "") -> str:
        return sysfs.identity(node, name, self.root)


@pytest.fixture
def tree(tmp_path: Path) -> Sysfs:
    return Sysfs(tmp_path)


def test_a_usb_camera_is_make_serial_number_and_port(tree: Sysfs) -> None:
    tree.node("video0", tree.usb("1-4", serial="8B2F6A1F"))
    assert tree.id("video0") == "usb:046d:082d:8B2F6A1F@1-4"


def test_a_camera_without_a_serial_number_has_its_port(tree: Sysfs) -> None:
    tree.node("video0", tree.usb("1-4.2"))
    assert tree.id("video0") == "usb:046d:082d@1-4.2"


def test_the_number_of_the_node_does_not_count(tree: Sysfs) -> None:
    device = tree.usb("1-4", serial="A")
    tree.node("video0", device)
    tree.node("video7", device.parent / device.name)
    assert tree.id("video0") == tree.id("video7")


def test_the_other_cameras_of_one_device_are_told_apart(tree: Sysfs) -> None:
    colour = tree.usb("1-8", "00", "X")
    infrared = colour.parent / "1-8:1.2"
    infrared.mkdir()
    (infrared / "bInterfaceNumber").write_text("02\n")
    tree.node("video0", colour, 0)
    tree.node("video1", colour, 1)
    tree.node("video2", infrared, 0)
    ids = [tree.id(f"video{number}") for number in range(3)]
    assert ids == ["usb:046d:082d:X@1-8", "usb:046d:082d:X#0.1@1-8", "usb:046d:082d:X#2@1-8"]


def test_a_camera_that_is_no_usb(tree: Sysfs) -> None:
    device = tree.root / "devices/platform/vivid.0"
    device.mkdir(parents=True)
    (device / "subsystem").symlink_to(tree.root / "bus/platform")
    tree.node("video3", device)
    assert tree.id("video3") == "platform:vivid_0"
    assert not sysfs.is_virtual("video3", tree.root)


def test_a_virtual_camera_has_but_its_name(tree: Sysfs) -> None:
    tree.node("video9", None)
    assert tree.id("video9", "OBS Virtual Camera") == "virtual:OBS_Virtual_Camera"
    assert sysfs.is_virtual("video9", tree.root)


def test_a_node_that_sysfs_does_not_know(tree: Sysfs) -> None:
    assert tree.id("video5", "What?") == "virtual:What"


def test_a_serial_number_cannot_break_the_form(tree: Sysfs) -> None:
    tree.node("video0", tree.usb("1-4", serial="SN @1/2#3:4\n"))
    assert tree.id("video0") == "usb:046d:082d:SN_1_2_3_4@1-4"


@given(st.text(max_size=30), st.text(max_size=10))
def test_every_identity_is_one_word_and_no_path(serial: str, name: str) -> None:
    for identity in (usb_id("046d", "082d", serial, "2", "1-4"), other_id("virtual", name)):
        assert not set(identity) & {" ", "/", "\\", "\n", "\0", '"'}
        assert identity.count("@") <= 1
    settings = Settings().replace("camera.source", usb_id("046d", "082d", serial))
    with pytest.raises(CameraError, match="webcam"):  # and not: the file is not there
        choose(settings)


# --- the nodes: real files


def test_marks_change_when_a_node_comes_goes_or_gets_rights(tmp_path: Path) -> None:
    (tmp_path / "video").touch()
    (tmp_path / "videoX").touch()
    (tmp_path / "null").touch()
    assert sysfs.marks(tmp_path) == ()
    node = tmp_path / "video0"
    node.touch()
    first = sysfs.marks(tmp_path)
    assert sysfs.marks(tmp_path) == first
    assert [mark.rights for mark in first] == [True]
    keep = tmp_path / "keep"  # or the file system might give the same inode again
    node.rename(keep)
    assert sysfs.marks(tmp_path) == ()
    node.touch()
    assert sysfs.marks(tmp_path) != first


def test_marks_show_missing_rights(tmp_path: Path) -> None:
    (tmp_path / "video0").touch(mode=0)
    code = (
        # Imported first: the other user may not be allowed to read EmoCam.
        "import os, sys; from pathlib import Path; from emocam.sensing.cameras import sysfs; "
        "os.getuid() or os.setresuid(65534, 65534, 65534); "
        "print([mark.rights for mark in sysfs.marks(Path(sys.argv[1]))])"
    )
    os.chmod(tmp_path, 0o755)  # noqa: PTH101
    for folder in list(tmp_path.parents)[:3]:
        if folder.stat().st_uid == os.getuid():
            folder.chmod(folder.stat().st_mode | 0o055)
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[False]", done.stderr


def test_a_node_that_landlock_closes_is_out_of_reach_and_not_denied(tmp_path: Path) -> None:
    """Landlock lets nobody write to what is not named, and access(2) says nothing of it."""
    (tmp_path / "video0").touch()
    code = (
        "import sys; from pathlib import Path; "
        "from emocam.confinement import Profile, confine_files; "
        "from emocam.sensing.cameras import linux, sysfs; "
        "(mark,) = sysfs.marks(Path(sys.argv[1])); before = linux._is_closed(mark); "
        "held = confine_files(Profile()).in_force; "
        "print(mark.rights, before, linux._is_closed(mark) == held)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["True", "False", "True"], done.stderr


def test_the_nodes_of_the_start_are_never_out_of_reach() -> None:
    assert not linux.Linux().is_out_of_reach()
    assert linux.Linux().slept() > -1e-3


# --- Windows and macOS: what their lists say


@pytest.mark.parametrize(
    ("path", "identity"),
    [
        (
            r"\\?\usb#vid_046d&pid_082d&mi_00#7&2b3c&0&0000#{e5323777-f976-4f5b}\global",
            "usb:046d:082d@7&2b3c&0&0000",
        ),
        (
            r"\\?\USB#VID_04F2&PID_B6D9&MI_02#6&1A2B&0&0002#{E5323777}\GLOBAL",
            "usb:04f2:b6d9#2@6&1a2b&0&0002",
        ),
        (r"\\?\usb#vid_046d&pid_0825#8b2f6a1f#{65e8773d}\global", "usb:046d:0825:8b2f6a1f"),
        (r"\\?\swd#vcamdevapi#a1b2c3#{65e8773d}\global", "swd:vcamdevapi_a1b2c3"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_the_identity_in_a_device_path_of_windows(path: str, identity: str) -> None:
    assert windows_id(path) == identity


def test_the_identity_of_a_camera_on_macos() -> None:
    assert macos_id("0x14200000046d082d", 0x46D, 0x82D) == "usb:046d:082d@0x14200000046d082d"
    assert macos_id("FDF90FEB-59E5", None, None) == "avfoundation:FDF90FEB-59E5"
    assert macos_id("", None, None) == ""


# --- which one is meant

LEFT = Camera(0, "HD Camera", "/dev/video0", "usb:1bcf:0001@1-1")
RIGHT = Camera(2, "HD Camera", "/dev/video2", "usb:1bcf:0001@1-2")
C920 = Camera(4, "Logitech C920", "/dev/video4", "usb:046d:082d:8B2F@1-4")
PHONE = Camera(6, "Phone", "/dev/video6", "virtual:Phone", loopback=True)
OWN = Camera(9, "EmoCam", "/dev/video9", "virtual:EmoCam", loopback=True)


def test_by_identity_with_and_without_the_port() -> None:
    cameras = [LEFT, RIGHT, C920, OWN]
    assert resolve("usb:046d:082d:8B2F@1-4", cameras, "EmoCam") is C920
    assert resolve("USB:046D:082D:8b2f", cameras, "EmoCam") is C920
    assert resolve("usb:046d:082d:8B2F@3-9", cameras, "EmoCam") is C920  # in another port now
    assert resolve("usb:1bcf:0001@1-2", cameras, "EmoCam") is RIGHT
    with pytest.raises(CameraError, match="more than one"):
        resolve("usb:1bcf:0001", cameras, "EmoCam")
    with pytest.raises(CameraError, match="own camera"):
        resolve("virtual:EmoCam", cameras, "EmoCam")


@pytest.mark.parametrize("source", ["4", "/dev/video4", "logitech", "usb:046d:082d:8B2F@1-4"])
def test_a_replugged_camera_is_found_under_its_new_number(source: str) -> None:
    choice = Choice(source, (), "EmoCam")
    assert choice.find([LEFT, C920], free) is C920
    moved = Camera(5, C920.name, "/dev/video5", "usb:046d:082d:8B2F@1-2")
    # Another camera has got the old number meanwhile.
    other = Camera(4, "HD Camera", "/dev/video4", "usb:1bcf:0001@1-1")
    with pytest.raises(CameraError):
        choice.find([other], free)
    assert choice.find([other, moved], free) is moved


def test_of_twins_the_same_one_is_found_again() -> None:
    choice = Choice("2", (), "EmoCam")
    assert choice.find([LEFT, RIGHT], free) is RIGHT
    renumbered = Camera(1, RIGHT.name, "/dev/video1", RIGHT.id)
    assert choice.find([LEFT, renumbered], free) is renumbered


def test_auto_stays_with_its_camera_and_takes_another_when_it_is_gone() -> None:
    choice = Choice("auto", (), "EmoCam")
    assert choice.find([RIGHT, C920], free) is RIGHT
    assert choice.find([LEFT, RIGHT, C920], free) is RIGHT
    assert choice.find([C920], free) is C920
    assert choice.find([LEFT, C920], free) is C920


def test_the_first_preferred_camera_that_can_be_had() -> None:
    busy = {C920: SensorState.BUSY}
    choice = Choice("auto", ("usb:046d:082d:8B2F", "phone"), "EmoCam")
    assert choice.find([LEFT, PHONE, C920], free) is C920
    assert choice.find([LEFT, PHONE, C920], busy.get) is PHONE  # named, so it may be a loopback
    assert choice.find([LEFT, C920], busy.get) is C920  # so that its trouble is told
    assert choice.find([LEFT, RIGHT], free) is LEFT  # none of the list is there
    assert choice.is_better([LEFT, C920], free, LEFT)
    assert not choice.is_better([LEFT, C920], busy.get, LEFT)
    assert not choice.is_better([LEFT, PHONE, C920], free, C920)


def test_one_that_gives_nothing_is_passed_over_until_something_changes() -> None:
    choice = Choice("auto", ("c920", "hd camera"), "EmoCam")
    assert choice.find([LEFT, C920], free) is C920
    choice.fails(C920)
    assert choice.find([LEFT, C920], free) is LEFT
    assert not choice.is_better([LEFT, C920], free, LEFT)
    choice.forgive()
    assert choice.is_better([LEFT, C920], free, LEFT)


def test_an_order_counts_for_auto_only() -> None:
    choice = Choice("0", ("c920",), "EmoCam")
    assert choice.find([LEFT, C920], free) is LEFT
    assert not choice.is_better([LEFT, C920], free, LEFT)


ALL = [LEFT, RIGHT, C920, PHONE, OWN]
WORDS = [
    "auto",
    "0",
    "2",
    "4",
    "9",
    "HD Camera",
    "EmoCam",
    "emo",
    "phone",
    "c920",
    *(c.id for c in ALL),
]


@given(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), max_size=4),
    st.lists(
        st.tuples(st.sets(st.sampled_from(ALL)), st.sets(st.sampled_from(ALL))),
        min_size=1, max_size=6,
    ),
)  # fmt: skip
def test_the_own_camera_is_never_chosen_nor_a_loopback_by_surprise(
    source: str, prefer: list[str], rounds: list[tuple[set[Camera], set[Camera]]]
) -> None:
    choice = Choice(source, prefer, "EmoCam")
    for there, busy in rounds:
        cameras = sorted(there, key=lambda camera: camera.index)

        def trouble(camera: Camera, busy: set[Camera] = busy) -> SensorState | None:
            return SensorState.BUSY if camera in busy else None

        try:
            found = choice.find(cameras, trouble)
        except CameraError:
            continue
        assert found in there
        assert found is not OWN
        if found is PHONE:
            said = [source] if source != "auto" else prefer
            assert {"phone", PHONE.id} & set(said)
        assert not choice.is_better(cameras, trouble, found)


def test_the_place_is_what_stands_last() -> None:
    assert without_place("usb:046d:082d:8B2F#2@1-4") == "usb:046d:082d:8B2F#2"
    assert without_place("virtual:Phone") == "virtual:Phone"


@pytest.mark.parametrize(
    "word", ["Logitech C920", "usb:046d:082d", "usb:046d:082d:8B2F", "USB:046d:082d:8b2f@1-4"]
)
def test_a_camera_that_is_not_allowed_is_never_taken_however_it_is_named(word: str) -> None:
    for source in ("/dev/video0", "hd camera", LEFT.id, "usb:1bcf:0001"):
        with pytest.raises(CameraError, match=r"may not be opened \(camera\.allowed\)"):
            Choice(source, (), "EmoCam", (word,)).find([LEFT, C920], free)
    assert Choice("auto", ("hd camera",), "EmoCam", (word,)).find([LEFT, C920], free) is C920
    assert Choice("logitech", (), "EmoCam", (word,)).find([LEFT, C920], free) is C920
    with pytest.raises(CameraError, match="may not be opened"):
        Choice("auto", (), "EmoCam", ("HD", "0", "/dev/video0", "usb:1bcf")).find([C920], free)


@pytest.mark.parametrize("source", ["auto", "none", "/dev/video0", LEFT.id])
def test_none_is_no_webcams_name(source: str) -> None:
    named = replace(LEFT, name="None")
    assert permitted([named, C920], ["none"]) == []
    assert permitted([named, C920], ["none", C920.name]) == [C920]
    with pytest.raises(CameraError, match=r"nor any other.*policy show"):
        Choice(source, (), "EmoCam", ("none",)).find([named, C920], free)
    with pytest.raises(CameraError, match="There is no webcam"):
        Choice(source, (), "EmoCam", ("none",)).find([], free)


@given(
    st.lists(st.sampled_from(ALL), unique=True),
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), max_size=3),
    st.lists(st.sampled_from([*WORDS, "HD Camera", "usb:1bcf:0001", "Phone"]), min_size=1),
)
def test_whatever_is_preferred_only_the_allowed_are_taken(
    cameras: list[Camera], source: str, prefer: list[str], allowed: list[str]
) -> None:
    choice = Choice(source, prefer, "EmoCam", allowed)
    may = permitted(cameras, allowed)
    for camera in may:
        words = {each.casefold() for each in allowed}
        plain = camera.id.partition("@")[0]
        names = (camera.name, camera.id, plain, plain.removesuffix(":8B2F"))
        assert {each.casefold() for each in names} & words
    try:
        found = choice.find(cameras, free)
    except CameraError:
        found = None
    assert found is None or found in may
    for current in cameras:
        if choice.is_better(cameras, free, current):
            assert set(may) - {current}
