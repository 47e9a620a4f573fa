"""EmoCam on a real virtual camera: each test is one check of what the guests saw.

The session in ``guest/session.py`` only collects; what is right and wrong is said here.
"""

from __future__ import annotations

import json
import statistics
from itertools import pairwise
from typing import Any

import pytest
from pictures import MARGIN, TOLERANCE, References, Verdict, distance, from_i420, read
from rig import Rig
from vm import Guest

pytestmark = pytest.mark.e2e

SIZE = (1280, 720)
SMALL = (160, 90)
#: Seconds that a client may wait for a frame while sensing dies and starts again. The emulated CPU
#: is at its limit then; a stream that broke off would be away for tens of seconds.
LONGEST_GAP = 5.0


def judge(guest: Guest, references: References, seen: dict[str, Any]) -> list[Verdict]:
    """Check each picture of a step against the avatar that the events say was shown."""
    verdicts = []
    for taken in seen["pictures"]:
        path = guest.folder / taken["file"]
        verdict = references.judge(read(path, SIZE))
        guest.verdicts.append(f"{taken['file']}: shown {taken['expected']}, seen {verdict}")
        assert verdict.name == taken["expected"], f"{path}: {verdict}"
        assert verdict.distance <= TOLERANCE[path.suffix], f"{path}: {verdict}"
        assert verdict.second_distance >= MARGIN * verdict.distance, f"{path}: {verdict}"
        verdicts.append(verdict)
    return verdicts


def labels(report: dict[str, Any]) -> str:
    """All that ``emocam devices --json`` said, as text."""
    return json.dumps(report)


def test_references_can_be_told_apart(references: References) -> None:
    """The comparison can fail: no two avatars are as near as a picture may be to its own."""
    names = sorted(references.pictures)
    assert references.size == SIZE
    for number, one in enumerate(names):
        for other in names[number + 1 :]:
            away = distance(references.pictures[one], references.pictures[other])
            assert away > 0.5, f"{one} and {other} look alike ({away:.2f})"


def test_the_guest_is_a_stock_debian_with_an_ordinary_user(guest: Guest, rig: Rig) -> None:
    seen = guest.step("boot")
    assert seen["kernel"] == rig.release
    assert seen["user"]["uid"] >= 1000
    assert "(video)" in seen["user"]["id"]
    assert "sudo" not in seen["user"]["id"]


def test_emocam_is_the_installed_package(guest: Guest, rig: Rig) -> None:
    package = guest.step("boot")["package"]
    assert package.startswith(str(rig.venv / "lib"))


def test_doctor_names_the_missing_module_and_the_remedy(guest: Guest) -> None:
    seen = guest.step("doctor_without_module")
    assert seen["status"] == 1
    report = json.loads(seen["stdout"])
    text = json.dumps(report)
    assert "v4l2loopback" in text
    assert "modprobe v4l2loopback" in text or "apt install v4l2loopback" in text


def test_both_cameras_are_there(guest: Guest) -> None:
    seen = guest.step("cameras")
    assert seen["nodes"] == {"Integrated Webcam": "/dev/video0", "EmoCam": "/dev/video2"}
    if seen["module"]:  # releases before 0.12.6 do not say
        assert seen["module"] == guest.version


def test_doctor_finds_everything_good(guest: Guest) -> None:
    """The webcam is named: what another program feeds is not taken by itself."""
    seen = guest.step("doctor_with_module")
    assert seen["status"] == 0, seen["stdout"]
    json.loads(seen["stdout"])


def test_devices_offers_the_webcam_and_not_emocam(guest: Guest) -> None:
    seen = guest.step("devices")
    assert seen["status"] == 0, seen["stderr"]
    report = json.loads(seen["stdout"])
    cameras = json.dumps(report["cameras"] if isinstance(report, dict) else report)
    assert "Integrated Webcam" in cameras
    assert "EmoCam" not in cameras


def test_v4l2_ctl_lists_emocam(guest: Guest) -> None:
    assert "\nEmoCam (platform:v4l2loopback" in "\n" + guest.step("start")["listing"]


def test_the_format_is_720p_i420(guest: Guest) -> None:
    text = guest.step("camera_format")["text"]
    assert "1280/720" in text
    assert "'YU12'" in text


def test_an_expression_is_read_from_the_webcam(guest: Guest) -> None:
    event = guest.step("first_expression")["event"]
    assert set(event) >= {"time", "state", "expression", "shown", "probabilities"}
    assert sum(event["probabilities"].values()) == pytest.approx(1, abs=0.02)


def test_only_sensing_holds_the_webcam(guest: Guest) -> None:
    seen = guest.step("first_expression")
    feeder = guest.step("cameras")["feeder"]
    assert {int(pid) for pid in seen["webcam_holders"]} == {feeder, seen["sensing"]}


