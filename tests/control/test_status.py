"""How things stand, in words."""

from __future__ import annotations

from typing import Any

import pytest

from emocam.control.status import camera, report, sentence, watchers_in_words
from emocam.expression import SensorState

DEVICES = [{"path": "/dev/video0", "name": "Integrated Camera"}]


def test_why_the_camera_is_open_or_closed() -> None:
    def told(process: int | None, state: SensorState | None, devices: Any, **more: bool) -> Any:
        found = camera(
            process,
            state,
            devices,
            paused=more.get("paused", False),
            wanted=more.get("wanted", process is not None),
        )
        return found["open"], found["why"]

    face, busy = SensorState.FACE, SensorState.BUSY
    assert told(None, None, None) == (False, "nobody watches")
    assert told(None, None, None, paused=True) == (False, "paused")
    assert told(None, None, None, wanted=True) == (False, "it is being opened")
    assert told(1, None, []) == (False, "it is being opened")
    assert told(1, SensorState.STARTING, DEVICES) == (True, "it is being opened")
    assert told(1, face, DEVICES) == (True, "it is read")
    assert told(1, face, []) == (True, "it is read")  # a recording is no device
    assert told(1, face, None) == (True, "it is read")  # where devices cannot be seen
    assert told(1, busy, []) == (False, "another program holds it")


@pytest.mark.parametrize("state", SensorState)
def test_each_state_has_a_reason(state: SensorState) -> None:
    assert camera(1, state, None, paused=False, wanted=True)["why"]


@pytest.mark.parametrize(
    ("how", "count", "names", "words"),
    [
        ("none", None, [], "cannot be known here"),
        ("event", 0, [], "none"),
        ("event", 1, ["zoom"], "1 program: zoom (the driver tells)"),
        ("holders", 3, ["a", "b"], "3 programs: a, b (as far as can be seen)"),
        ("event", 2, [], "2 programs (the driver tells)"),
    ],
)
def test_watchers(how: str, count: int | None, names: list[str], words: str) -> None:
    assert watchers_in_words({"how": how, "count": count, "names": names}) == words


def status(**more: Any) -> dict[str, Any]:
    whole = {
        "version": "1.0",
        "pid": 7,
        "uptime": 3720.0,
        "mode": "held",
        "paused": True,
        "preview": False,
        "shown": ["coffee"],
        "read": None,
        "watchers": {"how": "event", "count": 1, "names": ["zoom"]},
        "camera": {
            **camera(None, None, None, paused=True, wanted=False),
            "source": "auto",
            "when": "watched",
            "linger": 5.0,
        },
        "pack": "classic",
        "output": {
            "target": "virtual",
            "label": "EmoCam",
            "state": "publishing",
            "device": "/dev/video9",
            "width": 1280,
            "height": 720,
            "fps": 30,
            "cause": "",
            "remedy": "",
        },
        "rates": {
            "looks_per_second": None,
            "frames_per_second": 30.04,
            "sensing_bytes": 240,
            "sensing_deaths": 0,
            "stage_deaths": 1,
        },
        "protections": [{"name": "wire", "in_force": False, "words": "Broken"}],
    }
    return {**whole, **more}


def test_one_line() -> None:
    assert sentence(status()) == (
        "Held, and paused; camera closed (paused); showing coffee; "
        "watchers: 1 program: zoom (the driver tells)"
    )


def test_one_screen() -> None:
    lines = report(status()).splitlines()
    assert lines[0] == "EmoCam 1.0, process 7, up 1 h 02 min"
    assert '  output      "EmoCam" on /dev/video9, 1280x720 at 30 frames a second' in lines
    assert '  camera      "auto": closed, paused' in lines
    assert any("no looks and 30.0 frames" in line and "stage 1" in line for line in lines)
    assert lines[-1] == "    NO  wire: Broken"


def test_an_output_that_waits_says_why() -> None:
    output = {**status()["output"], "state": "waiting", "cause": "It is gone"}
    assert "  output      waiting: It is gone" in report(status(output=output)).splitlines()
