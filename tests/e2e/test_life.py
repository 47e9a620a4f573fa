"""When the webcam is open, and what comes back after which fault; collected by guest/life.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pictures import References
from rig import REPO
from test_e2e import SIZE, judge
from vm import Guest

pytestmark = pytest.mark.e2e
Figure = Callable[[str], None]

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
    holders = seen.get("webcam_holders", {})
    return all("ffmpeg" in line and "-i" in line for line in holders.values())


# -- only when watched ----------------------------------------------------------------------------


def test_nobody_watches_and_the_webcam_stays_closed(guest: Guest) -> None:
    seen = guest.step("nobody_watches")
    assert seen["openers"] == []
    assert feeder_only(seen)


def test_lists_of_cameras_do_not_open_the_webcam(guest: Guest) -> None:
    """v4l2-ctl that lists cameras and formats, and a program that keeps the camera open."""
    seen = guest.step("listing_opens_nothing")
    assert "EmoCam" in seen["listing"]
    assert "YU12" in seen["formats"]
    assert seen["kept_open"], "the check did not see the program that it started"
    assert seen["openers"] == []


def test_enumerate_devices_in_chromium_does_not_open_the_webcam(guest: Guest) -> None:
    seen = guest.step("chromium_lists")
    assert "EmoCam" in seen["cameras"]
    assert seen["openers"] == []


def test_a_call_in_chromium_opens_the_webcam(guest: Guest, references: References) -> None:
    seen = guest.step("chromium_opens")
    assert seen["track"] == "EmoCam"
    assert (seen["settings"]["width"], seen["settings"]["height"]) == SIZE
    guest.verdicts.append(f"the webcam was open {seen['seconds_to_open']} s after Chromium's frame")
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
    seen = guest.step(step)
    guest.verdicts.append(f"{step}: the webcam was closed {seen[key]} s after the last reader")
    assert LINGER - 0.2 <= seen[key] <= LINGER + LATE
    assert feeder_only(seen)


@pytest.mark.fault("two hundred readers one after the other")
def test_two_hundred_readers_one_after_the_other(guest: Guest, figure: Figure) -> None:
    seen = guest.step("cycles")
    assert (seen["count"], seen["frames"], seen["refused"]) == (200, 200, [])
    assert len(seen["openers"]) == 1, "the webcam was opened more than once"
    assert seen["stage"][0] == seen["stage"][1], "the stage was started again"
    figure(f"{guest.version}: each got a frame; the webcam was opened once")


@pytest.mark.fault("ten readers at once")
def test_ten_readers_at_once(guest: Guest, figure: Figure) -> None:
    seen = guest.step("many_readers")
    served = seen["outcomes"].count("streaming")
    figure(f"{guest.version}: {served} served")
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


@pytest.mark.fault("webcam gives no picture any more, then does again")
def test_a_webcam_that_stops_and_starts(
    guest: Guest, references: References, figure: Figure
) -> None:
    (stopped,) = judge(guest, references, guest.step("feeder_stops"))
    judge(guest, references, guest.step("feeder_starts"))
    figure(f"{guest.version}: {stopped.name}, then an expression")


@pytest.mark.fault("webcam taken by another program, then free")
def test_a_webcam_that_another_program_takes(
    guest: Guest, references: References, figure: Figure
) -> None:
    judge(guest, references, guest.step("webcam_taken"))
    judge(guest, references, guest.step("webcam_freed"))
    figure(f"{guest.version}: busy, then an expression")


@pytest.mark.fault("webcam with garbage, green, truncated or resized MJPG frames")
def test_a_webcam_whose_frames_are_spoilt(
    guest: Guest, references: References, figure: Figure
) -> None:
    """No expression is held over useless frames; the camera is well again by itself."""
    seen = guest.step("webcam_spoilt")
    judge(guest, references, seen)
    told = []
    for each in seen["faults"]:
        told.append(f"{each['fault']}: {each['last'][-1]}, well after {each['seconds']} s")
        guest.verdicts.append(f"{each['fault']}: {each['states']}, showed {each['shown']}")
        if each["fault"] in ("garbage", "green"):
            assert each["last"][-1] in {"stalled", "unplugged", "covered", "moment", "starting"}
    figure(f"{guest.version}: {'; '.join(told)}")


# -- reader and clock -----------------------------------------------------------------------------


@pytest.mark.fault("a reader that stops reading, then goes on")
def test_a_reader_that_stops_reading(guest: Guest, references: References, figure: Figure) -> None:
    seen = guest.step("reader_stops")
    assert seen["stage"][0] == seen["stage"][1], "the stage was started again"
    status = seen["status"]["answer"]
    assert status["watchers"]["count"] == 1
    rate = status["rates"]["frames_per_second"]
    assert rate > 3, "the stage waits for the reader"
    judge(guest, references, seen)
    figure(f"{guest.version}: {rate:.0f} of 10 frames a second meanwhile, an expression after it")


@pytest.mark.fault("clock set an hour forward, then an hour back")
def test_a_clock_that_jumps(guest: Guest, references: References, figure: Figure) -> None:
    seen = guest.step("clock_jumps")
    assert seen["rooms"][0] == seen["rooms"][1], "a process was replaced"
    assert "moment" not in seen["shown"]
    judge(guest, references, seen)
    figure(f"{guest.version}: longest time without a reading {seen['longest_silence']} s")


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


@pytest.mark.fault("virtual camera taken by another program, then free")
def test_another_writer_is_named_and_left_alone(
    guest: Guest, references: References, figure: Figure
) -> None:
    seen = guest.step("emocam_taken")
    assert "is in use" in seen["log"]
    assert seen["shape"] == [640, 480]
    assert seen["grey"], "EmoCam wrote into another program's picture"
    back = guest.step("emocam_freed")
    judge(guest, references, back)
    figure(f"{guest.version}: a camera again {back['seconds']} s after the last reader left")


@pytest.mark.fault("virtual camera kept at another size by a reader")
def test_a_size_that_is_kept_is_named(guest: Guest) -> None:
    assert "640x480" in guest.step("emocam_keeps_size")["log"]


@pytest.mark.fault("user without permission on the virtual camera")
def test_a_device_of_root_alone(guest: Guest, figure: Figure) -> None:
    seen = guest.step("no_permission")
    assert "You may not write to /dev/video5" in seen["log"]
    assert "usermod -aG video" in seen["log"]
    figure(f"{guest.version}: told after {seen['seconds']} s, and a camera once it is given")
    guest.step("module_back")


@pytest.mark.fault("v4l2loopback removed, then loaded with other label, number and rights")
def test_a_module_that_goes_and_comes(guest: Guest, references: References, figure: Figure) -> None:
    for step, words in (
        ("module_removed", "modprobe v4l2loopback"),
        ("other_label", "modprobe -r v4l2loopback"),
        ("no_permission", "usermod -aG video"),
    ):
        assert words in guest.step(step)["log"], step
    back = guest.step("module_back")
    judge(guest, references, back)
    figure(f"{guest.version}: a camera again {back['seconds']} s after the rights were given")
