"""Policies at a real run: what is locked holds, against file, options, socket and tray.

Policies lie in a folder of root's, and nothing that a user can set names another one. So the tests
start EmoCam by a program of their own, which puts another folder into its memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from emocam_process import environment

PROGRAM = """
import os, sys
from pathlib import Path
from emocam.settings.policy import linux, trust
linux.FOLDER, trust.OWNERS = Path(sys.argv.pop(1)), frozenset({0, os.getuid()})
from emocam.cli import main
sys.exit(main(sys.argv[1:]))
"""
Sample = Callable[[str], Path]


class Machine:
    """A machine with policies, and a user of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.policies = folder, folder / "policy.d"
        self.policies.mkdir(mode=0o755)
        self.file = folder / "config" / "emocam" / "settings.toml"
        self.file.parent.mkdir(parents=True)

    def policy(self, text: str, name: str = "10.toml") -> Path:
        path = self.policies / name
        path.write_text(text)
        path.chmod(0o644)
        return path

    def command(self, *words: object) -> list[str]:
        return [sys.executable, "-P", "-c", PROGRAM, str(self.policies), *map(str, words)]

    def emocam(self, *words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words), cwd=self.folder, env=environment(self.folder), text=True,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False,
        )  # fmt: skip

    def told(self, *words: object) -> dict[str, Any]:
        done = self.emocam(*words, "--json")
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def first_frame(path: Path) -> Any:
    """RGB uint8 (H, W, 3)."""
    with av.open(str(path)) as file:
        return next(file.decode(video=0)).to_ndarray(format="rgb24")


