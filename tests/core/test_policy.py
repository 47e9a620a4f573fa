"""Policies: who may write them, what they say in each system's form, what damage does."""

from __future__ import annotations

import argparse
import json
import os
import plistlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.control.doctor import _policy
from emocam.errors import ControlError, ExitCode, SettingsError
from emocam.settings import Kind, Layers, LoadedSettings, Settings, declarations
from emocam.settings.bounds import bounded, refuse_out_of_bounds
from emocam.settings.describe import as_toml
from emocam.settings.layers import Said
from emocam.settings.policy import Policy, command, judged, linux, macos, trust, windows

ME = frozenset({os.getuid()})
#: What may be opened while nobody knows what may.
NOTHING = {"camera.allowed": ("none",)}
PRIVATE = {key: each.privacy for key, each in declarations().items() if each.privacy is not None}


def policy(text: str, name: str = "/etc/emocam/policy.d/a.toml") -> Policy:
    return judged(linux.parse(text.encode(), name))


def values(said: Any) -> dict[str, object]:
    return {key: each.value for key, each in said.items()}


def test_locked_and_recommended_values_with_their_file() -> None:
    found = policy(
        '[mandatory.mood]\ncaution = "careful"\n[recommended.avatar]\nname_plate = "Guest"\n'
    )
    assert not found.problems
    assert found.mandatory == {"mood.caution": Said("careful", "/etc/emocam/policy.d/a.toml")}
    assert values(found.recommended) == {"avatar.name_plate": "Guest"}
    layers = Layers().saying(Kind.FILE, "avatar.name_plate", "Ada", "me")
    layers = found.over(layers.saying(Kind.FILE, "mood.caution", "open", "me"))
    assert layers.settings().avatar.name_plate == "Ada"
    assert layers.settings().mood.caution == "careful"
    assert layers.origin("mood.caution").locked


def test_every_setting_can_be_locked_in_every_form() -> None:
    """The same policy as TOML, JSON, registry and property list says the same."""
    levels: dict[str, dict[str, dict[str, Any]]] = {}
    for kind in ("mandatory", "recommended"):
        for key, about in declarations().items():
            group, _, name = key.partition(".")
            value = list(about.default) if isinstance(about.default, tuple) else about.default
            levels.setdefault(kind, {}).setdefault(group, {})[name] = value
    lines = [
        f"[{kind}.{group}]\n"
        + "".join(
            f"{name} = {as_toml(tuple(v) if isinstance(v, list) else v)}\n"
            for name, v in table.items()
        )
        for kind, groups in levels.items()
        for group, table in groups.items()
    ]
    defaults = {key: about.default for key, about in declarations().items()}
    flat = {k: list(v) if isinstance(v, tuple) else v for k, v in defaults.items()}
    registry = {k: str(v) if type(v) is float else int(v) if v in (True, False) else v
                for k, v in flat.items() if not isinstance(v, list)}  # fmt: skip
    below = {k: windows.Key() for k, v in flat.items() if isinstance(v, list)}
    found = [
        linux.parse("".join(lines).encode(), "a.toml"),
        linux.parse(json.dumps(levels).encode(), "a.json"),
        windows.parse(
            windows.Key(registry, {**below, "Recommended": windows.Key(registry, below)})
        ),
        macos.parse(plistlib.dumps({**flat, "Recommended": flat}), "a.plist"),
    ]
    for each in map(judged, found):
        assert not each.problems
        assert values(each.mandatory) == values(each.recommended) == defaults


