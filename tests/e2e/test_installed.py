"""The Debian package, installed in the guest: what its session saw of it."""

from __future__ import annotations

import pytest
from pictures import References
from test_e2e import judge
from vm import Guest

pytestmark = [
    pytest.mark.e2e,
    # The guest that has the package: of Debian 12, which it is made for.
    pytest.mark.parametrize("guest", ["bookworm"], indirect=True, scope="session"),
]


def test_the_package_s_command_runs_as_an_ordinary_user(guest: Guest) -> None:
    seen = guest.step("package_command")
    assert seen["status"] == 0, seen["said"]
    assert seen["said"].startswith("emocam ")
    assert seen["package"].startswith("/usr/lib/emocam/lib/python3.11/site-packages/emocam/")


def test_the_package_s_options_make_the_camera(guest: Guest) -> None:
    seen = guest.step("package_camera")
    assert seen["label"] == "EmoCam"
    assert seen["nodes"] == ["video40"]
    assert not seen["is_capture_before"], "exclusive_caps: no camera while nobody feeds it"


def test_the_package_publishes_the_avatar(guest: Guest, references: References) -> None:
    seen = guest.step("package_run")
    assert seen["uid"] >= 1000
    judge(guest, references, seen)


def test_the_package_s_run_ends_cleanly(guest: Guest) -> None:
    seen = guest.step("package_stop")
    assert seen["status"] == 0, seen["log"]
    assert seen["processes"] == {}
    assert "Traceback" not in seen["log"]
    assert seen["removed"]
