"""A setting is written into the user's file; everything else in it stays as it stands."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emocam.errors import SettingsError
from emocam.settings import declarations, load_file
from emocam.settings.locking import locked
from emocam.settings.write import edited, write_setting

MINE = """# my settings, by hand
mystery = 3

[camera]   # the good one
# the rate
fps = 10 # slow
  source = 'a "b"'

# about the mood
[mood]
hold = 1.0
weird = [1,
  2, # two
]
"""


def change(text: str, key: str, value: object) -> str:
    return edited(text.encode(), "file", key, value).decode()  # type: ignore[arg-type]


def test_only_the_line_of_the_setting_changes() -> None:
    assert change(MINE, "camera.fps", 12) == MINE.replace("fps = 10", "fps = 12")
    assert change(MINE, "mood.hold", None) == MINE.replace("hold = 1.0\n", "")
    assert change(MINE, "camera.width", 320) == MINE.replace("'\n", "'\nwidth = 320\n")
    assert change(MINE, "mood.off", ("fear",)) == MINE + 'off = ["fear"]\n'
    assert change(MINE, "avatar.pack", "x") == MINE + '\n[avatar]\npack = "x"\n'
    assert change(MINE, "avatar.pack", None) == MINE
    assert change("", "avatar.pack", "x") == '[avatar]\npack = "x"\n'


_TEXTS = [
    MINE,
    "",
    "[camera]",
    "camera.fps = 10\nmood = {hold=1.0, caution='open'} # in a line\n",
    '"camera"."fps" = 3\n[mood.deep]\nx = 1\n[[list]]\na = 1\n[[list]]\n',
    "[camera]\nfps = 10\n[mood]\nhold = 1.0\n[camera.deep]\na = 1 # deep\n",
    "\ufeff[camera]\r\nfps = 10 # slow\r\n\r\n# end\r\n",
    '[mood]\ncaution = """x\n# no comment\n"""  # one\n\n\n# last without an end of line',
]
CHANGES = st.sampled_from(
    [
        ("camera.fps", 12), ("camera.fps", None), ("camera.source", 'x "\\\t'), ("mood.off", ()),
        ("mood.off", ("fear", "anger")), ("mood.hold", 2.5), ("mood.hold", None),
        ("camera.loop", True), ("mood.caution", None), ("avatar.name_plate", "Grüße 😀"),
    ]
)  # fmt: skip


@given(st.sampled_from(_TEXTS), st.lists(CHANGES, max_size=6))
def test_nothing_but_the_settings_changes(text: str, changes: list[tuple[str, object]]) -> None:
    new = text
    for key, value in changes:
        new = change(new, key, value)
    told = dict(changes)
    before, after = (tomllib.loads(each.removeprefix("\ufeff")) for each in (text, new))
    for key, value in told.items():
        group, _, name = key.partition(".")
        plain = list(value) if isinstance(value, tuple) else value
        assert after.get(group, {}).get(name) == plain
        for tree in (before, after):
            tree.get(group, {}).pop(name, None)
            if not tree.get(group, True):
                del tree[group]
    assert after == before
    for line in text.splitlines():
        if line.lstrip("\ufeff ").startswith("#") and line != "# no comment":
            assert line in new.splitlines()
    assert new.startswith("\ufeff") == text.startswith("\ufeff")
    if "\r" in text:
        assert new.count("\r\n") == new.count("\n")


@given(st.binary(max_size=80), CHANGES)
def test_any_bytes_are_changed_safely_or_refused(data: bytes, one: tuple[str, object]) -> None:
    key, value = one
    try:
        new = edited(b"[camera]\nfps = 9\n" + data, "file", key, value)  # type: ignore[arg-type]
    except SettingsError:
        return
    assume(value is not None)
    group, _, name = key.partition(".")
    plain = list(value) if isinstance(value, tuple) else value
    assert tomllib.loads(new.decode())[group][name] == plain


@pytest.mark.parametrize(
    "text",
    [
        "[camera]\nthis is no toml\n",
        "camera = 5\n",
        "[[camera]]\nfps = 1\n",
        "x = " + "[" * 9000,
        "x = " + "9" * 5000,
        "\udcff",
    ],
)
def test_what_cannot_be_parsed_is_left_alone(text: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    data = text.encode(errors="surrogateescape")
    path.write_bytes(data)
    with pytest.raises(SettingsError, match=r"nothing was changed|Write it as"):
        write_setting(path, "camera.fps", 12)
    assert path.read_bytes() == data
    assert list(tmp_path.iterdir()) == [path]


def test_mode_and_link_stay_and_a_new_file_is_the_users_own(tmp_path: Path) -> None:
    fresh = tmp_path / "new" / "folder" / "settings.toml"
    write_setting(fresh, "camera.fps", None)
    assert not fresh.parent.exists()
    write_setting(fresh, "camera.fps", 12)
    assert fresh.stat().st_mode & 0o777 == 0o600
    assert load_file(fresh).settings.camera.fps == 12
    real = tmp_path / "real.toml"
    real.write_text(MINE)
    real.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to("real.toml")
    write_setting(link, "camera.fps", 12)
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert load_file(real).settings.camera.fps == 12
    ring = tmp_path / "ring.toml"
    ring.symlink_to("ring.toml")
    with pytest.raises(SettingsError, match="cannot be written"):
        write_setting(ring, "camera.fps", 12)


def test_a_folder_or_file_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        write_setting(tmp_path / "file" / "settings.toml", "camera.fps", 12)
    with pytest.raises(SettingsError, match="cannot be written"):
        write_setting(tmp_path, "camera.fps", 12)


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    """Six processes, each with a setting of its own, again and again."""
    path = tmp_path / "settings.toml"
    path.write_text(MINE)
    numbers = [key for key, about in declarations().items() if type(about.default) is float][:6]
    script = (
        "import sys; from pathlib import Path; from emocam.settings.write import write_setting\n"
        "for n in range(5): write_setting(Path(sys.argv[1]), sys.argv[2], 0.3 + n / 100)"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, path, key]) for key in numbers]
    assert [writer.wait(60) for writer in writers] == [0] * len(writers)
    tree = tomllib.loads(path.read_text())
    for key in numbers:
        group, _, name = key.partition(".")
        assert tree[group][name] == pytest.approx(0.34)
    assert tree["mystery"] == 3
    assert "# about the mood" in path.read_text()
    assert list(tmp_path.iterdir()) == [path]


def test_a_writer_who_never_ends_is_waited_for_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emocam.settings.locking.PATIENCE", 0.1)
    with locked(tmp_path), pytest.raises(SettingsError, match="Another program"):
        write_setting(tmp_path / "settings.toml", "camera.fps", 12)
    assert not (tmp_path / "settings.toml").exists()
