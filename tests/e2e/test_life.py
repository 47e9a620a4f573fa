"""When the webcam is open, and what comes back after which fault; collected by guest/life.py."""

from __future__ import annotations

from typing import Any

import pytest
from pictures import References
from rig import REPO
from test_e2e import SIZE, judge
from vm import Guest

pytestmark = pytest.mark.e2e

#: Seconds that the webcam stays open after the last reader (the default of ``camera.linger``), and
#: how much later the emulated machine may be with it.
LINGER, LATE = 5.0, 30.0
needs_ctl = pytest.mark.skipif(
    not (REPO / "emocam/control/client.py").exists(), reason="this EmoCam has no emocam ctl"
)


def one_reader(guest: Guest) -> bool:
    """Whether the guest's v4l2loopback serves a single reader at a time."""
    return tuple(map(int, guest.version.split(".")[:2])) >= (0, 14)


def feeder_only(seen: dict[str, Any]) -> bool:
    """Whether nobody has the webcam open but who plays the film into it."""
    return all("ffmpeg" in line and "-i" in line for line in seen["webcam_holders"].values())


# -- only when watched ----------------------------------------------------------------------------


def test_nobody_watches_and_the_webcam_stays_closed(guest: Guest) -> None:
    seen = guest.step("nobody_watches")
    assert seen["sensing"] == []
    assert feeder_only(seen)


def test_lists_of_cameras_do_not_open_the_webcam(guest: Guest) -> None:
    """v4l2-ctl that lists cameras and formats, and a program that keeps the camera open."""
    seen = guest.step("listing_opens_nothing")
    assert "EmoCam" in seen["listing"]
    assert "YU12" in seen["formats"]
    assert seen["kept_open"], "the check did not see the program that it started"
    assert seen["sensing"] == []


def test_enumerate_devices_in_chromium_does_not_open_the_webcam(guest: Guest) -> None:
    seen = guest.step("chromium_lists")
    assert "EmoCam" in seen["cameras"]
    assert seen["sensing"] == []


def test_a_call_in_chromium_opens_the_webcam(guest: Guest, references: References) -> None:
    seen = guest.step("chromium_opens")
    assert seen["track"] == "EmoCam"
    assert (seen["settings"]["width"], seen["settings"]["height"]) == SIZE
    guest.verdicts.append(
        f"sensing was there {seen['seconds_to_sensing']} s after Chromium's frame"
    )
    judge(guest, references, guest.step("chromium_pictures"))


@pytest.mark.parametrize(
    ("step", "key"),
    [
        ("closed_after_chromium", "seconds"),
        ("cycles", "seconds_to_close"),
        ("many_readers", "seconds_to_close"),
        ("read_counts_too", "seconds_to_close"),
        ("last_reader_leaves", "seconds"),
    ],
)
def test_the_webcam_is_closed_after_the_linger(guest: Guest, step: str, key: str) -> None:
    seconds = guest.step(step)[key]
    guest.verdicts.append(f"{step}: the webcam was closed {seconds} s after the last reader")
    # What is measured begins a moment after the reader has left.
    assert LINGER - 2 <= seconds <= LINGER + LATE
    assert feeder_only(guest.step("closed_after_chromium"))
    assert feeder_only(guest.step("last_reader_leaves"))


def test_two_hundred_readers_one_after_the_other(guest: Guest) -> None:
    seen = guest.step("cycles")
    assert (seen["count"], seen["frames"], seen["refused"]) == (200, 200, [])
    assert len(seen["sensing"]) == 1, "the webcam was opened more than once"
    assert seen["stage"][0] == seen["stage"][1], "the stage was started again"


def test_ten_readers_at_once(guest: Guest) -> None:
    seen = guest.step("many_readers")
    served = seen["outcomes"].count("streaming")
    guest.verdicts.append(f"ten readers at once: {served} were served")
    if one_reader(guest):  # like a webcam: the driver turns the others away
        assert sorted(seen["outcomes"]) == ["EBUSY"] * 9 + ["streaming"]
    else:
        assert seen["outcomes"] == ["streaming"] * 10
    assert set(seen["codes"]) == {0}


@needs_ctl
def test_the_readers_are_counted_and_named(guest: Guest) -> None:
    watchers = guest.step("many_readers")["status"]["answer"]["watchers"]
    assert watchers["how"] == ("event" if one_reader(guest) else "holders")
    assert watchers["count"] == (1 if one_reader(guest) else 10)
    assert watchers["names"] == ["reader.py"]


def test_a_program_that_reads_without_mapping_counts(guest: Guest) -> None:
    assert guest.step("read_counts_too")["stays"] is not None


def test_the_webcam_is_opened_for_a_reader(guest: Guest, references: References) -> None:
    seen = guest.step("reader_opens")
    assert tuple(seen["shape"]) == SIZE
    judge(guest, references, seen)


# -- the webcam -----------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["feeder_stops", "feeder_starts", "webcam_taken", "webcam_freed"])
def test_what_happens_to_the_webcam_is_shown(
    guest: Guest, references: References, step: str
) -> None:
    judge(guest, references, guest.step(step))


# -- what the user says ---------------------------------------------------------------------------


@needs_ctl
def test_status_is_told(guest: Guest) -> None:
    seen = guest.step("ctl_status")
    assert seen["status"] == 0, seen["stderr"]
    assert seen["answer"]["watchers"]["count"] == 1


@needs_ctl
def test_pause_closes_the_webcam_and_resume_opens_it(guest: Guest, references: References) -> None:
    seen = guest.step("ctl_pause")
    assert seen["status"] == 0, seen["stderr"]
    assert feeder_only(seen)
    judge(guest, references, seen)
    assert guest.step("ctl_resume")["status"] == 0
    judge(guest, references, guest.step("ctl_resume"))


@needs_ctl
def test_a_held_picture_is_shown(guest: Guest, references: References) -> None:
    seen = guest.step("ctl_hold")
    assert seen["status"] == seen["release"]["status"] == 0
    judge(guest, references, seen)


# -- the virtual camera ---------------------------------------------------------------------------


def test_another_writer_is_named_and_left_alone(guest: Guest) -> None:
    seen = guest.step("emocam_taken")
    assert "is in use" in seen["log"]
    assert seen["shape"] == [640, 480]
    assert seen["grey"], "EmoCam wrote into another program's picture"


def test_a_size_that_is_kept_is_named(guest: Guest) -> None:
    assert "640x480" in guest.step("emocam_keeps_size")["log"]


@pytest.mark.parametrize("step", ["emocam_freed", "module_back"])
def test_the_virtual_camera_comes_back(guest: Guest, references: References, step: str) -> None:
    seen = guest.step(step)
    guest.verdicts.append(f"{step}: EmoCam was a camera again after {seen['seconds']} s")
    judge(guest, references, seen)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("module_removed", "modprobe v4l2loopback"),
        ("other_label", "modprobe -r v4l2loopback"),
        ("no_permission", "usermod -aG video"),
    ],
)
def test_each_state_of_the_module_is_named_with_its_remedy(
    guest: Guest, step: str, words: str
) -> None:
    assert words in guest.step(step)["log"]
