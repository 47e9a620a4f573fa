"""What the tray shows and offers, decided without a display."""

from __future__ import annotations

import asyncio
import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desks import Bench
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageChops

from emocam.control import live_settings
from emocam.control.actions import ACTIONS
from emocam.control.tray import words
from emocam.control.tray.attend import nowhere
from emocam.control.tray.icons import SIDE, icon
from emocam.control.tray.look import MAX_TOOLTIP, Shape, look
from emocam.control.tray.menu import (
    MAX_LABEL,
    MAX_RECENT,
    SEPARATOR,
    Choices,
    Entry,
    Local,
    Request,
    cameras_of,
    menu,
    packs_of,
    recent,
)
from emocam.control.tray.notices import APART, LASTS, Notices
from emocam.expression import Picture, SensorState
from emocam.settings import Layers, Settings, declarations, load_file
from emocam.vocabulary import trouble
from emocam.words import speak_as


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The status of a real desk."""

    async def ask() -> dict[str, Any]:
        return await Bench().desk.status()

    return asyncio.run(ask())


def changed(status: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A status with some values changed, such as ``camera__open=True``."""
    status = copy.deepcopy(status)
    for key, value in values.items():
        *way, last = key.split("__")
        place = status
        for name in way:
            place = place[name]
        place[last] = value
    return status


def read(state: str) -> dict[str, Any]:
    return {"state": state, "expression": None, "faces": 0, "people": [], "age": 0.1}


WATCHED = {"how": "event", "count": 2, "names": ["chromium", "zoom"]}


def test_the_tooltip_says_who_watches_and_what_they_see(real: dict[str, Any]) -> None:
    status = changed(real, watchers=WATCHED, camera__open=True, shown=["happiness"])
    assert look(status).tooltip == "EmoCam: 2 programs watching, camera on, showing happy"
    assert look(status).shape is Shape.WATCHED
    assert look(status).lines[0] == "2 programs watching: chromium, zoom"


def test_nobody_watching_is_another_shape(real: dict[str, Any]) -> None:
    assert look(real).shape is Shape.IDLE
    assert look(real).tooltip == "EmoCam: nobody watching, camera off, showing starting"


def test_where_watchers_cannot_be_known_an_open_camera_counts(real: dict[str, Any]) -> None:
    unknown = {"how": "none", "count": None, "names": []}
    assert look(changed(real, watchers=unknown, camera__open=True)).shape is Shape.WATCHED
    assert look(changed(real, watchers=unknown)).shape is Shape.IDLE


def test_a_pause_is_shown_even_while_somebody_watches(real: dict[str, Any]) -> None:
    status = changed(real, paused=True, mode="paused", watchers=WATCHED, shown=["paused"])
    assert look(status).shape is Shape.PAUSED


@pytest.mark.parametrize("state", ["busy", "unplugged", "denied", "stalled", "unusable"])
def test_a_camera_in_trouble_wants_attention(real: dict[str, Any], state: str) -> None:
    assert state in {each.label for each in SensorState}
    shown = look(changed(real, read=read(state)))
    assert shown.shape is Shape.ATTENTION
    assert trouble(state) in shown.tooltip
    assert shown.lines[0].lower() == trouble(state)


def test_no_virtual_camera_wants_attention_even_in_a_pause(real: dict[str, Any]) -> None:
    status = changed(
        real, paused=True, output__state="waiting", output__cause="v4l2loopback is not loaded"
    )
    assert look(status).shape is Shape.ATTENTION
    assert look(status).lines[0] == "V4l2loopback is not loaded"


@given(
    names=st.lists(st.text(max_size=64), max_size=16),
    shown=st.lists(st.sampled_from([*Picture]).map(str) | st.text(max_size=40), max_size=4),
    mode=st.sampled_from(["live", "paused", "held", "frozen"]),
    source=st.text(max_size=200),
)
def test_whatever_a_run_says_can_be_shown(
    real: dict[str, Any], names: list[str], shown: list[str], mode: str, source: str
) -> None:
    watchers = {"how": "holders", "count": len(names), "names": names}
    status = changed(real, watchers=watchers, shown=shown, mode=mode, camera__source=source)
    assert len(look(status).tooltip) <= MAX_TOOLTIP
    for entry in every(menu(status, Choices(login=False))):
        assert len(entry.label) <= MAX_LABEL
        assert entry.label.isprintable()


def every(entries: tuple[Entry, ...]) -> list[Entry]:
    """All entries, those of submenus too."""
    found = []
    for entry in entries:
        found += [entry, *every(entry.children)]
    return found


def find(entries: tuple[Entry, ...], label: str) -> Entry:
    return next(entry for entry in every(entries) if entry.label == label)


CHOICES = Choices(
    cameras=(("usb-046d_0825", "Webcam C270"),), packs=(("classic", "Classic"),), login=True
)