def test_the_registry_has_lists_and_numbers_of_its_own() -> None:
    words = windows.Key({"10": "c", "2": "b", "1": "a"})
    key = windows.Key(
        {"Camera.Loop": 1, "mood.hold": "2.5", "camera.fps": 7, "": "nothing"},
        {"camera.prefer": words, "recommended": windows.Key({"mood.margin": "0.2"})},
    )
    found = judged(windows.parse(key))
    assert values(found.mandatory) == {
        "camera.loop": True, "mood.hold": 2.5, "camera.fps": 7, "camera.prefer": ("a", "b", "c"),
    }  # fmt: skip
    assert values(found.recommended) == {"mood.margin": 0.2}
    assert (
        found.mandatory["camera.fps"].by
        == r"HKEY_LOCAL_MACHINE\Software\Policies\EmoCam\camera.fps"
    )
    for name, data in (("camera.loop", 2), ("mood.hold", "long"), ("camera.fps", "7"), ("x", b"")):
        assert judged(windows.parse(windows.Key({name: data}))).closed


def test_a_profile_says_what_its_payload_says() -> None:
    payload = {"PayloadType": macos.DOMAIN, "PayloadVersion": 1, "mood.caution": "careful",
               "Recommended": {"avatar.size": 0.5}}  # fmt: skip
    profile = {"PayloadType": "Configuration", "PayloadContent": [payload, {"PayloadType": "x"}]}
    found = judged(macos.parse(plistlib.dumps(profile), "a.mobileconfig"))
    assert values(found.mandatory) == {"mood.caution": "careful"}
    assert values(found.recommended) == {"avatar.size": 0.5}
    assert judged(macos.parse(plistlib.dumps({"Recommended": 1}), "a.plist")).closed
    assert judged(macos.parse(b"<plist>", "a.plist")).closed


@pytest.mark.parametrize(
    ("text", "words", "doubt"),
    [
        ("[mandatory.mood]\nhold = 2.0\nthis is no TOML\n", "line 3", NOTHING),
        ('[mandatory.mood]\nhold = 2.0\ncaution = "reckless"\n', "line 3", {}),
        ("[mandatory.mood]\nhold = 2.0\n[mandatory.sesion]\nallowed = false\n", "line 4", {}),
        ("[mandatory.mood]\nhold = 2.0\n[mandatry.mood]\nhold = 1.0\n", "neither", NOTHING),
        ("mandatory.mood.hold = 2.0\nrecommended = 7\n", "no table", NOTHING),
        ("mandatory.mood.hold = 2.0\nmandatory.camera = 7\n", "no table of settings", NOTHING),
    ],
)
def test_damage_closes_what_is_private_and_costs_nothing_else(
    text: str, words: str, doubt: dict[str, object]
) -> None:
    found = policy(text)
    assert found.closed
    assert len(found.problems) == 1
    assert words in found.problems[0].cause
    assert values(found.mandatory) == {**PRIVATE, **doubt, "mood.hold": 2.0}
    said = found.mandatory["mood.caution"]
    assert (said.value, "damaged" in said.by) == ("careful", True)
    with pytest.raises(ControlError, match="damaged"):
        found.over(Layers()).refuse_locked("mood.caution")
    assert [each.status for each in _policy(found)] == ["problem"]


CAMERAS = '[mandatory.camera]\nallowed = ["C920"]\n'


