"""The parts of the Debian package that need no Debian: manual, completion, papers, leaving out."""

from __future__ import annotations

import argparse
import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.cli import parser
from emocam.settings.policy import judged, linux
from emocam.settings.schema import declarations
from installer.linux import completion, documents, manual, notice, payload, prune
from installer.linux.elf import Binary

REPO = Path(__file__).resolve().parents[2]


def options(command: argparse.ArgumentParser) -> list[str]:
    return [name for action in command._actions for name in action.option_strings]


def test_the_manual_has_every_command_option_and_exit_code() -> None:
    page = manual.command_page(0).replace("\\-", "-")
    for path, _, command in manual.commands(parser()):
        assert f".SS emocam {' '.join(path)}\n" in page
        for name in options(command):
            assert name in ("-h", "--help") or f"\\fB{name}\\fP" in page, (path, name)
    for code, _ in manual.exit_codes():
        assert f".B {code}\n" in page


def test_the_manual_has_every_setting() -> None:
    page = manual.settings_page(0).replace("\\-", "-")
    for key in declarations():
        assert f".B {key}\n" in page


@pytest.mark.parametrize("page", [manual.command_page, manual.settings_page])
def test_no_line_of_the_manual_is_taken_for_a_request(page: object) -> None:
    known = (".TH", ".SH", ".SS", ".TP", ".B ", ".I ", ".BR", ".br")
    for line in page(0).splitlines():  # type: ignore[operator]
        assert not line.startswith("'"), line
        assert not line.startswith(".") or line.startswith(known), line


@pytest.mark.parametrize("shell", completion.PLACES)
def test_completion_knows_every_command(shell: str) -> None:
    script = completion.script(shell)
    for path, _, command in manual.commands(parser()):
        assert path[-1] in script
        for name in options(command):
            # fish has them without their dashes
            assert name.lstrip("-") in script, (path, name)
    assert "raised_hand" in script or "raised-hand" in script
    assert completion.script(shell) == script
    if shutil.which(shell):
        done = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


def test_notice_is_read_and_names_every_locked_wheel() -> None:
    known = notice.parts((REPO / "NOTICE").read_text(encoding="utf-8"))
    assert known["pyvirtualcam"] == notice.Part("GPL-2.0", "Maik Riechert")
    assert known["shiboken6"].licence == "LGPL-3.0"
    locked = (REPO / "requirements/run.txt").read_text(encoding="utf-8")
    for name, marker in re.findall(r"^([\w.-]+)==\S+(.*)$", locked, re.M):
        if "win32" not in marker and "darwin" not in marker:
            assert documents._ALIASES.get(notice.normal(name), notice.normal(name)) in known


@pytest.mark.parametrize(
    ("spdx", "debian"),
    [
        ("GPL-2.0", "GPL-2"),
        ("Apache-2.0, MIT", "Apache-2.0 and Expat"),
        ("MPL-2.0 and MIT", "MPL-2.0 and Expat"),
        ("Apache-2.0 or BSD-2-Clause", "Apache-2.0 or BSD-2-Clause"),
        ("Apache-2.0; the data are in the public domain", "Apache-2.0"),
    ],
)
def test_licences_in_debians_words(spdx: str, debian: str) -> None:
    assert documents.debian_name(spdx) == debian


def test_the_changelog_is_debians() -> None:
    text = "# Changelog\n\n## 2.0 (unreleased)\n\n- `one`:\n  more.\n- two\n\n## 1.0\n\n- old\n"
    done = documents.changelog(text, "2.0~1", 0)
    assert "emocam (2.0~1) unstable; urgency=medium\n\n  * one: more.\n  * two\n\n -- " in done
    assert "emocam (1.0) unstable; urgency=medium\n\n  * old\n" in done
    assert done.count("  Thu, 01 Jan 1970 00:00:00 +0000\n") == 2


names = st.sampled_from([f"lib{letter}.so.1" for letter in "abcdef"])


