"""Start at login: what is written, and what of it the systems would start."""

from __future__ import annotations

import configparser
import json
import os
import plistlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from emocam.cli import main
from emocam.control.login import command, starts
from emocam.control.login.linux import Autostart, quoted
from emocam.control.login.macos import LABEL, LaunchAgent, agent
from emocam.control.login.windows import MAX_COMMAND, command_line
from emocam.errors import ExitCode, LoginError
from emocam.settings import Settings
from emocam.settings.policy import linux, trust

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="homes are named as on Linux")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def unquoted(value: str) -> list[str]:
    """The words of an ``Exec``, as a desktop reads them: the file's escapes, the codes, a shell."""
    text, place = "", 0
    while place < len(value):
        pair = value[place : place + 2]
        known = {"\\\\": "\\", "%%": "%"}
        text += known.get(pair, value[place])
        place += 2 if pair in known else 1
    done = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\0' {text}"], capture_output=True, check=True
    )
    return done.stdout.decode().split("\0")[:-1]


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from("\"'`$\\%& ~"),
    max_size=12,
)


@examples(max_examples=30)
@given(words=st.lists(WORDS, min_size=1, max_size=4))
def test_any_command_survives_the_entry(words: list[str]) -> None:
    assert unquoted(quoted(words)) == words


def test_what_an_entry_cannot_hold_is_refused() -> None:
    for word in ("a\nExec=evil", "a\0b", "\udcff"):
        with pytest.raises(LoginError):
            quoted([word])


def test_on_and_off(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = home / "config" / "autostart" / "emocam.desktop"
    assert main(["login", "status"]) == ExitCode.OK
    assert "does not start" in capsys.readouterr().out
    assert main(["login", "on", "--set", "avatar.pack=contrast"]) == ExitCode.OK
    assert f"starts when you log in ({entry})" in capsys.readouterr().out
    reader = configparser.ConfigParser(interpolation=None)
    reader.read(entry)
    words = unquoted(reader["Desktop Entry"]["exec"])
    assert words == [*command(), "--set", "avatar.pack=contrast"]
    assert words[0] == sys.executable
    assert [each.name for each in entry.parent.iterdir()] == [entry.name]
    assert main(["login", "off"]) == main(["login", "off"]) == ExitCode.OK
    assert not entry.exists()


def test_what_is_written_can_be_run(home: Path) -> None:
    """The command of the entry, from another folder and with nothing of our environment."""
    words = [*command()[:-3], "--version"]
    done = subprocess.run(words, env={}, cwd="/", capture_output=True, text=True, check=True)
    assert done.stdout.startswith("emocam ")


def test_what_would_be_refused_at_login_is_refused_now(home: Path) -> None:
    assert main(["login", "on", "--set", "avatar.pack=No Such"]) == ExitCode.SETTINGS
    assert not Autostart().is_on()


@pytest.mark.parametrize("says", [True, False])
def test_a_menu_says_what_is_locked(home: Path, says: bool) -> None:
    settings = Settings().replace("login.autostart", says)
    if not says:
        Autostart().on(["emocam"])
    assert starts(settings, {"login.autostart"}) is says
    assert starts(settings, ()) is not says


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_an_entry_that_a_desktop_switched_off_is_off(home: Path, line: str) -> None:
    there = Autostart()
    there.on(["emocam"])
    path = Path(there.place())
    text = path.read_text().replace("X-GNOME-Autostart-enabled=true\n", "")
    path.write_text(f"{text}{line}\n")
    assert not there.is_on()
    there.on(["emocam"])
    assert there.is_on()


def test_a_folder_that_cannot_be_written_is_said(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "config").write_text("a file in the folder's place")
    assert main(["login", "on"]) == ExitCode.PROBLEM
    said = capsys.readouterr().err
    assert "Start at login cannot be changed" in said
    assert "Traceback" not in said


def test_the_launch_agent_can_be_read_again(home: Path) -> None:
    there = LaunchAgent()
    assert not there.is_on()
    there.on(["/Applications/Emo & Cam/emocam", "run"])
    assert there.is_on()
    written = plistlib.loads(Path(there.place()).read_bytes())
    assert written["ProgramArguments"] == ["/Applications/Emo & Cam/emocam", "run"]
    assert written["Label"] == LABEL == Path(there.place()).stem
    Path(there.place()).write_bytes(b"<no list")
    assert not there.is_on()
    there.off()
    assert not Path(there.place()).exists()
    with pytest.raises(LoginError):
        agent(["\0"])


def test_windows_takes_no_longer_command() -> None:
    assert command_line([r"C:\Emo Cam\python.exe", "run"]) == r'"C:\Emo Cam\python.exe" run'
    with pytest.raises(LoginError, match="shorter path"):
        command_line(["x" * (MAX_COMMAND + 1)])


def test_the_entry_for_all_users_starts_only_what_is_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--at-login", "--set", "login.autostart=false"]) == 0
    assert capsys.readouterr() == ("", "")
    film = tmp_path / "film.mp4"
    arguments = ["--camera", str(tmp_path / "none.mp4"), "--output", str(film), "--no-tray"]
    assert main(["run", "--at-login", "--set", "login.autostart=true", *arguments]) == 4


def test_an_entry_of_the_users_own_asks_the_policy(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An entry that is older than the policy starts nothing; who starts EmoCam by hand may."""
    file = home / "10.toml"
    monkeypatch.setattr(linux, "FOLDER", home)
    monkeypatch.setattr(trust, "OWNERS", frozenset({0, os.getuid()}))
    entry = Path(Autostart().place())
    assert main(["login", "on"]) == 0
    reader = configparser.ConfigParser(interpolation=None)
    reader.read(entry)
    words = unquoted(reader["Desktop Entry"]["exec"])
    run = [*words[words.index("run") :], "--no-tray", "--output=out.mp4", "--camera=none.mp4"]
    assert "--unless-forbidden" in run

    file.write_text("[recommended.login]\nautostart = false\n")
    assert main(run) == 4  # the user chose otherwise, and there is no such recording
    file.write_text("[mandatory.login]\nautostart = true\n")
    assert main(["login", "off"]) == 1
    file.write_text("[mandatory.login]\nautostart = false\n")
    capsys.readouterr()
    assert main(run) == 0
    said = capsys.readouterr().err
    assert f"does not start at login: login.autostart is set to false ({file})" in said
    assert main([word for word in run if word != "--unless-forbidden"]) == 4
    assert "none.mp4 is not there" in capsys.readouterr().err

    assert main(["login", "status"]) == 0
    assert str(file) in capsys.readouterr().out
    assert main(["login", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"on": False, "place": str(entry)}
    assert main(["login", "on"]) == 1
    assert main(["login", "off"]) == 0  # as the administrator wishes
    assert not entry.exists()
