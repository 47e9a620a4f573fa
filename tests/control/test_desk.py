"""The user's actions and the stage's words together decide whether there is a sensing process."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from desks import Bench
from hypothesis import given
from hypothesis import strategies as st

from emocam.confinement import Protection
from emocam.control import live_settings, protocol
from emocam.control.limits import MAX_ANSWER
from emocam.control.open_devices import Device, cameras_of
from emocam.control.protections import Running, protections
from emocam.control.rates import WINDOW, Rate
from emocam.control.status import essence, report, sentence
from emocam.errors import ControlError, WireError
from emocam.expression import Picture, SensorState
from emocam.settings import Settings
from emocam.wire import Reading, quantise

HAPPY = Reading(SensorState.FACE, 0, 0, quantise([0.05, 0.95] + [0.0] * 6), 0, 1)


def tell(bench: Bench, state: str, **values: object) -> None:
    bench.stage.told({"type": "status", "state": state, **values})


def watched(bench: Bench, count: int, *names: str) -> None:
    tell(bench, "watched", how="event", count=count, names=list(names))


def status(bench: Bench) -> dict[str, Any]:
    return asyncio.run(bench.desk.status())


def do(bench: Bench, action: str, *arguments: str) -> dict[str, Any]:
    return dict(asyncio.run(getattr(bench.desk, action)(*arguments)))


def wanted(bench: Bench) -> bool:
    return bench.sensing._wanted


def test_the_camera_follows_the_readers() -> None:
    bench = Bench()
    assert not wanted(bench)
    tell(bench, "publishing", frames=1)
    watched(bench, 0)
    assert not wanted(bench)
    watched(bench, 2, "chromium", "zoom")
    assert wanted(bench)
    bench.session.take((HAPPY,))
    assert status(bench)["shown"] == ["happiness"]
    assert status(bench)["watchers"]["names"] == ["chromium", "zoom"]
    watched(bench, 0)
    bench.now += 4.9
    bench.desk.tick()
    assert wanted(bench)
    bench.now += 0.2
    bench.desk.tick()
    assert not wanted(bench)
    now = status(bench)
    assert now["shown"] == ["starting"]  # the next reader sees no old face
    assert now["read"] is None
    assert (now["camera"]["open"], now["camera"]["why"]) == (False, "nobody watches")


def test_a_camera_that_is_lost_has_no_readers() -> None:
    bench = Bench()
    tell(bench, "publishing", frames=1)
    watched(bench, 1)
    tell(bench, "waiting", cause="It is gone", remedy="Load it")
    bench.now += 5
    bench.desk.tick()
    assert not wanted(bench)
    tell(bench, "publishing", frames=50)
    watched(bench, 1)
    assert wanted(bench)
    tell(bench, "lost")
    bench.now += 5
    bench.desk.tick()
    assert not wanted(bench)


def test_a_stage_that_tells_nonsense_of_watchers_is_refused() -> None:
    bench = Bench()
    with pytest.raises(WireError):
        tell(bench, "watched", how="event", count="many", names=[])


ACTIONS = st.sampled_from(["pause", "resume", "freeze", "release", "hold"])
STEPS = st.lists(
    st.tuples(st.floats(0, 8), ACTIONS | st.integers(0, 2) | st.sampled_from(["look", "waiting"])),
    max_size=40,
)


@given(STEPS)
def test_whatever_happens_the_promises_hold(steps: list[tuple[float, str | int]]) -> None:
    """No sensing in a pause; none without readers; no expression shown that nobody reads."""
    bench = Bench()
    tell(bench, "publishing", frames=1)
    watched(bench, 0)
    paused, count, left, held = False, 0, -100.0, False
    for gap, step in steps:
        bench.now += gap
        if count:
            left = bench.now
        bench.desk.tick()
        if isinstance(step, int):
            watched(bench, step)
            count = step
        elif step == "waiting":
            tell(bench, "waiting", cause="", remedy="")
            tell(bench, "publishing", frames=1)
            watched(bench, 0)
            count = 0
        elif step == "look":
            if wanted(bench):  # where there is no process there are no readings
                bench.session.take((HAPPY,))
        else:
            do(bench, step, *(["coffee"] if step == "hold" else []))
            paused = {"pause": True, "resume": False}.get(step, paused)
            held = {"hold": True, "freeze": True}.get(step, False)
        assert wanted(bench) == (not paused and (bool(count) or bench.now - left < 5))
        shown = bench.session.shown.picture
        if not wanted(bench) and not held:
            assert shown is (Picture.PAUSED if paused else Picture.STARTING)


def test_a_status_fits_into_an_answer_and_on_a_screen() -> None:
    bench = Bench()
    tell(bench, "publishing", frames=1)
    watched(bench, 16, *("x" * 64 for _ in range(16)))
    bench.session.take((HAPPY,))
    now = status(bench)
    assert len(protocol.encode(protocol.answer("x" * 64, now))) < MAX_ANSWER
    assert json.loads(protocol.encode(now)) == now
    assert len(report(now).splitlines()) <= 24
    assert "16 programs" in sentence(now)


def test_time_alone_is_no_news() -> None:
    bench = Bench()
    bench.session.take((HAPPY,))
    before = status(bench)
    bench.now += 3
    assert essence(status(bench)) == essence(before)
    assert status(bench) != before
    do(bench, "hold", "heart")
    assert essence(status(bench)) != essence(before)


def test_settings_reach_watching_mood_and_children() -> None:
    bench = Bench()
    do(bench, "set", "camera.when", "always")
    assert wanted(bench)
    assert status(bench)["camera"]["when"] == "always"
    do(bench, "set", "mood.off", "happiness")
    bench.session.take((HAPPY,))
    assert bench.session.shown.picture is Picture.NEUTRAL
    assert bench.stage.settings == bench.sensing.settings == bench.desk.settings


def test_the_status_says_why_sensing_does_not_come_up() -> None:
    bench = Bench()
    do(bench, "set", "camera.when", "always")
    assert status(bench)["camera"]["why"] == "it is being opened"
    bench.sensing.trouble = "The file face.mp4 is not there"
    assert status(bench)["camera"]["why"] == "The file face.mp4 is not there"


@pytest.mark.parametrize(
    ("key", "value", "cause"),
    [
        ("camera.source", "/nowhere/face.mp4", "is not there"),
        ("camera.source", "out.mp4", "camera and output at once"),
        ("avatar.background", "/nowhere/wall.png", "is no file"),
    ],
)
def test_what_would_not_work_is_refused_and_changes_nothing(
    key: str, value: str, cause: str
) -> None:
    bench = Bench(Settings().replace("output.target", "out.mp4"))
    before = bench.desk.settings
    with pytest.raises(ControlError, match=cause):
        do(bench, "set", key, value)
    assert bench.stage.settings == bench.sensing.settings == bench.desk.settings == before


@pytest.mark.parametrize("key", list(Settings().to_dict()))
def test_only_what_sensing_cannot_take_up_restarts_it(key: str) -> None:
    group = key.partition(".")[0]
    own = key in ("camera.when", "camera.linger", "attention.show_away")
    assert live_settings.restarts_sensing(key) == (
        group in ("camera", "model", "face", "attention") and not own
    )


def test_a_rate_is_taken_over_its_window() -> None:
    rate = Rate()
    assert rate.per_second(0) is None
    for i in range(100):
        rate.count(i * 0.5)
    assert rate.per_second(49.5) == pytest.approx(2)
    assert rate.per_second(49.5 + WINDOW + 1) is None
    rate.forget()
    assert rate.per_second(50) is None
    rate.count(60, 1)
    rate.count(65, 150)  # what comes every five seconds has a rate too
    assert rate.per_second(66) == pytest.approx(30)


@given(st.lists(st.tuples(st.floats(0.01, 5), st.floats(0, 100)), min_size=2, max_size=60))
def test_a_rate_lies_between_the_slowest_and_the_fastest(
    steps: list[tuple[float, float]],
) -> None:
    rate, now = Rate(), 0.0
    for gap, per_second in steps:
        now += gap
        rate.count(now, gap * per_second)
    found = rate.per_second(now)
    assert found is not None
    speeds = [speed for _, speed in steps]
    assert min(speeds) - 1e-6 <= found <= max(speeds) + 1e-6


def test_the_cameras_that_a_process_holds_open(tmp_path: Path) -> None:
    folder, sysfs = tmp_path / "77" / "fd", tmp_path / "sysfs"
    folder.mkdir(parents=True)
    for number, target in enumerate(("/dev/video0", "/dev/null", "pipe:[1]", "/dev/video12")):
        (folder / str(number)).symlink_to(target)
    (sysfs / "video0").mkdir(parents=True)
    (sysfs / "video0" / "name").write_text("Integrated Camera\n")
    found = cameras_of(77, tmp_path, sysfs)
    assert found == [Device("/dev/video0", "Integrated Camera"), Device("/dev/video12", "")]
    assert cameras_of(78, tmp_path, sysfs) is None


def test_each_protection_has_words() -> None:
    holds = Protection("files", True, "Landlock guards the files")
    missing = Protection("files", False, "The kernel has no Landlock")
    for running in (
        Running(None, None),
        Running(2**22 + 1, 2**22 + 2),
        Running(2**22 + 1, 2**22 + 2, (("sensing", holds), ("stage", missing))),
    ):
        found = protections(running)
        assert len({each.name for each in found}) == len(found) >= 5
        assert all(each.words for each in found)


async def _preview(bench: Bench, mode: str) -> dict[str, Any]:
    """Ask for it, as the client of a run whose child comes up at once."""
    asked = asyncio.create_task(bench.desk.preview(mode))
    await asyncio.sleep(0)
    bench.sensing._shown.set()
    return await asked


def test_the_preview_opens_the_camera_and_a_pause_closes_both() -> None:
    bench = Bench()
    tell(bench, "publishing", frames=1)
    watched(bench, 0)
    assert asyncio.run(_preview(bench, "on"))["preview"]
    assert wanted(bench)
    bench.now += 1000
    bench.desk.tick()
    assert wanted(bench), "as if somebody watched"
    assert not asyncio.run(_preview(bench, "off"))["preview"]
    assert not wanted(bench)
    asyncio.run(_preview(bench, "on"))
    paused = do(bench, "pause")
    assert (paused["preview"], paused["paused"]) == (False, True)
    with pytest.raises(ControlError, match="paused"):
        do(bench, "preview", "on")
    assert not do(bench, "resume")["preview"]


def test_a_preview_that_is_not_allowed_is_refused_and_closed() -> None:
    bench = Bench()
    asyncio.run(_preview(bench, "on"))
    do(bench, "set", "preview.allowed", "false")
    assert not status(bench)["preview"]
    with pytest.raises(ControlError, match="not allowed"):
        do(bench, "preview", "on")


def test_what_others_see_stays_while_one_sensing_takes_over_from_another() -> None:
    bench = Bench()
    bench.session.take((HAPPY,))
    bench.now += 1
    asyncio.run(_preview(bench, "on"))
    bench.session.take((Reading(SensorState.STARTING, 0, 0),))
    assert status(bench)["shown"] == ["happiness"]
    bench.now += 6
    bench.desk.tick()
    assert status(bench)["shown"] == ["moment"], "and not for longer than any other silence"


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock: Linux")
@pytest.mark.parametrize("room", ["sensing", "stage"])
def test_what_guards_the_files_is_the_word_of_both_rooms(room: str) -> None:
    holds = Protection("files", True, "Landlock guards the files")
    missing = Protection("files", False, "The kernel has no Landlock")
    other = {"sensing": "stage", "stage": "sensing"}[room]

    def files(*said: tuple[str, Protection]) -> Protection:
        found = protections(Running(2**22 + 1, 2**22 + 2, said))
        return next(each for each in found if each.name == "files")

    assert files((room, holds), (other, holds)).in_force
    assert not files((room, holds)).in_force  # the other one has only just started
    broken = files((room, missing), (other, holds))
    assert not broken.in_force
    assert f"{room}: The kernel has no Landlock" in broken.words
