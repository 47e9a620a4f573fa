"""What every command takes may stand before its action and after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from emocam.cli import parser
from emocam.cli_settings import load, settings_path
from emocam.errors import SettingsError


def test_settings_of_a_session_command_stand_anywhere(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("")
    words = ["session", "--set", "face.people=each", "--settings", "no.toml", "list"]
    options = parser().parse_args([*words, "--set", "mood.caution=open", "--settings", str(file)])
    assert settings_path(options) == file
    settings = load(options).settings
    assert (settings.face.people, settings.mood.caution) == ("each", "open")
    options = parser().parse_args(["session", "--settings", str(file), "list", "--json"])
    assert settings_path(options) == file
    assert load(options).settings.face.people != "each"
    with pytest.raises(SettingsError, match=r"log\.level"):
        load(parser().parse_args(["session", "list", "--set", "log.level=loud"]))
