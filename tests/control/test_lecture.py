"""A recorded lecture beside a run: its clock, the camera, and a log by its time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from desks import Bench
from hypothesis import given
from hypothesis import strategies as st
from test_recording import face

from emocam.control.lecture import Lecture
from emocam.errors import ControlError, SessionError
from emocam.sessions import store
from emocam.sessions.layout import Header, Row
from emocam.sessions.lecture import PATIENCE, LectureClock, title
from emocam.sessions.reader import read_header, read_log
from emocam.sessions.writer import LogWriter
from emocam.settings import Settings

NAME = "optics.mp4 [0123456789abcdef]"
STEPS = st.lists(
    st.tuples(st.sampled_from(("play", "pause", "seek", "beat")), st.floats(0, 5000)), max_size=40
)


@given(STEPS, st.lists(st.floats(0.0, PATIENCE - 0.01), min_size=40, max_size=40))
def test_the_clock_is_where_the_player_is(
    steps: list[tuple[str, float]], waits: list[float]
) -> None:
    """Against a player that keeps its position by adding up what has passed."""
    clock, now, position, playing = LectureClock(), 100.0, 0.0, False
    assert clock.at(now) is None
    for (act, place), wait in zip(steps, waits, strict=False):
        if act == "seek":
            position = place
        elif act in ("play", "pause"):
            playing = act == "play"
        clock.tell(position, playing, now)
        now += wait
        position += wait if playing else 0.0
        at = clock.at(now)
        assert (at is not None) == playing
        assert at is None or at == pytest.approx(position)


@given(st.floats(0, 1e6), st.floats(0, 1e9), st.booleans())
def test_a_player_that_is_silent_is_gone(position: float, now: float, playing: bool) -> None:
    clock = LectureClock()
    clock.tell(position, playing, now)
    assert clock.heard(now)
    assert not clock.heard(now + PATIENCE + 0.001)
    assert clock.at(now + PATIENCE + 0.001) is None


@given(st.text(max_size=400), st.binary(max_size=50))
def test_a_title_can_be_kept_and_tells_files_apart(name: str, head: bytes) -> None:
    made = title(name, head)
    assert 0 < len(made) <= 200
    assert made.isprintable()
    assert made != title(name, head + b"x")
    Lecture().tell(made, "0", "paused", 1.0)


@pytest.mark.parametrize("position", ["", "nan", "inf", "-1", "1e7", "soon"])
def test_what_makes_no_sense_is_refused(position: str) -> None:
    lecture = Lecture()
    with pytest.raises(ControlError, match="no place"):
        lecture.tell(NAME, position, "playing", 1.0)
    for name in ("", "a\nb", "x" * 201):
        with pytest.raises(ControlError, match="name"):
            lecture.tell(name, "1", "playing", 1.0)
    assert lecture.status(1.0) is None


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("home")
def test_rows_have_the_lectures_time() -> None:
    async def look(bench: Bench) -> None:
        bench.session.take((face(),))
        await asyncio.sleep(0.01)

    async def act() -> None:
        bench = Bench()
        desk = bench.desk
        status = await desk.lecture(NAME, "600", "paused")
        assert status["lecture"] == {"name": NAME, "playing": False}
        status = await desk.session_start()
        assert status["session"]["lecture"] == NAME
        await look(bench)  # paused: no row
        await desk.lecture(NAME, "600", "playing")
        bench.now += 2.5
        await look(bench)
        await asyncio.sleep(1.1)  # a row a second
        await desk.lecture(NAME, "100", "playing")  # wound back
        bench.now += 1.0
        await look(bench)
        with pytest.raises(ControlError, match="is being watched"):
            await desk.lecture("another", "1", "playing")
        status = await desk.lecture(NAME, "101", "over")
        assert status["session"] is None
        assert status["lecture"] is None

    asyncio.run(act())
    [path] = store.logs()
    log = read_log(path)
    assert log.header.lecture == NAME
    assert [row.t for row in log.rows] == [101.0, 602.5]
    assert read_header(path)[1:] == (2, 602.5)


@pytest.mark.usefixtures("home")
def test_a_player_that_dies_ends_the_log_and_closes_the_camera() -> None:
    async def act() -> None:
        bench = Bench(Settings().replace("camera.linger", 3.0))
        await bench.desk.lecture(NAME, "0", "playing")
        await bench.desk.session_start()
        assert bench.sensing._wanted
        bench.now += PATIENCE - 0.5
        bench.desk.tick()
        bench.now += 1.0
        bench.desk.tick()
        assert bench.sensing._wanted  # for as long as after any other who watched
        bench.now += 3.1
        bench.desk.tick()
        assert not bench.sensing._wanted
        await asyncio.sleep(0.2)
        assert not bench.desk.recording.running
        with pytest.raises(SessionError):
            await bench.desk.session_stop()

    asyncio.run(act())


@pytest.mark.usefixtures("home")
def test_the_camera_is_open_while_the_lecture_plays() -> None:
    async def act() -> None:
        bench = Bench(Settings().replace("camera.linger", 0.0))
        await bench.desk.lecture(NAME, "0", "paused")
        assert not bench.sensing._wanted
        await bench.desk.lecture(NAME, "0", "playing")
        assert bench.sensing._wanted
        await bench.desk.pause()
        assert not bench.sensing._wanted
        await bench.desk.resume()
        assert bench.sensing._wanted
        bench.now += 0.1
        await bench.desk.lecture(NAME, "4", "paused")
        assert not bench.sensing._wanted

    asyncio.run(act())


@given(st.lists(st.tuples(st.floats(0, 20), st.booleans()), max_size=30))
def test_of_each_second_the_last_row_is_kept(passes: list[tuple[float, bool]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.sqlite"
        writer = LogWriter(path, Header("a", 1.0, lecture=NAME))
        expected = {}
        for t, seen in passes:
            row = Row(t, "no_face" if seen else "silent")
            writer.write(row)
            expected[int(t)] = row
            assert writer.rows == len(expected)
        writer.close(2.0)
        assert list(read_log(path).rows) == [expected[key] for key in sorted(expected)]


def test_the_other_rows_stay(tmp_path: Path) -> None:
    """A log by its own time replaces nothing."""
    writer = LogWriter(tmp_path / "log.sqlite", Header("a", 1.0))
    for _ in range(3):
        writer.write(Row(1.0, "silent"))
    writer.close(2.0)
    assert len(read_log(tmp_path / "log.sqlite").rows) == 3