@pytest.mark.parametrize(
    ("files", "allowed"),
    [
        (["this is no TOML"], "none"),
        ([CAMERAS + "this is no TOML"], "C920"),  # it says itself what is allowed
        ([CAMERAS, "this is no TOML"], "none"),  # the later one may have said otherwise
        (["this is no TOML", CAMERAS], "C920"),
        ([CAMERAS, "this is no TOML", CAMERAS.replace("C920", "Room")], "Room"),
        (["this is no TOML", "[mandatory.camera]\nallowed = []\n"], ""),
        (['[mandatory.camera]\nallowed = [\n"C920" "Room"\n]\n'], "none"),  # the line is lost
        (["[mandatory.camera]\nallowed = 'C920'\n"], "none"),
        (["[mandatory.camera]\nalowed = ['C920']\n"], "none"),
        (["[mandatory.camera.allowed]\nnames = ['C920']\n"], "none"),
        (["[mandatory]\ncamera = ['C920']\n"], "none"),
        (["[recommended.camera]\nallowed = 'C920'\n"], ""),
        # It is known what these were to lock, or that it was no list.
        (["[mandatory.mood]\ncaution = 'reckless'\n"], ""),
        ([CAMERAS, "[mandatory.mood]\ncaution = 'reckless'\n"], "C920"),
        (["[mandatory.sesion]\nallowed = false\n"], ""),
    ],
)
def test_no_webcam_is_allowed_while_nobody_knows_which_are(files: list[str], allowed: str) -> None:
    found = judged(*(linux.parse(text.encode(), f"{n}.toml") for n, text in enumerate(files)))
    assert found.closed == ("recommended" not in files[0])
    assert bool(found.doubted) == (allowed == "none")
    layers = found.over(Layers().saying(Kind.FILE, "camera.allowed", ("mine",), "me"))
    expected = (allowed,) if allowed else ("mine",)
    said = "camera.allowed" in found.mandatory
    assert layers.value("camera.allowed") == (expected if allowed or not said else ())
    assert ("no webcam is opened" in found.words) == (allowed == "none")
    if allowed == "none":
        assert "damaged" in layers.origin("camera.allowed").by


def test_the_registry_and_property_lists_may_have_said_which_webcams_too() -> None:
    none = NOTHING["camera.allowed"]
    for data in ("C920", b"C920"):
        key = windows.Key({"camera.alowed": data})
        assert judged(windows.parse(key)).mandatory["camera.allowed"].value == none
    key = windows.Key({"a.b": "x"}, {"camera.allowed": windows.Key({"1": "C920"})})
    assert judged(windows.parse(key)).mandatory["camera.allowed"].value == ("C920",)
    wrong = plistlib.dumps({"camera": {"allowed": ["C920"]}})
    assert judged(macos.parse(wrong, "a.plist")).mandatory["camera.allowed"].value == none


def test_a_bad_recommendation_protected_nothing() -> None:
    found = policy("[recommended.mood]\nhold = 99.0\nmargin = 0.2\n[mandatory.camera]\nfps = 7\n")
    assert not found.closed
    assert values(found.mandatory) == {"camera.fps": 7}
    assert values(found.recommended) == {"mood.margin": 0.2}
    assert "line 2" in found.problems[0].cause


@given(st.sampled_from(["a.toml", "a.json", "a.plist"]), st.binary(max_size=200))
def test_any_bytes_are_judged_and_never_open_what_is_private(name: str, data: bytes) -> None:
    parse = macos.parse if name.endswith("plist") else linux.parse
    reading = parse(data, name)
    found = judged(reading)
    if reading.damage:
        assert values(found.mandatory).items() >= PRIVATE.items()
        assert found.mandatory["camera.allowed"].value
    found.over(Layers()).settings()


def test_what_the_settings_declare_as_safest_fits_them() -> None:
    assert set(PRIVATE) >= {"camera.when", "mood.caution"}
    for key, value in PRIVATE.items():
        assert declarations()[key].check(value) == value
    assert {key: each.in_doubt for key, each in declarations().items() if each.in_doubt} == NOTHING
    assert not NOTHING.keys() & PRIVATE.keys()
    for group in ("preview", "session", "attention"):
        for key in declarations():
            if key in (f"{group}.allowed", f"{group}.class_reports", f"{group}.enabled"):
                assert PRIVATE[key] is False


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "policy.d"
    found.mkdir(mode=0o755)
    return found


