"""The Debian package by Debian's own checks; each test is a row of ``make test-dist``."""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Packages

from installer.linux import completion, package
from installer.linux.elf import binaries
from installer.linux.environment import SITE
from installer.steps import WORK

Figure = Callable[[str], None]


def run(*words: str | Path, **more: object) -> str:
    done = subprocess.run(  # type: ignore[call-overload]
        [str(word) for word in words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        **more,
    )
    assert done.returncode == 0, done.stdout
    return str(done.stdout)


@pytest.mark.dist("lintian has nothing to say that is not argued in lintian-overrides")
def test_lintian(packages: Packages, figure: Figure) -> None:
    options = ["--tag-display-limit", "0", "--allow-root", "--fail-on", "error,warning"]
    said = run("lintian", *options, packages.real)
    assert not re.findall(r"^[EW]: .*", said, re.M)
    text = (packages.root / "usr/share/lintian/overrides/emocam").read_text()
    figure(f"{len(re.findall('^emocam:', text, re.M))} tags are overridden")


@pytest.mark.dist("two builds in different folders are the same, byte by byte")
def test_reproducible(packages: Packages, figure: Figure, tmp_path: Path) -> None:
    began = time.monotonic()
    fresh = WORK / "again"  # no cache of the first one's
    shutil.rmtree(fresh, ignore_errors=True)
    second = package.build(tmp_path, fresh)
    assert filecmp.cmp(packages.real, second, shallow=False), f"diffoscope {packages.real} {second}"
    shutil.rmtree(fresh)
    figure(f"the second one took {time.monotonic() - began:.0f} s")


@pytest.mark.dist("size")
def test_size(packages: Packages, figure: Figure) -> None:
    control = run("dpkg-deb", "-f", packages.real, "Installed-Size")
    figure(f"{packages.real.stat().st_size / 1e6:.0f} MB, installed {int(control) / 1024:.0f} MiB")


@pytest.mark.dist("nothing but the one command can be executed, nothing is owned by a builder")
def test_modes(packages: Packages) -> None:
    for line in run("dpkg-deb", "-c", packages.real).splitlines():
        mode, owner, *_, = line.split()
        assert owner == "root/root", line
        if mode.startswith("-") and "x" in mode:
            assert line.endswith(" ./usr/bin/emocam"), line
        assert "w" not in mode[5:] or mode.startswith("l"), line


@pytest.mark.dist("desktop-file-validate")
@pytest.mark.parametrize("name", ["usr/share/applications", "etc/xdg/autostart"])
def test_desktop_entries(packages: Packages, name: str) -> None:
    assert run("desktop-file-validate", packages.root / name / "emocam.desktop") == ""


@pytest.mark.dist("appstreamcli validate")
def test_appstream(packages: Packages, figure: Figure) -> None:
    (path,) = (packages.root / "usr/share/metainfo").iterdir()
    said = run("appstreamcli", "validate", "--no-net", "--pedantic", path)
    assert not re.search(r"^[EW]: ", said, re.M), said
    figure(said.strip().splitlines()[-1])


@pytest.mark.dist("the manual pages render without a warning")
@pytest.mark.parametrize("page", ["man1/emocam.1.gz", "man5/emocam.toml.5.gz"])
def test_manual(packages: Packages, figure: Figure, page: str) -> None:
    path = packages.root / "usr/share/man" / page
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80"}
    done = subprocess.run(
        ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", path],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert (done.returncode, done.stderr) == (0, "")
    run("lexgrog", path)  # what apropos finds
    figure(f"{len(run('man', '-l', path, env=environment).splitlines())} lines")


_TRY = {
    "bash": 'source /usr/share/bash-completion/bash_completion; source "$0"; COMP_WORDS=(emocam ru);'
    "COMP_CWORD=1; COMP_LINE='emocam ru'; COMP_POINT=9; "
    "$(complete -p emocam | sed 's/.*-F \\([^ ]*\\).*/\\1/') emocam ru emocam; "
    'echo "${COMPREPLY[@]}"',
    "zsh": 'fpath=("${0:h}" $fpath); autoload -Uz compinit; compinit -u -D; echo run $_comps[emocam]',
    "fish": 'source $argv[1]; complete -C "emocam ru"',
}


@pytest.mark.dist("completion loads")
@pytest.mark.parametrize("shell", completion.PLACES)
def test_completion(packages: Packages, shell: str, tmp_path: Path) -> None:
    path = packages.root / "usr/share" / completion.PLACES[shell]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    first = ["-f"] if shell == "zsh" else []
    said = run(shell, *first, "-c", _TRY[shell], path, env=environment)
    assert "run" in said, said
    if shell == "zsh":
        assert "_emocam" in said or "_shtab_emocam" in said


@pytest.mark.dist("each library that the binaries ask for is there, or argued")
def test_libraries(packages: Packages, figure: Figure) -> None:
    """GTK's are asked for by Qt's GTK theme alone, which Qt passes over where they are missing."""
    site = packages.root / SITE
    found = binaries(site.rglob("*"))
    have = {each.path.name for each in found} | {each.soname for each in found}
    theme = {need for each in found if each.path.name == "libqgtk3.so" for need in each.needed}
    others = {
        need for each in found if each.path.name != "libqgtk3.so" for need in each.needed
    } - have
    figure(f"{len(found)} binaries, {len(others)} libraries of the system")
    (packages.folder / "libraries.txt").write_text("\n".join(sorted(others)) + "\n")
    assert "libgtk-3.so.0" in theme
    assert "libgtk-3.so.0" not in others
