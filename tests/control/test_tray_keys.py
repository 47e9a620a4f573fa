"""Global keys: what they ask for, and what is said where there can be none."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from desks import Bench
from hypothesis import given
from hypothesis import strategies as st

from emocam.control.actions import ACTIONS
from emocam.control.tray.keys import COMMANDS, Combination, listen, request, wanted
from emocam.control.tray.keys.windows import codes
from emocam.errors import SettingsError, TrayError
from emocam.settings import Settings, apply_overrides
from emocam.settings.schema import Keys


def keys(**texts: str) -> Keys:
    return apply_overrides(Settings(), [f"keys.{name}={text}" for name, text in texts.items()]).keys


def test_no_key_is_taken_unless_the_user_wants_it() -> None:
    assert wanted(Keys()) == {}
    said: list[TrayError] = []
    listen(Keys(), lambda _: None, said.append, {"WAYLAND_DISPLAY": "wayland-0"})
    assert said == []


def test_each_setting_has_something_to_ask_for() -> None:
    combinations = wanted(keys(freeze="ctrl+alt+f", raise_hand="super+f12"))
    assert combinations == {
        "freeze": Combination(frozenset({"ctrl", "alt"}), "f"),
        "raise_hand": Combination(frozenset({"super"}), "f12"),
    }
    assert set(COMMANDS) == set(Keys.__dataclass_fields__)


@pytest.mark.parametrize("text", ["f", "ctrl", "ctrl+", "alt+ctrl+ß", "ctrl + f", "ctrl+f25", "+f"])
def test_what_is_no_combination_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"keys\.freeze"):
        keys(freeze=text)


@given(names=st.lists(st.sampled_from(sorted(COMMANDS)), max_size=6))
def test_pressing_a_key_twice_undoes_it(names: list[str]) -> None:
    bench = Bench()

    async def press(name: str) -> dict[str, Any]:
        status = await bench.desk.status()
        wish = request(name, status)
        action = ACTIONS[wish.action]
        return await action.perform(bench.desk, **action.fit(wish.arguments))

    async def walk() -> None:
        for name in names:
            before = await bench.desk.status()
            after = await press(name)
            assert (after["mode"], after["paused"]) != (before["mode"], before["paused"]) or (
                before["mode"] in ("held", "frozen")
            )
        await bench.desk.resume()
        for name in COMMANDS:
            await press(name)
            assert (await press(name))["mode"] == "live"

    asyncio.run(walk())


def test_on_wayland_the_commands_to_bind_are_said() -> None:
    said: list[TrayError] = []
    listen(keys(hide="ctrl+alt+h"), lambda _: None, said.append, {"WAYLAND_DISPLAY": "wayland-0"})
    (error,) = said
    assert "emocam ctl pause" in error.remedy


def test_windows_knows_keys_by_these_numbers() -> None:
    assert codes(Combination.parse("ctrl+alt+h")) == (0x4003, 0x48)
    assert codes(Combination.parse("super+f24")) == (0x4008, 0x87)