def write(path: Path, text: str, mode: int = 0o644) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_files_count_in_the_order_of_their_names(folder: Path) -> None:
    write(folder / "20.json", '{"mandatory": {"mood": {"hold": 2.0}}}')
    write(folder / "10.toml", "[mandatory.mood]\nhold = 1.5\nmargin = 0.2\n")
    for other in ("README", "30.toml.rpmsave", ".40.toml"):
        write(folder / other, "nonsense")
    found = judged(*linux.read(folder, ME))
    assert not found.problems
    assert values(found.mandatory) == {"mood.hold": 2.0, "mood.margin": 0.2}
    assert found.mandatory["mood.hold"].by == str(folder / "20.json")
    assert found.sources == (str(folder / "10.toml"), str(folder / "20.json"))
    write(folder / "50.TOML", "[mandatory.mood]\nhold = 3.0\n")  # as Windows' editors name them
    write(folder / "60.Json", '{"mandatory": {"mood": {"margin": 0.3}}}')
    found = judged(*linux.read(folder, ME))
    assert values(found.mandatory) == {"mood.hold": 3.0, "mood.margin": 0.3}


def test_no_folder_is_no_policy(tmp_path: Path) -> None:
    assert judged(*linux.read(tmp_path / "none", ME)) == Policy()
    assert judged(*macos.read(tmp_path / "none", ME)) == Policy()
    tmp_path.chmod(0o777)  # as "/" may be in a container: there is nothing to trust
    for folder in (tmp_path / "none", tmp_path / "none" / "policy.d"):
        assert judged(*linux.read(folder, ME)) == Policy()
        assert judged(*macos.read(folder, ME)) == Policy()
    assert _policy(Policy()) == []


@pytest.mark.parametrize("mode", [0o666, 0o664, 0o646])
def test_a_file_that_others_can_write_is_not_trusted(folder: Path, mode: int) -> None:
    write(folder / "10.toml", "[mandatory.mood]\nhold = 1.5\n")
    write(folder / "20.toml", '[mandatory.mood]\ncaution = "open"\nmargin = 0.2\n', mode)
    found = judged(*linux.read(folder, ME))
    assert values(found.mandatory) == {**PRIVATE, **NOTHING, "mood.hold": 1.5}
    assert "not trusted" in found.problems[0].cause
    assert "chmod" in found.problems[0].remedy


def test_a_folder_or_a_way_to_it_that_others_can_write_is_not_trusted(
    folder: Path, tmp_path: Path
) -> None:
    write(folder / "10.toml", "[mandatory.mood]\nhold = 1.5\n")
    for each in (folder, tmp_path):
        before = each.stat().st_mode
        each.chmod(0o777)
        found = judged(*linux.read(folder, ME))
        assert found.closed
        assert "mood.hold" not in found.mandatory
        each.chmod(before)
    folder.chmod(0o1777)  # in a sticky folder anybody can still put a file
    assert judged(*linux.read(folder, ME)).closed
    folder.chmod(0o755)
    tmp_path.chmod(0o1777)
    assert not judged(*linux.read(folder, ME)).closed


def test_a_file_of_another_owner_is_not_trusted(folder: Path) -> None:
    path = write(folder / "10.toml", "[mandatory.mood]\nhold = 1.5\n")
    if os.getuid() == 0:
        os.chown(path, 65534, -1)
        readings = linux.read(folder)
    else:  # it is mine, and only root counts
        readings = linux.read(folder, frozenset({0}))
    assert "belongs to user" in judged(*readings).problems[0].cause


def test_links_pipes_and_large_files(folder: Path, tmp_path: Path) -> None:
    real = write(tmp_path / "real.toml", "[mandatory.mood]\nhold = 1.5\n")
    (folder / "10.toml").symlink_to(real)
    assert values(judged(*linux.read(folder, ME)).mandatory) == {"mood.hold": 1.5}
    real.parent.chmod(0o777)
    assert judged(*linux.read(folder, ME)).closed
    real.parent.chmod(0o700)
    real.unlink()
    assert judged(*linux.read(folder, ME)).closed  # it says something that nobody can read
    (folder / "10.toml").unlink()
    os.mkfifo(folder / "20.toml", 0o644)
    assert "is no file" in judged(*linux.read(folder, ME)).problems[0].cause
    (folder / "20.toml").unlink()
    (folder / "30.toml").mkdir()
    assert judged(*linux.read(folder, ME)).closed
    (folder / "30.toml").rmdir()
    write(folder / "40.json", " " * (2 << 20))
    assert "larger" in judged(*linux.read(folder, ME)).problems[0].cause
    (folder / "40.json").unlink()
    folder.rmdir()
    folder.write_text("")
    assert judged(*linux.read(folder, ME)).closed