def test_what_is_locked_holds_in_a_run_whatever_the_user_says(
    machine: Machine, sample: Sample
) -> None:
    path = machine.policy(
        '[mandatory.mood]\ncaution = "careful"\n'
        '[mandatory.avatar]\nbackground = "#1144cc"\nname_plate = "Room 7"\n'
        'allowed_packs = ["contrast"]\n[mandatory.preview]\nallowed = false\n'
        "[mandatory.session]\nallowed = false\n"
        "[recommended.mood]\nhold = 2.0\nmargin = 0.2\n"
    )
    mine = (
        '[mood]\ncaution = "open"\nhold = 0.5\n[avatar]\nbackground = "#ff0000"\npack = "classic"\n'
    )
    machine.file.write_text(mine)
    for words in (["--set=mood.caution=open"], ["--set=avatar.pack=classic"]):
        refused = machine.emocam("run", "--no-tray", "--output", "out.mp4", *words)
        assert refused.returncode == 3
        assert str(path) in refused.stderr
    words = ["run", "--no-tray", "--camera", sample("single_face.mp4"), "--output", "out.mp4"]
    with subprocess.Popen(
        machine.command(*words, "--set=camera.loop=true", "--set=mood.caution=careful"),
        cwd=machine.folder, env=environment(machine.folder), stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as run:  # fmt: skip
        try:
            assert run.stdout is not None
            said = [run.stdout.readline(), run.stdout.readline()]
            assert '"classic" is not allowed here' in said[0]
            for change in (
                ["set", "mood.caution", "open"],
                ["keep", "avatar.background", "#ff0000"],
                ["reset", "avatar.name_plate"],
                ["set", "avatar.pack", "classic"],
                ["keep", "avatar.pack", "classic"],
                ["preview", "on"],
                ["session_start"],
            ):
                refused = machine.emocam("ctl", *change)
                assert refused.returncode in (1, 3, 10), change
                assert str(path) in refused.stderr, change
            status = machine.told("ctl", "status")
            assert status["mood"]["caution"] == "careful"
            assert status["pack"] == "contrast"
            settings = machine.told("ctl", "settings")["settings"]
            assert settings["avatar.name_plate"]["locked"]
            assert settings["avatar.name_plate"]["by"] == str(path)
            assert (settings["mood.hold"]["value"], settings["mood.hold"]["origin"]) == (
                0.5,
                "file",
            )
            assert settings["mood.margin"]["origin"] == "recommended"
            assert machine.emocam("ctl", "reset", "mood.hold").returncode == 0
            assert machine.told("ctl", "settings")["settings"]["mood.hold"]["value"] == 2.0
            machine.emocam("ctl", "quit")
            run.wait(60)
        finally:
            run.kill()
    corner = first_frame(machine.folder / "out.mp4")[:20, :20].reshape(-1, 3).mean(0)
    assert np.abs(corner - (0x11, 0x44, 0xCC)).max() < 8  # forced, in what others see
    assert machine.file.read_text() == mine.replace("hold = 0.5\n", "")
    told = {each["key"]: each for each in machine.told("policy", "show")["policies"]}
    assert told["mood.caution"]["own"] == "open"
    assert told["avatar.background"]["own"] == "#ff0000"


def test_a_damaged_policy_closes_and_says_so(machine: Machine, sample: Sample) -> None:
    machine.policy("[mandatory.avatar]\nname_plate = 'x'\nthis is no TOML\n")
    machine.file.write_text('[mood]\ncaution = "open"\n[camera]\nwhen = "always"\n')
    words = ["--no-tray", "--camera", sample("single_face.mp4"), "--output=out.mp4"]
    done = machine.emocam("run", *words, "--duration=1")
    assert done.returncode == 0, done.stderr
    assert "line 3 is not TOML" in done.stderr
    assert "at their safest, and locked, and no webcam is opened" in done.stderr
    told = machine.emocam("settings").stdout
    assert 'caution = "careful"' in told
    assert 'when = "watched"' in told
    assert 'name_plate = "x"' in told
    assert 'allowed = ["none"]' in told
    refused = machine.emocam("run", *words, "--set=mood.caution=open")
    assert refused.returncode == 3
    assert "damaged" in refused.stderr
    shown = machine.emocam("policy", "show", "--json")
    assert shown.returncode == 1
    assert json.loads(shown.stdout)["closed"]
    checked = machine.emocam("policy", "check", machine.policies / "10.toml")
    assert (checked.returncode, "line 3" in checked.stdout) == (1, True)


def test_too_many_words_are_told_with_their_file(machine: Machine) -> None:
    words = json.dumps([f"pack{number}" for number in range(9000)])
    path = machine.policy(f"[mandatory.avatar]\nallowed_packs = {words}\n")
    refused = machine.emocam("policy", "show")
    assert refused.returncode == 3
    assert f"Shorten avatar.allowed_packs ({path})" in refused.stderr


def test_a_camera_that_is_not_allowed_is_none(machine: Machine) -> None:
    """There is no webcam here; tests/sensing/test_identity.py has what sensing makes of them."""
    machine.policy(
        '[mandatory.camera]\nallowed = ["Room Camera"]\n[mandatory.login]\nautostart = true\n'
    )
    assert machine.emocam("devices", "--json").returncode == 0
    refused = machine.emocam("settings", "set", "camera.allowed", "mine")
    assert refused.returncode == 1
    assert "10.toml" in refused.stderr
    refused = machine.emocam("login", "off")
    assert refused.returncode == 1
    assert "login.autostart is set by this machine's administrator" in refused.stderr


def test_the_entry_for_all_users_starts_what_the_policy_says(machine: Machine) -> None:
    words = ["run", "--at-login", "--no-tray", "--output=out.mp4", "--camera=none.mp4"]
    machine.policy("[recommended.login]\nautostart = false\n")
    assert machine.emocam(*words).returncode == 0
    machine.policy("[mandatory.login]\nautostart = true\n")
    begun = machine.emocam(*words)
    assert (begun.returncode, "none.mp4 is not there" in begun.stderr) == (4, True)


def test_the_environment_names_no_other_folder(machine: Machine) -> None:
    """The real command looks into root's folder, whatever a user sets."""
    machine.policy('[mandatory.mood]\ncaution = "careful"\n')
    command = [sys.executable, "-P", "-m", "emocam", "policy", "show", "--json"]
    plain = environment(machine.folder)
    names = ("EMOCAM_POLICY", "EMOCAM_POLICIES", "XDG_CONFIG_DIRS", "HOME", "EMOCAM_CONFIG")
    done = subprocess.run(
        command, env={**plain, **dict.fromkeys(names, str(machine.policies))},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert str(machine.policies) not in done.stdout
