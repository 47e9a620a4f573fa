"""What the window says and how it looks, decided without a window."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from desks_of_control import status_of_a_desk
from hypothesis import given
from hypothesis import strategies as st

from emocam.errors import ExitCode
from emocam.expression import EMOJI, Picture
from emocam.window import words
from emocam.window.displays import platforms
from emocam.window.lack import QT_LIBRARIES, WAYLAND_LIBRARIES, X11_LIBRARIES, lack

PACKAGES = Path(__file__).resolve().parent.parent / "ui" / "packages.txt"
EVERYTHING = {"DISPLAY": ":0"}


@pytest.fixture(scope="module")
def real() -> dict[str, Any]:
    return asyncio.run(status_of_a_desk())


def test_each_picture_has_words() -> None:
    assert len({words.picture(each) for each in Picture}) == len(Picture)
    assert words.picture("of_a_later_version") == "of a later version"


@given(
    names=st.lists(st.text(max_size=64), max_size=16),
    count=st.none() | st.integers(0, 40),
    shown=st.lists(st.sampled_from([*Picture]).map(str) | st.text(max_size=40), max_size=4),
    mode=st.sampled_from(["live", "paused", "held", "frozen", "of a later version"]),
    why=st.text(max_size=40),
    state=st.sampled_from(["publishing", "waiting", "starting", "of a later version"]),
)
def test_whatever_a_run_says_can_be_said(
    real: dict[str, Any],
    names: list[str],
    count: int | None,
    shown: list[str],
    mode: str,
    why: str,
    state: str,
) -> None:
    assert words.shown({**real, "shown": shown, "mode": mode}) is not None
    assert words.watchers({"how": "holders", "count": count, "names": names})
    assert words.camera({**real["camera"], "why": why})
    assert words.output({**real["output"], "state": state})


def test_protections_are_counted() -> None:
    held, lost = {"in_force": True}, {"in_force": False}
    assert words.protections([held, lost]) == "1 of 2 protections are in force"
    assert words.protections([held, held]) == "All 2 protections are in force"


def yes(*_: str) -> bool:
    return True


def test_without_a_display_there_is_no_window() -> None:
    problem = lack({}, "linux", yes, yes)
    assert problem is not None
    assert problem.exit_code is ExitCode.WINDOW
    assert "display" in problem.cause
    assert lack({}, "win32") is None
    assert lack({"DISPLAY": ":0"}, "linux", yes, yes) is None
    assert lack({"WAYLAND_DISPLAY": "wayland-0"}, "linux", yes, yes) is None


def test_displays_are_tried_in_the_order_of_qt() -> None:
    both = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
    assert platforms(both) == ("xcb", "wayland")
    assert platforms({**both, "XDG_SESSION_TYPE": "wayland"}) == ("wayland", "xcb")
    assert platforms({**both, "QT_QPA_PLATFORM": "wayland;xcb"}) == ("wayland", "xcb")
    assert platforms({"XDG_SESSION_TYPE": "wayland"}) == ()
    for alive in ("xcb", "wayland"):
        assert lack(both, "linux", yes, lambda kind, _, alive=alive: kind == alive) is None


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"WAYLAND_DISPLAY": "nope"}, "WAYLAND_DISPLAY must name"),
        ({"QT_QPA_PLATFORM": "wayland", "DISPLAY": ":0"}, "Take QT_QPA_PLATFORM=wayland out"),
        ({"QT_QPA_PLATFORM": "nonsense", "DISPLAY": ":0"}, "choose one of: xcb, wayland"),
        ({"QT_QPA_PLATFORM": "vnc"}, "where EmoCam can show no window"),
        ({"QT_QPA_PLATFORM": "xcb"}, "There is no display"),
    ],
)
def test_a_display_that_is_not_there_is_named_with_what_mends_it(
    environment: dict[str, str], said: str
) -> None:
    problem = lack(environment, "linux", yes, lambda *_: False)
    assert problem is not None
    assert said in str(problem)


@given(
    st.dictionaries(
        st.sampled_from(["DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM"]),
        st.sampled_from(["", ":0", "wayland", "xcb", "nope", ";;", "wayland-egl;xcb:x"]),
    )
)
def test_where_nothing_can_be_opened_it_is_always_said(environment: dict[str, str]) -> None:
    problem = lack(environment, "linux", yes, lambda *_: False)
    assert problem is not None
    assert problem.remedy


@given(st.sets(st.sampled_from(sorted(QT_LIBRARIES | X11_LIBRARIES)), min_size=1))
def test_missing_libraries_are_named_by_their_packages(missing: set[str]) -> None:
    problem = lack(EVERYTHING, "linux", lambda name: name not in missing, yes)
    assert problem is not None
    named = problem.remedy.removeprefix("sudo apt install ").split()
    assert set(named) == {(QT_LIBRARIES | X11_LIBRARIES)[name] for name in missing}


def test_the_tests_have_all_packages_that_a_window_needs() -> None:
    lines = PACKAGES.read_text(encoding="utf-8").splitlines()
    assert set((QT_LIBRARIES | X11_LIBRARIES | WAYLAND_LIBRARIES).values()) <= set(lines)


def test_each_picture_has_an_emoji_of_its_own() -> None:
    assert len(set(EMOJI.values())) == len(Picture)