def test_a_chain_of_links_is_judged_at_each_link(folder: Path, tmp_path: Path) -> None:
    """Who can change a link on the way chooses among the administrator's files."""
    real = write(tmp_path / "real.toml", "[mandatory.mood]\nhold = 1.5\n")
    middle = tmp_path / "middle"
    middle.mkdir(mode=0o755)
    (middle / "b.toml").symlink_to("../real.toml")
    (tmp_path / "way").symlink_to(middle)
    (folder / "10.toml").symlink_to("../way/b.toml")
    good = judged(*linux.read(folder, ME))
    assert (values(good.mandatory), good.problems) == ({"mood.hold": 1.5}, ())
    for mode in (0o777, 0o775, 0o1777):
        middle.chmod(mode)
        found = judged(*linux.read(folder, ME))
        assert values(found.mandatory) == {**PRIVATE, **NOTHING}
        assert str(middle) in found.problems[0].cause
    middle.chmod(0o755)
    (tmp_path / "policies").symlink_to("way")  # the folder itself by links
    (middle / "c.toml").symlink_to(real)
    assert values(judged(*linux.read(tmp_path / "policies", ME)).mandatory) == {"mood.hold": 1.5}
    (middle / "b.toml").unlink()
    (middle / "b.toml").symlink_to(folder / "10.toml")  # a ring
    found = judged(*linux.read(folder, ME))
    assert found.closed
    assert "cannot be read: Too many levels" in found.problems[0].cause


def test_policies_behind_a_link_to_nowhere_are_not_none(tmp_path: Path) -> None:
    (tmp_path / "emocam").symlink_to(tmp_path / "not mounted")
    assert judged(*linux.read(tmp_path / "emocam" / "policy.d", ME)).closed
    assert judged(*linux.read(tmp_path / "emocam", ME)).closed


def test_managed_preferences_of_the_user_come_last(folder: Path) -> None:
    def put(path: Path, **said: object) -> None:
        path.parent.mkdir(mode=0o755, exist_ok=True)
        path.write_bytes(plistlib.dumps({key.replace("_", ".", 1): v for key, v in said.items()}))
        path.chmod(0o644)

    put(folder / "org.emocam.emocam.plist", mood_hold=1.5, mood_margin=0.2)
    put(folder / macos._user() / "org.emocam.emocam.plist", mood_hold=2.0)
    found = judged(*macos.read(folder, ME))
    assert values(found.mandatory) == {"mood.hold": 2.0, "mood.margin": 0.2}
    (folder / "org.emocam.emocam.plist").chmod(0o666)
    assert judged(*macos.read(folder, ME)).closed


def test_nothing_that_a_user_sets_says_where_policies_lie() -> None:
    """The places are constants; no module of policies looks at environment or arguments."""
    assert Path("/etc/emocam/policy.d") == linux.FOLDER
    assert frozenset({0}) == trust.OWNERS
    for file in Path(linux.__file__).parent.glob("*.py"):
        text = file.read_text()
        assert "environ" not in text.replace("environment variable", "")
        assert "getenv" not in text
        assert "expanduser" not in text


