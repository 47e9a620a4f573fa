"""The tray's real process where there is nothing to show an icon on."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import subprocess
import sys
from pathlib import Path

import pytest

from emocam.control import window
from emocam.control.channel.unix import UnixChannel
from emocam.control.child import command
from emocam.control.tray import attend
from emocam.control.tray.attend import MODULE, tray
from emocam.control.window import start
from emocam.errors import EmoCamError, ExitCode
from emocam.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="displays are named as on Linux")


def said_by_a_run(line: UnixChannel | None, seconds: float) -> list[str]:
    said: list[str] = []

    async def run() -> None:
        async with tray(line, Settings(), said.append):
            for _ in range(round(seconds / 0.1)):
                if said:
                    break
                await asyncio.sleep(0.1)

    asyncio.run(run())
    return said


def test_without_a_display_it_is_said_and_nothing_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(attend, "LATE", 0.1)
    assert said_by_a_run(UnixChannel("EmoCam", tmp_path), 10) == [
        "There is no display here, so there is no tray icon; emocam ctl does what it would."
    ]
    assert said_by_a_run(None, 0.1) == []  # a run that cannot be reached has said so


def test_a_display_that_is_not_there_is_said_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    monkeypatch.setattr(attend, "LATE", 0.0)
    (sentence,) = said_by_a_run(UnixChannel("EmoCam", tmp_path), 60)
    assert sentence.startswith("There is no tray icon: ")
    assert "Traceback" not in sentence


def test_the_tray_ends_with_its_run(tmp_path: Path) -> None:
    """Also before it was told anything."""
    done = subprocess.run(
        command(MODULE), stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_doctor_asks_it(tmp_path: Path) -> None:
    nothing = {key: value for key, value in os.environ.items() if "DISPLAY" not in key}
    done = subprocess.run(
        command(MODULE, "--check"), env=nothing, capture_output=True, timeout=60, check=True
    )
    (check,) = json.loads(done.stdout)["checks"]
    assert (check["id"], check["status"]) == ("tray", "ok")
    elsewhere = {**nothing, "DISPLAY": ":4711"}
    done = subprocess.run(
        command(MODULE, "--check"), env=elsewhere, capture_output=True, timeout=60, check=True
    )
    (check,) = json.loads(done.stdout)["checks"]
    assert check["status"] == "warning"
    assert check["remedy"]


def told_of_a_window(monkeypatch: pytest.MonkeyPatch, **environment: str) -> EmoCamError:
    """Why the window that the menu opens was not shown."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    told: queue.Queue[EmoCamError] = queue.Queue()
    start("none", "view", told.put)
    return told.get(timeout=60)


def test_a_window_that_cannot_be_shown_tells_the_tray(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    error = told_of_a_window(monkeypatch)
    assert error.exit_code is ExitCode.WINDOW
    assert error.cause == "There is no display here"
    assert error.remedy.startswith("Start it from your desktop")


def test_a_window_that_says_nothing_tells_the_tray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "MODULE", "emocam.no_such_module")
    error = told_of_a_window(monkeypatch)
    assert "has ended with code" in error.cause
