"""From readings to scenes and events, on a clock of the test's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.control.account import _read
from emocam.control.events import EventsFile
from emocam.control.keep_stage import StageKeeper
from emocam.control.session import Session
from emocam.expression import Picture, SensorState
from emocam.resources import resource
from emocam.scene import Scene
from emocam.settings import Settings
from emocam.wire import Reading, quantise

HAPPY = quantise([0.05, 0.95] + [0.0] * 6)


class Stage(StageKeeper):
    """A stage keeper without a child, which writes down what it was given."""

    def __init__(self) -> None:
        super().__init__(Settings(), lambda _: None)
        self.shown: list[Scene] = []

    def show(self, scene: Scene) -> None:
        super().show(scene)
        self.shown.append(scene)


class Clocked:
    """A session with its clock."""

    def __init__(self, events: Path | None = None) -> None:
        self.now = 1000.0
        self.said: list[str] = []
        self.stage = Stage()
        self.file = EventsFile(events) if events else None
        clock = lambda: self.now  # noqa: E731
        self.session = Session(Settings(), self.stage, self.file, self.said.append, clock)

    def close(self) -> None:
        if self.file is not None:
            self.file.close()

    def look(self, state: SensorState, time_ms: int, sequence: int = 0) -> None:
        face = state is SensorState.FACE
        shares = HAPPY if face else ()
        self.session.take((Reading(state, sequence, time_ms, shares, 0, int(face)),))


def test_the_stage_gets_what_the_mood_decides() -> None:
    clocked = Clocked()
    clocked.look(SensorState.FACE, 0)
    clocked.session.lost()
    clocked.now += 2
    clocked.look(SensorState.FACE, 0)
    assert [scene.picture for scene in clocked.stage.shown] == [
        Picture.STARTING, Picture.HAPPINESS, Picture.MOMENT, Picture.HAPPINESS,
    ]  # fmt: skip


def test_an_event_tells_what_no_reading_told_of(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    clocked = Clocked(path)
    clocked.look(SensorState.FACE, 0)
    clocked.now += 1
    clocked.look(SensorState.NO_FACE, 1000)
    for _ in range(20):
        clocked.now += 0.5
        clocked.session.tick()
    clocked.look(SensorState.FACE, 1500)  # it took so long, and its frame is old
    clocked.close()
    events = [json.loads(line) for line in path.read_text().splitlines()]
    assert [each["shown"] for each in events] == ["happiness", "happiness", "away", "happiness"]
    assert [each["state"] for each in events] == ["face", "no_face", "no_face", "face"]
    times = [each["time"] for each in events]
    assert times == sorted(times)
    assert times[2] == 3.0


@pytest.mark.parametrize(("threshold", "shows"), [(0.95, False), (0.5, True)])
def test_the_threshold_is_the_models_own(threshold: float, shows: bool, tmp_path: Path) -> None:
    sidecar = json.loads(resource("models", "expression.json").read_text())
    (tmp_path / "own.json").write_text(json.dumps({**sidecar, "negative_threshold": threshold}))
    settings = Settings().replace("model.path", str(tmp_path / "own.tflite"))
    stage, now = Stage(), 0.0
    session = Session(settings, stage, None, lambda _: None, lambda: now)
    for i in range(10):
        now = float(i)
        shares = quantise([0.2, 0, 0, 0.8, 0, 0, 0, 0])
        session.take((Reading(SensorState.FACE, i, i * 1000, shares, 0, 1),))
    assert (Picture.SADNESS in {scene.picture for scene in stage.shown}) == shows


def test_an_expression_that_nobody_looks_at_goes_out_of_date() -> None:
    clocked = Clocked()
    clocked.look(SensorState.FACE, 0)
    clocked.now += 4
    clocked.session.tick()
    assert clocked.stage.shown[-1].picture is Picture.HAPPINESS
    clocked.now += 2
    clocked.session.tick()
    assert clocked.stage.shown[-1].picture is Picture.MOMENT
    clocked.look(SensorState.FACE, 7000)
    assert clocked.stage.shown[-1].picture is Picture.HAPPINESS


def test_the_clock_of_the_events_goes_on_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    clocked = Clocked(path)
    for seconds in (0, 1, 2):
        clocked.look(SensorState.FACE, seconds * 1000)
        clocked.now += 1
    clocked.session.lost()
    clocked.now += 2  # 5 s after the first frame the second process sees its first one
    clocked.look(SensorState.STARTING, 0)
    for seconds in (0, 1):
        clocked.look(SensorState.FACE, seconds * 1000)
        clocked.now += 1
    clocked.close()
    times = [float(line.split(":")[1].split(",")[0]) for line in path.read_text().splitlines()]
    assert times == [0, 1, 2, 3, 5, 6]


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (SensorState.BUSY, "busy"),
        (SensorState.UNPLUGGED, "Plug it in"),
        (SensorState.DENIED, "doctor"),
        (SensorState.COVERED, "covered"),
        (SensorState.ENDED, "over"),
    ],
)
def test_the_user_is_told_once_of_a_state(state: SensorState, word: str) -> None:
    clocked = Clocked()
    for i in range(3):
        clocked.look(state, i * 1000)
    sentences = [each for each in clocked.said if each.endswith(".")]
    assert sum(word in each for each in sentences) == 1


def test_each_change_is_told_once() -> None:
    clocked = Clocked()
    for i in range(5):
        clocked.look(SensorState.FACE, i * 1000)
        clocked.now += 1
    assert [sentence.split()[-1] for sentence in clocked.said] == ["happiness"]


@given(st.lists(st.sampled_from(SensorState), max_size=20))
def test_the_events_name_what_is_on_the_stage(
    tmp_path_factory: pytest.TempPathFactory, states: list[SensorState]
) -> None:
    path = tmp_path_factory.mktemp("events") / "events.jsonl"
    clocked = Clocked(path)
    for i, state in enumerate(states):
        clocked.look(state, i * 1000, i)
        clocked.now += 1
        if state in (SensorState.STARTING, SensorState.ENDED):
            continue
        last = json.loads(path.read_text().splitlines()[-1])
        assert last["shown"] == clocked.stage.shown[-1].picture
        assert last["state"] == state.label
    assert len(path.read_text().splitlines()) == sum(
        state not in (SensorState.STARTING, SensorState.ENDED) for state in states
    )
    clocked.close()


SAD = quantise([0.05, 0, 0, 0.95, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("people", "shown", "words"),
    [
        ("nearest", [{None: "happiness"}, {None: "happiness"}], ["happiness"]),
        ("each", [{2: "happiness", 0: "neutral"}] * 2, ["happiness, neutral", "happiness"]),
        ("group", [{2: "neutral", 0: "neutral"}] * 2, ["neutral"]),
    ],
)
def test_several_people_each_have_their_events(
    people: str, shown: list[dict[int | None, str]], words: list[str], tmp_path: Path
) -> None:
    path, now, said, stage = tmp_path / "events.jsonl", 0.0, [], Stage()
    settings, file = Settings().replace("face.people", people), EventsFile(path)
    session = Session(settings, stage, file, said.append, lambda: now)
    both = [(2, HAPPY), (0, SAD)]
    for i in range(2):
        now = i * 0.2
        look = (
            [Reading(SensorState.FACE, i, i * 200, shares, face, 2) for face, shares in both]
            if people != "nearest"
            else [Reading(SensorState.FACE, i, i * 200, HAPPY, 0, 1)]
        )
        session.take(tuple(look))
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    told = [
        {each.get("face"): each["shown"] for each in rows if each["time"] == t} for t in (0, 0.2)
    ]
    assert told == shown
    if people == "each":  # the one on the right leaves, and time passes between two looks
        left = Reading(SensorState.FACE, 2, 400, HAPPY, 2, 2)
        now = 0.4
        session.take((left, Reading(SensorState.NO_FACE, 2, 400, (), 0, 2)))
        now = 3.5
        session.tick()
        last = [json.loads(line) for line in path.read_text().splitlines()][-1]
        assert (last["face"], last["shown"], last["state"]) == (0, "away", "no_face")
    file.close()
    assert [sentence.split(" s  ")[1] for sentence in said] == words


def test_who_is_seen_speaks_for_a_look_at_several() -> None:
    settings, stage = Settings().replace("face.people", "each"), Stage()
    session = Session(settings, stage, None, lambda _: None, lambda: 0.0)
    gone = Reading(SensorState.NO_FACE, 0, 0, (), 3, 2)
    happy = Reading(SensorState.FACE, 0, 0, HAPPY, 1, 2)
    session.take((gone, happy))
    assert session.reading == happy
    read = _read(session.look, 0.5)
    assert read == {
        "state": "face", "expression": "happiness", "faces": 1, "people": [None, "happiness"],
        "attention": None, "age": 0.5,
    }  # fmt: skip
    session.take((Reading(SensorState.NO_FACE, 1, 1000),))
    assert _read(session.look, 1.0)["people"] == []
    session.lost()
    assert session.reading is None


def test_another_mode_takes_over_with_the_next_look() -> None:
    settings, stage = Settings(), Stage()
    session = Session(settings, stage, None, lambda _: None, lambda: 0.0)
    session.take((Reading(SensorState.FACE, 0, 0, HAPPY, 0, 1),))
    session.configure(settings.replace("face.people", "each"))
    session.take(tuple(Reading(SensorState.FACE, 1, 1000, HAPPY, place, 2) for place in (1, 0)))
    assert [figure.picture for figure in session.shown.figures] == [Picture.HAPPINESS] * 2
