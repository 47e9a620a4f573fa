"""The whole program on real recordings: what is read, what is shown, what the video holds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from emocam_process import emocam

from emocam.expression import Expression, Picture

Sample = Callable[[str], Path]
#: Mean difference in grey levels up to which a frame is a picture at rest.
AT_REST = 2.0
EXPRESSIONS = {each.label for each in Expression}


def watch(folder: Path, recording: Path, *more: object) -> list[dict[str, Any]]:
    events = folder / "events.jsonl"
    outcome = emocam(
        folder, "run", "--no-tray", "--camera", recording,
        "--output", folder / "out.mp4", "--events", events, *more,
    )  # fmt: skip
    assert outcome.code == 0, outcome.errors + outcome.output
    assert outcome.errors == ""
    return outcome.events


@pytest.fixture(scope="module")
def laughing(
    sample: Sample, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[dict[str, Any]]]:
    """A man who cries, a hand before his face, and then laughs."""
    still = ("--set", "avatar.motion=reduced")  # so that a frame at rest is a known picture
    for _ in range(3):  # a machine that stalls for seconds sees another film
        folder = tmp_path_factory.mktemp("laughing")
        events = watch(folder, sample("WolfgangLanger_Pexels.mp4"), *still)
        times = [0.0, *(each["time"] for each in events)]
        if max(later - earlier for earlier, later in pairwise(times)) < 2.0:
            break
    return folder, events


def test_he_is_read_sad_first_and_shown_happy_at_last(
    laughing: tuple[Path, list[dict[str, Any]]],
) -> None:
    events = laughing[1]
    start = [each["expression"] for each in events if each["time"] < 5 and each["expression"]]
    end = [each for each in events if each["time"] > 17 and each["expression"]]
    assert start.count("sadness") >= len(start) / 2
    assert {each["expression"] for each in end} == {"happiness"}
    assert {each["shown"] for each in end} == {"happiness"}


def test_nothing_wrong_is_shown_for_more_than_a_second(
    laughing: tuple[Path, list[dict[str, Any]]],
) -> None:
    """He cries, then laughs: anything but sadness, happiness and neutral would be wrong."""
    wrong = 0.0
    for now, after in pairwise(laughing[1]):
        if now["shown"] in EXPRESSIONS - {"sadness", "happiness", "neutral"}:
            wrong += after["time"] - now["time"]
        else:
            wrong = 0.0
        assert wrong <= 1.0
    # While he cries he is not shown happy, and while he laughs he is not shown sad.
    shown = [(each["time"], each["shown"]) for each in laughing[1]]
    assert "happiness" not in {picture for time, picture in shown if time < 5}
    assert "sadness" not in {picture for time, picture in shown if time > 17}


def test_events_are_sampled_once_a_second_and_quickly_at_changes(
    laughing: tuple[Path, list[dict[str, Any]]],
) -> None:
    times = [each["time"] for each in laughing[1]]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert times[0] < 1.0
    assert min(gaps) >= 0.05
    assert max(gaps) < 3.0
    assert 19 <= len(times) <= 80


def test_the_video_shows_what_the_events_say(
    laughing: tuple[Path, list[dict[str, Any]]],
) -> None:
    from emocam.settings import Settings
    from emocam.stage.render import render_scene

    folder, events = laughing
    with av.open(folder / "out.mp4") as video:
        stream = video.streams.video[0]
        assert (stream.width, stream.height) == (1280, 720)
        assert 0 < stream.average_rate <= 30
        frames, length = [], 0.0
        for frame in video.decode(stream):
            if frame.time >= length + 0.5:  # a stall of the machine is one long frame
                frames.append(frame.to_ndarray(format="rgb24"))
                length = frame.time
    assert abs(length - events[-1]["time"]) < 4
    pictures = {each: render_scene(each, Settings()) for each in Picture}

    def at_rest(frame: Any) -> str | None:
        """The picture that a frame shows; None in a fade."""
        differences = {
            name: float(abs(frame.astype("int16") - picture).mean())
            for name, picture in pictures.items()
        }
        nearest = min(differences, key=differences.__getitem__)
        return nearest.value if differences[nearest] < AT_REST else None

    shown = [name for frame in frames if (name := at_rest(frame))]
    assert len(shown) > 0.7 * len(frames)
    seen = _runs(shown)
    told = _runs(["starting"] + [each["shown"] for each in events])
    assert seen[-1] == told[-1] == "happiness"
    assert set(seen) <= set(told)


def _runs(words: list[str]) -> list[str]:
    return [word for i, word in enumerate(words) if i == 0 or words[i - 1] != word]


def test_a_face_that_leaves_is_away_within_five_seconds(sample: Sample, tmp_path: Path) -> None:
    events = watch(tmp_path, sample("face_noface.mov"))
    left = next(each["time"] for each in events if each["state"] == "no_face")
    away = next(each["time"] for each in events if each["shown"] == "away")
    assert away > left
    # A slow machine looks less often.
    assert all(each["shown"] == "away" for each in events if each["time"] - left > 5)
    assert events[0]["state"] == "face"


def test_a_face_that_comes_is_shown_with_the_first_look(sample: Sample, tmp_path: Path) -> None:
    events = watch(tmp_path, sample("noface_face.mov"))
    first = next(each for each in events if each["state"] == "face")
    assert first["shown"] in EXPRESSIONS
    assert all(each["shown"] == "away" for each in events if each["time"] < first["time"])


def test_nobody_is_never_given_an_expression(sample: Sample, tmp_path: Path) -> None:
    events = watch(tmp_path, sample("no_face.mp4"))
    assert len(events) >= 3
    assert {each["expression"] for each in events} == {None}
    assert not {each["shown"] for each in events} & EXPRESSIONS


def test_a_picture_can_stand_in_for_a_camera(sample: Sample, tmp_path: Path) -> None:
    events = watch(tmp_path, sample("single_face.jpg"), "--duration", 12)
    assert events
    assert {each["state"] for each in events} == {"face"}


def test_careful_never_shows_a_negative_expression(sample: Sample, tmp_path: Path) -> None:
    recording = sample("WolfgangLanger_Pexels.mp4")
    events = watch(tmp_path, recording, "--set", "mood.caution=careful", "--duration", 12)
    assert "sadness" in {each["expression"] for each in events}
    assert {each["shown"] for each in events} <= {"neutral", "happiness", "surprise", "starting"}