def test_every_entry_asks_for_an_action_that_fits(real: dict[str, Any]) -> None:
    """The menu comes of the same declarations as socket and command line."""
    asked = set()
    log = {"id": "20261122-101500-ab12", "started": 1.0, "rows": 7, "bytes": 4096}
    for paused, mode in ((False, "live"), (True, "paused"), (True, "held")):
        session = log if paused else None
        for entry in every(menu(changed(real, paused=paused, mode=mode, session=session), CHOICES)):
            if isinstance(entry.does, Request):
                action = ACTIONS[entry.does.action]
                assert action.fit(entry.does.arguments) == dict(entry.does.arguments)
                asked.add(action.name)
    assert asked == set(ACTIONS) - {"status", "watch", "set", "reset", "settings", "lecture"}


def test_what_the_menu_sets_can_be_set_and_stays(
    real: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def there(_: Settings) -> None:
        """The webcams of the choices are those of another machine."""

    monkeypatch.setattr(live_settings, "_try_camera", there)
    path = tmp_path / "settings.toml"
    bench = Bench(layers=Layers(path=path))
    tried = ("avatar.pack", "camera.source")  # by the rooms that have them

    async def choose() -> None:
        for entry in every(menu(real, CHOICES)):
            if isinstance(entry.does, Request) and entry.does.action == "keep":
                arguments = dict(entry.does.arguments)
                if arguments["key"] not in tried:
                    await ACTIONS["keep"].perform(bench.desk, **arguments)

    asyncio.run(choose())
    assert bench.desk.settings.mood.caution == "open"
    assert bench.desk.settings.mood.off
    assert load_file(path).settings.mood == bench.desk.settings.mood


def test_an_expression_that_is_off_can_be_put_on_again(real: dict[str, Any]) -> None:
    off = changed(real, mood__off=["anger", "fear"])
    angry = find(menu(off, CHOICES), "Angry").does
    entries = find(menu(off, CHOICES), "Expressions that may be shown").children
    by_label = {entry.label: entry for entry in entries}
    assert "Neutral" not in by_label
    assert by_label["Angry"].checked is False
    assert by_label["Happy"].checked is True
    assert by_label["Angry"].does == Request("keep", {"key": "mood.off", "value": "fear"})
    assert by_label["Sad"].does == Request(
        "keep", {"key": "mood.off", "value": "anger,fear,sadness"}
    )
    assert angry == Request("hold", {"picture": "anger"})  # the user's own word is no reading


def test_exactly_one_of_the_alternatives_is_ticked(real: dict[str, Any]) -> None:
    held = changed(real, mode="held", shown=["heart"])
    for title in ("Hold", "Camera", "Emoji pack", "Caution"):
        ticked = [
            entry.label for entry in find(menu(held, CHOICES), title).children if entry.checked
        ]
        assert len(ticked) == 1, title
    assert find(menu(held, CHOICES), "Heart").checked
    assert not any(entry.checked for entry in find(menu(real, CHOICES), "Hold").children)


def test_pause_and_resume_take_turns(real: dict[str, Any]) -> None:
    assert find(menu(real, CHOICES), "Pause: close the camera").does == Request("pause")
    paused = menu(changed(real, paused=True, mode="paused"), CHOICES)
    assert find(paused, "Resume: go live").does == Request("resume")
    for entries in (menu(real, CHOICES), paused):
        assert sum(entry.default for entry in every(entries)) == 1


def test_start_at_login_is_offered_where_there_is_such_a_thing(real: dict[str, Any]) -> None:
    assert find(menu(real, CHOICES), "Start at login").does is Local.LOGIN_OFF
    labels = {entry.label for entry in every(menu(real, Choices()))}
    assert "Start at login" not in labels


def test_what_is_shown_alone_leaves_an_open_menu_alone(real: dict[str, Any]) -> None:
    happy = changed(real, watchers=WATCHED, shown=["happiness"])
    sad = changed(real, watchers=WATCHED, shown=["sadness"])
    assert menu(happy, CHOICES) == menu(sad, CHOICES)
    assert SEPARATOR in menu(happy, CHOICES)


def test_a_camera_without_an_id_goes_by_its_path() -> None:
    found = [{"index": 0, "name": "Cam", "path": "/dev/video0", "id": ""}]
    assert cameras_of(found) == (("/dev/video0", "Cam"),)


@pytest.mark.parametrize("language", declarations()["window.language"].choices[2:])
def test_icon_and_menu_speak_the_users_language(real: dict[str, Any], language: str) -> None:
    status = changed(real, watchers=WATCHED, camera__open=True, shown=["surprise"])
    english = look(status), {entry.label for entry in every(menu(status, CHOICES))}
    try:
        assert speak_as(language) == language
        shown, entries = look(status), every(menu(status, CHOICES))
    finally:
        speak_as("en")
    assert shown.shape is english[0].shape
    assert shown.tooltip.startswith("EmoCam: ")
    assert len(shown.tooltip) <= MAX_TOOLTIP
    assert "2" in shown.tooltip or language == "ar"
    assert not set(shown.lines) & set(english[0].lines)
    same = {entry.label for entry in entries} & english[1]
    # What is called so by others, and what is the same in a language.
    assert same <= {"", "Webcam C270", "Classic", "Neutral", "Avatar", "Question"}


# -- notifications --------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "words"), [("unplugged", "lost"), ("busy", "Another program")])
def test_a_fault_of_the_camera_is_told_once(real: dict[str, Any], state: str, words: str) -> None:
    notices, status = Notices(), changed(real, read=read(state))
    assert notices.take(status, 0.0) is None
    notice = notices.take(status, LASTS)
    assert notice is not None
    assert words in notice.title
    assert all(notices.take(status, float(now)) is None for now in range(4, 5000, 7))


def test_the_missing_module_is_told_with_its_remedy(real: dict[str, Any]) -> None:
    status = changed(
        real,
        output__state="waiting",
        output__code="module-missing",
        output__cause="The module is not loaded",
        output__remedy="sudo modprobe v4l2loopback",
    )
    notices = Notices()
    notices.take(status, 0.0)
    notice = notices.take(status, 60.0)
    assert notice is not None
    assert notice.text == "The module is not loaded. sudo modprobe v4l2loopback"


@given(
    steps=st.lists(
        st.tuples(
            st.floats(0.0, 400.0), st.sampled_from(["unplugged", "busy", "face", "denied", ""])
        ),
        max_size=60,
    )
)
def test_however_faults_come_and_go_the_user_has_peace(
    real: dict[str, Any], steps: list[tuple[float, str]]
) -> None:
    notices, now, told = Notices(), 0.0, dict[str, float]()
    for wait, state in steps:
        now += wait
        status = changed(real, read=read(state) if state else None)
        notice = notices.take(status, now)
        if notice is not None:
            assert state in ("unplugged", "busy")
            assert now - told.get(notice.title, -APART) >= APART
            told[notice.title] = now


def test_who_paused_wants_no_notice_of_a_camera(real: dict[str, Any]) -> None:
    notices = Notices()
    for now in (0.0, 100.0):
        assert notices.take(changed(real, paused=True, read=read("unplugged")), now) is None


# -- the desktop ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", Shape)
def test_shapes_differ_without_their_colours(shape: Shape) -> None:
    picture = icon(shape)
    assert (picture.mode, picture.size) == ("RGBA", (SIDE, SIDE))
    small = picture.convert("LA").resize((22, 22))
    for other in Shape:
        if other is not shape:
            second = icon(other).convert("LA").resize((22, 22))
            differing = ImageChops.difference(small.convert("L"), second.convert("L"))
            alpha = ImageChops.difference(small.getchannel("A"), second.getchannel("A"))
            strong = sum(
                max(pair) > 96 for pair in zip(differing.tobytes(), alpha.tobytes(), strict=True)
            )
            assert strong >= 40, f"{shape} looks like {other}"


def test_a_machine_without_a_display_is_told_apart() -> None:
    assert nowhere({}, "linux") == "There is no display here"
    assert nowhere({"DISPLAY": ":0"}, "linux") == ""
    assert nowhere({"WAYLAND_DISPLAY": "wayland-0"}, "linux") == ""
    assert nowhere({}, "win32") == nowhere({}, "darwin") == ""


def test_what_the_administrator_set_can_be_seen_and_not_chosen(real: dict[str, Any]) -> None:
    keys = frozenset(
        {"camera.source", "avatar.pack", "mood.caution", "mood.off", "login.autostart"}
    )
    locked = menu(real, replace(CHOICES, locked=keys))
    free = menu(real, CHOICES)
    for title in ("Camera", "Emoji pack", "Caution", "Expressions that may be shown"):
        told, *entries = find(locked, title).children
        assert told == Entry("Set by your administrator")
        ticked = [entry.label for entry in entries if entry.checked]
        assert ticked == [each.label for each in find(free, title).children if each.checked]
    asked = {e.does.action for e in every(locked) if isinstance(e.does, Request)}
    assert "keep" not in asked
    assert find(locked, "Start at login") == Entry("Start at login", checked=True)
    assert packs_of([{"id": "a", "name": "A"}, {"id": "b", "name": "B"}], ("b",)) == (("b", "B"),)
    barred = menu(real, replace(CHOICES, preview=False, logs=False))
    assert find(barred, "What EmoCam sees…").does is None
    assert find(barred, words.session(False)).does is None
    cameras = [
        {"id": "x", "name": "X", "allowed": True},
        {"id": "y", "name": "Y", "allowed": False},
    ]
    assert cameras_of(cameras) == (("x", "X"),)


@given(st.lists(st.sampled_from([f"/home/ada/{n}.mp4" for n in range(9)]), max_size=30))
def test_sources_that_a_run_has_had_are_offered_again(
    real: dict[str, Any], sources: list[str]
) -> None:
    had: tuple[str, ...] = ()
    for source in sources:
        had = recent(had, source)
        assert source in had
        assert len(set(had)) == len(had) <= MAX_RECENT
    now = sources[-1] if sources else "auto"
    offered = find(menu(changed(real, camera__source=now), Choices(recent=had)), "Camera").children
    labels = [entry.label for entry in offered]
    assert labels[: len(had) + 1] == ["Automatic", *(Path(each).name for each in had)]
    assert [entry.label for entry in offered if entry.checked] == [
        Path(now).name if sources else "Automatic"
    ]
