"""The guests that the end-to-end tests look at: one booted for each version of v4l2loopback."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from pictures import References, sheet
from rig import SUITES, Rig, RigError
from vm import Guest, boot

_guests: list[Guest] = []


@pytest.fixture(scope="session")
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Shows a line of progress at once: the set-up and each guest take minutes."""
    reporter = request.config.pluginmanager.getplugin("terminalreporter")
    capture = request.config.pluginmanager.getplugin("capturemanager")
    began = time.monotonic()

    def show(line: str) -> None:
        with capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            reporter.write_line(f"[{time.monotonic() - began:6.1f} s] {line}")

    return show


@pytest.fixture(scope="session")
def rig(say: Callable[[str], None]) -> Rig:
    """The machine to boot, with EmoCam installed."""
    rig = Rig(say)
    try:
        if "E2E_REUSE" not in os.environ:  # else the references must stay those of then, too
            rig.prepare()
    except RigError as error:
        pytest.fail(str(error), pytrace=False)
    return rig


@pytest.fixture(scope="session", params=SUITES)
def guest(request: pytest.FixtureRequest, rig: Rig, say: Callable[[str], None]) -> Guest:
    """A guest that has run its session with this suite's v4l2loopback."""
    guest = boot(rig, request.param, say)
    _guests.append(guest)
    return guest


@pytest.fixture(scope="session")
def references(rig: Rig) -> References:
    """The avatars as the installed package draws them."""
    return References(rig.references)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how long each step took in the guest and where its pictures are."""
    for guest in _guests:
        title = f"v4l2loopback {guest.version} ({guest.suite}), seconds in the guest"
        terminalreporter.write_sep("-", title)
        for step in guest.steps.values():
            state = "FAILED" if step.error else "ok"
            terminalreporter.write_line(f"{step.seconds:8.1f}  {step.name:24} {state}")
        for verdict in guest.verdicts:
            terminalreporter.write_line(f"          {verdict}")
        pictures = [p for p in sorted(guest.folder.glob("*.png")) if p.name != "pictures.png"]
        if pictures:
            sheet(pictures, guest.folder / "pictures.png")
            terminalreporter.write_line(f"Pictures: {guest.folder / 'pictures.png'}")