def test_ffmpeg_opens_takes_one_picture_and_leaves(guest: Guest, references: References) -> None:
    judge(guest, references, guest.step("ffmpeg_snapshot"))


def test_ffmpeg_pictures_match_what_is_shown(guest: Guest, references: References) -> None:
    verdicts = judge(guest, references, guest.step("ffmpeg_pictures"))
    assert len({verdict.name for verdict in verdicts}) > 1
    assert "happiness" in {verdict.name for verdict in verdicts}


def test_chromium_pictures_match_what_is_shown(guest: Guest, references: References) -> None:
    verdicts = judge(guest, references, guest.step("chromium_pictures"))
    assert len({verdict.name for verdict in verdicts}) > 1
    assert "happiness" in {verdict.name for verdict in verdicts}


def test_chromium_never_holds_the_webcam(guest: Guest) -> None:
    seen = guest.step("chromium_pictures")
    for holders in seen["webcam_holders"]:
        assert not [line for line in holders.values() if "chromium" in line]
    assert [line for line in seen["clients"].values() if "chromium" in line]


def test_sensing_is_started_again_after_kill_9(guest: Guest) -> None:
    seen = guest.step("kill_sensing")
    before, after = seen["sensing"]
    assert before != after
    assert seen["stage"][0] == seen["stage"][1], "the stage was started again too"
    assert seen["event"]["state"] == "face"


def test_the_stream_goes_on_while_sensing_is_away(guest: Guest) -> None:
    seen = guest.step("kill_sensing")
    assert seen["watcher_left"] is None, "ffmpeg ended"
    times = [t for t, _ in guest.frames() if seen["killed"] - 2 <= t <= seen["judged_until"]]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    guest.verdicts.append(
        f"Around the kill of sensing: {len(times)} frames in {times[-1] - times[0]:.1f} s, "
        f"median gap {statistics.median(gaps):.3f} s, longest {max(gaps):.3f} s"
    )
    assert times[0] < seen["killed"]
    assert times[-1] > seen["recovered"]
    assert max(gaps) <= LONGEST_GAP


def test_one_moment_is_shown_while_sensing_is_away(guest: Guest, rig: Rig) -> None:
    seen = guest.step("kill_sensing")
    small = References(rig.references, SMALL)
    pictures = from_i420((guest.folder / "watch.yuv").read_bytes(), SMALL)
    shown: list[str] = []
    for t, frame in guest.frames():
        if seen["killed"] <= t <= seen["judged_until"]:
            verdict = small.judge(pictures[frame])
            clear = verdict.distance <= TOLERANCE[".yuv"]  # not a cross-fade
            if clear and (not shown or shown[-1] != verdict.name):
                shown.append(verdict.name)
    guest.verdicts.append("After the kill the stream showed " + ", ".join(shown))
    assert "moment" in shown
    assert shown[-1] not in {"moment", "starting"}


def test_an_expression_comes_back_after_sensing_was_killed(
    guest: Guest, references: References
) -> None:
    judge(guest, references, guest.step("picture_after_sensing"))


def test_the_stage_comes_back_after_kill_9(guest: Guest, references: References) -> None:
    seen = guest.step("kill_stage")
    assert seen["stage"][0] != seen["stage"][1]
    judge(guest, references, guest.step("picture_after_stage"))


@pytest.mark.parametrize("step", ["stop", "interrupt"], ids=["SIGTERM", "Ctrl-C"])
def test_it_ends_cleanly(guest: Guest, step: str) -> None:
    """No process, no camera light, no stale lock or socket, no traceback."""
    seen = guest.step(step)
    assert seen["status"] == 0, seen["log"]
    assert seen["processes"] == {}
    assert [int(pid) for pid in seen["webcam_holders"]] == [seen["feeder"]]
    assert seen["emocam_holders"] == {}
    assert "Traceback" not in seen["log"]
    stale = [path for path in seen["files"] if path.startswith(("/run", "/tmp", "/dev/shm"))]
    assert [path for path in stale if "life-" not in path and "chromium" not in path] == []


def test_it_starts_again_on_the_same_camera(guest: Guest) -> None:
    seen = guest.step("start_again")
    assert "\nEmoCam (platform:v4l2loopback" in "\n" + seen["listing"]
    assert "1280/720" in seen["format"]


def test_events_are_whole_and_in_order(guest: Guest) -> None:
    guest.step("stop")
    events = guest.events()
    assert {"neutral", "happiness"} <= {event["shown"] for event in events}
    sensing = [event["time"] for event in events if event["state"] == "face"]
    assert sensing, "no face was ever read"