def test_packs_that_are_not_allowed_are_passed_over_or_refused() -> None:
    by = "/etc/x.toml"
    base = Layers().saying(Kind.MANDATORY, "avatar.allowed_packs", ("contrast", "mine"), by)
    layers, problems = bounded(base)
    assert (layers.value("avatar.pack"), problems) == ("contrast", [])
    assert not layers.origin("avatar.pack").locked
    layers, problems = bounded(base.saying(Kind.FILE, "avatar.pack", "classic", "me"))
    assert layers.value("avatar.pack") == "contrast"
    assert by in str(problems[0])
    layers, problems = bounded(base.saying(Kind.FILE, "avatar.pack", "mine", "me"))
    assert (layers.value("avatar.pack"), problems) == ("mine", [])
    with pytest.raises(SettingsError, match="not allowed here"):
        bounded(base.saying(Kind.ARGUMENT, "avatar.pack", "classic", "--set"))
    with pytest.raises(ControlError, match=r"x\.toml"):
        refuse_out_of_bounds(base.settings(), base)
    locked, problems = bounded(base.saying(Kind.MANDATORY, "avatar.pack", "classic", by))
    assert (locked.value("avatar.pack"), problems) == ("classic", [])
    assert bounded(Layers()) == (Layers(), [])


def options(**named: object) -> argparse.Namespace:
    return argparse.Namespace(**{"json": True, **named})


def test_show_tells_what_would_hold_without_the_policy() -> None:
    found = policy("[mandatory.mood]\nhold = 2.0\n[recommended.mood]\nmargin = 0.2\n"
                   "[recommended.camera]\nfps = 7\n")  # fmt: skip
    mine = Layers().saying(Kind.FILE, "mood.hold", 3.0, "f").saying(Kind.FILE, "camera.fps", 9, "f")
    layers = found.over(mine)
    loaded = LoadedSettings(layers.settings(), layers=layers, policy=found)
    said: list[str] = []
    assert command.show(options(), loaded, said.append) is ExitCode.OK
    told = {each["key"]: each for each in json.loads(said[0])["policies"]}
    assert told["mood.hold"] == {
        "key": "mood.hold", "level": "mandatory", "value": 2.0,
        "by": "/etc/emocam/policy.d/a.toml", "holds": True, "own": 3.0, "own_origin": "file",
    }  # fmt: skip
    assert (told["mood.margin"]["own"], told["mood.margin"]["own_origin"]) == (0.1, "default")
    assert told["camera.fps"]["holds"] is False
    assert command.show(options(json=False), loaded, said.append) is ExitCode.OK
    assert "mood.hold = 2.0  (locked, /etc/emocam/policy.d/a.toml)\n    without it: 3.0" in said[1]
    assert (
        "camera.fps = 7  (recommended, /etc/emocam/policy.d/a.toml)\n    what holds: 9" in said[1]
    )
    damaged = LoadedSettings(Settings(), policy=policy("x"))
    assert command.show(options(json=False), damaged, said.append) is ExitCode.PROBLEM
    assert "at their safest" in said[2]


def test_check_tells_administrators_what_is_wrong(tmp_path: Path) -> None:
    good = write(tmp_path / "good.toml", "[mandatory.mood]\nhold = 2.0\n")
    bad = write(tmp_path / "bad.json", '{"mandatory": {"mood": {"holt": 2.0}}}')
    said: list[str] = []
    assert command.check(options(file=[good]), said.append) is ExitCode.OK
    everything = [good, bad, tmp_path / "none.toml"]
    assert command.check(options(file=everything, json=False), said.append) is ExitCode.PROBLEM
    assert said[1] == f"{good} is good: it locks 1 settings and recommends 0."
    assert "Perhaps mood.hold" in said[2]
    assert "No such file" in said[3]


def test_too_many_words_are_told_with_their_file(tmp_path: Path) -> None:
    words = json.dumps([f"pack{number}" for number in range(9000)])
    path = write(tmp_path / "long.toml", f"[mandatory.avatar]\nallowed_packs = {words}\n")
    said: list[str] = []
    assert command.check(options(file=[path], json=False), said.append) is ExitCode.PROBLEM
    assert said[0].endswith(f"too long together. Shorten avatar.allowed_packs ({path})")


def test_the_version_loads_neither_policies_nor_what_writes() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "emocam", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    for module in ("tomlkit", "winreg", "plistlib", "policy.linux", "policy.command"):
        assert module not in done.stderr