@given(st.dictionaries(names, st.frozensets(names)), st.frozensets(names))
def test_a_library_that_something_left_asks_for_is_never_left_out(
    needs: dict[str, frozenset[str]], asked: frozenset[str]
) -> None:
    site = Path("/site")
    program = Binary(site / "x/program.so", "program.so", asked)
    pool = [Binary(site / "x.libs" / name, name, need) for name, need in needs.items()]
    out = {path.name for path in prune.unneeded(site, [program, *pool])}
    assert "program.so" not in out
    # By hand: what can be reached from the program stays, and nothing stays that nobody asks for.
    reached, queue = set(), list(asked)
    while queue:
        if (name := queue.pop()) in needs and name not in reached:
            reached.add(name)
            queue += needs[name]
    assert not out & reached
    kept = set(needs) - out
    asked_for = asked.union(*(needs[name] for name in kept))
    assert kept <= asked_for


def test_a_module_whose_name_begins_like_a_library_s_is_none() -> None:
    module = Binary(
        Path("/site/pyarrow/lib.cpython-311-x86_64-linux-gnu.so"), "lib.so", frozenset()
    )
    library = Binary(Path("/site/pyarrow/libx.so.1"), "libx.so.1", frozenset())
    assert prune.unneeded(Path("/site"), [module, library]) == [library.path]


def test_what_of_qt_is_used_comes_from_the_imports(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from PySide6 import QtSvg\nimport PySide6.QtTest\n")
    (tmp_path / "b.py").write_text("from PySide6.QtDBus import QDBus\n")
    assert prune.qt_modules(tmp_path) >= {"QtCore", "QtSvg", "QtTest", "QtDBus"}


@pytest.mark.parametrize(
    "path",
    [
        "pandas/core/frame.py",
        "PySide6/__init__.py",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/wayland-graphics-integration-client/libshm-emulation-server.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "numpy-2.0.dist-info/licenses/numpy/random/src/x.h",
        "ai_edge_litert/interpreter.py",
        "emocam/assets/fonts/x.ttf",
    ],
)
def test_what_is_used_is_not_left_out(path: str) -> None:
    assert not [pattern for pattern, _ in prune.RULES if re.fullmatch(pattern, path)]


def test_the_entries_of_the_desktop_call_what_there_is() -> None:
    for name in ("emocam.desktop", "autostart.desktop"):
        entry = configparser.RawConfigParser()
        entry.read(payload.FILES / name)
        for section in entry.sections():
            words = entry[section]["Exec"].split()
            assert words[0] == "emocam"
            parser().parse_args(words[1:])


def test_the_camera_has_the_label_that_the_settings_ask_for() -> None:
    words = (payload.FILES / "modprobe.conf").read_text().splitlines()[-1].split()
    assert words[:2] == ["options", "v4l2loopback"]
    assert f'card_label="{declarations()["output.label"].default}"' in words
    assert "exclusive_caps=1" in words
    assert any(word.startswith("video_nr=") for word in words)


def test_the_command_is_not_led_astray_by_variables_for_another_python(tmp_path: Path) -> None:
    text = (payload.FILES / "emocam.sh").read_text()
    assert text.count("/usr/lib/emocam/bin/python3") == 1
    script = tmp_path / "emocam"
    script.write_text(text.replace("/usr/lib/emocam/bin/python3", sys.executable))
    for name in ("sitecustomize", "platformdirs", "own"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('somebody else s code')\n")
    other = {
        "PYTHONPATH": str(tmp_path),
        "PYTHONHOME": str(tmp_path),
        "PYTHONSTARTUP": str(tmp_path / "own.py"),
        "PYTHONINSPECT": "1",
    }
    done = subprocess.run(
        ["sh", str(script), "settings", "--path"],
        env={**os.environ, **other, "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(str(tmp_path))


def test_class_reports_are_off_until_the_administrator_turns_them_on() -> None:
    found = judged(linux.parse((payload.FILES / "class-reports.toml").read_bytes(), "10.toml"))
    assert {key: said.value for key, said in found.mandatory.items()} == {
        "session.class_reports": False
    }
    assert not found.problems
