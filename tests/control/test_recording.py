"""The session log of a run: what goes into a row, and that the run waits for nothing."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

import pytest
from desks import Bench

from emocam.attention import Attention
from emocam.control import recording
from emocam.control.recording import refuse, row
from emocam.control.tray.look import look as tray_look
from emocam.control.tray.menu import Choices, menu
from emocam.errors import SessionError
from emocam.expression import SensorState
from emocam.sessions import store
from emocam.sessions.layout import row_of
from emocam.sessions.reader import read_log
from emocam.settings import Kind, Layers
from emocam.wire import Reading, quantise

HAPPY = quantise([0.05, 0.95] + [0.0] * 6)
SAD = quantise([0.05, 0.0, 0.0, 0.95] + [0.0] * 4)


def face(shares: tuple[int, ...] = HAPPY, place: int = 0, faces: int = 1) -> Reading:
    return Reading(SensorState.FACE, 1, 1000, shares, place, faces)


def test_rows_are_of_the_first_person_only() -> None:
    assert row((face(),), 1.0).expression == "happiness"
    assert row((face(SAD, 2, 2), face(HAPPY, 0, 2)), 1.0).expression == "happiness"
    # Somebody else, who has not asked for a log.
    assert row((face(SAD, 1, 1),), 1.0) == row_of((1.0, "no_face", *[None] * 10))
    assert row((), 1.0).state == "silent"
    for state in SensorState:
        if state is not SensorState.FACE:
            assert row((Reading(state, 1, 0),), 2.0).state == state.label
    attentive = dataclasses.replace(face(), attention=Attention.ELSEWHERE)
    assert row((attentive,), 1.0).attention == "elsewhere"
    made = row((face(),), 1.23456)
    assert row_of(made.values) == made
    assert made.t == 1.235


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path


def test_nothing_is_logged_but_between_start_and_stop() -> None:
    async def act() -> None:
        bench = Bench()
        bench.session.take((face(),))
        bench.session.tick()
        assert not store.logs()
        status = await bench.desk.session_start()
        assert status["session"]["rows"] == 0
        for _ in range(3):
            bench.now += 1.0
            bench.session.take((face(),))
        bench.session.dismissed()
        for _ in range(5):
            bench.now += 1.0
            bench.desk.tick()
        status = await bench.desk.session_stop()
        assert status["session"] is None
        bench.session.take((face(),))
        with pytest.raises(SessionError, match="No session"):
            await bench.desk.session_stop()

    asyncio.run(act())
    [path] = store.logs()
    log = read_log(path)
    assert log.rows[-1].state == "silent"
    assert log.rows[-1].t <= 4.0  # said once
    assert log.header.ended is not None


def test_a_folder_that_cannot_be_made_is_said_and_the_run_goes_on(home: Path) -> None:
    (home / "emocam").write_text("in the way")

    async def act() -> None:
        bench = Bench()
        with pytest.raises(SessionError, match="cannot be made"):
            await bench.desk.session_start()
        bench.session.take((face(),))
        assert (await bench.desk.status())["session"] is None

    asyncio.run(act())


def test_who_forbids_is_named() -> None:
    refuse(Layers(), "session.allowed", "Session logs")
    locked = Layers().saying(
        Kind.MANDATORY, "session.allowed", False, "/etc/emocam/policy.d/a.toml"
    )
    with pytest.raises(SessionError, match=r"administrator \(session.allowed in /etc/emocam"):
        refuse(locked, "session.allowed", "Session logs")
    own = Layers().saying(Kind.FILE, "session.class_reports", False, "settings.toml")
    with pytest.raises(SessionError, match=r"false in settings\.toml"):
        refuse(own, "session.class_reports", "Share files")


def test_the_tray_shows_that_it_is_recorded() -> None:
    async def act() -> None:
        bench = Bench()
        status = await bench.desk.status()
        entries = {entry.label: entry for entry in menu(status, Choices())}
        begin = entries["Record my expressions for me"]
        assert begin.checked is False
        assert begin.does is not None
        status = await bench.desk.session_start()
        shown = tray_look(status)
        assert shown.tooltip.startswith("EmoCam: recording your expressions for you, ")
        assert shown.lines[0] == "Recording your expressions for you"
        entries = {entry.label: entry for entry in menu(status, Choices())}
        assert entries["Record my expressions for me (click to end)"].checked is True
        await bench.desk.recording.close()
        await bench.desk.recording.close()

    asyncio.run(act())


def test_turning_logs_off_ends_the_one_that_is_written() -> None:
    async def act() -> None:
        bench = Bench()
        await bench.desk.session_start()
        status = await bench.desk.set("session.allowed", "false")
        assert status["session"] is None
        with pytest.raises(SessionError, match=r"session\.allowed"):
            await bench.desk.session_start()

    asyncio.run(act())
    assert recording.PLACE == 0
