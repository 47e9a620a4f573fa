"""What is tried: the package as ``make dist`` builds it, an older one, and a bare Debian."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "e2e")]

from machine import CHROOTS, Machine, bare
from rig import _mirror

from installer.linux import package, payload
from installer.steps import DIST, WORK, version

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Packages:
    """The packages that are tried.

    Attributes:
        folder: where they lie.
        real: as it is published.
        plain: the same contents, not compressed: unpacked ten times it costs less.
        older: an older version, with a module that the newer one lacks.
        root: the tree that went into them.
    """

    folder: Path
    real: Path
    plain: Path
    older: Path
    root: Path


@pytest.fixture(scope="session")
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Shows a line of progress at once."""
    reporter = request.config.pluginmanager.getplugin("terminalreporter")
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def show(line: str) -> None:
        with capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            reporter.write_line(line)

    return show


@pytest.fixture(scope="session", autouse=True)
def tools(say: Callable[[str], None]) -> None:
    """Debian's packages that these tests need."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        pytest.exit("make test-dist needs root on Debian: it makes chroots", returncode=1)
    lines = (HERE / "packages.txt").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} "]
    missing = [
        name
        for name in wanted
        if "installed" not in subprocess.run([*query, name], capture_output=True, text=True).stdout.split()
    ]
    if missing:
        say("installing " + " ".join(missing))
        subprocess.run(["apt-get", "-qq", "update"], check=False)
        install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *missing]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(install, check=True, env=environment, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def packages(tools: None, say: Callable[[str], None]) -> Packages:
    """Builds them."""
    folder = WORK / "tried"
    began = time.monotonic()
    say("building the package ...")
    plain = package.build(folder / "plain", WORK / "linux", squeeze="none")
    root = WORK / "linux" / "root"
    real = folder / plain.name
    published = DIST / plain.name
    # EMOCAM_SQUEEZE=none is quicker while a test is written.
    squeeze = os.environ.get("EMOCAM_SQUEEZE", "xz")
    if squeeze == "xz" and published.exists() and contents(published) == contents(plain):
        say("it is the one in dist/")
        shutil.copy(published, real)
    else:
        package.pack(root, real, squeeze)
    older = folder / f"emocam_{version()}~older_amd64.deb"
    before = WORK / "older"
    payload.copy(root, before)
    control = before / "DEBIAN/control"
    text = control.read_text().replace(f"Version: {version()}", f"Version: {version()}~older")
    control.unlink()  # it is a link to the newer one's
    control.write_text(text)
    (before / package.environment.SITE / "emocam/gone.py").write_text('"""Is no more."""\n')
    package.pack(before, older, "none")
    say(f"built in {time.monotonic() - began:.0f} s")
    return Packages(folder, real, plain, older, root)


def contents(path: Path) -> list[str]:
    """The sums of what is in a package, however it is compressed."""
    sums = []
    for part in ("--ctrl-tarfile", "--fsys-tarfile"):
        with subprocess.Popen(["dpkg-deb", part, path], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            sums.append(hashlib.file_digest(process.stdout, "sha256").hexdigest())  # type: ignore[arg-type]
    return sums


@pytest.fixture(scope="session")
def bare_debian(tools: None, say: Callable[[str], None]) -> Path:
    """A bare Debian with what the package depends on, its recommendations left out."""
    base = bare(_mirror(), say)
    ready = CHROOTS / "depends.ready"
    names = sorted(entry.partition(" ")[0] for entry in package.DEPENDS)
    words = " ".join(dict.fromkeys(names))
    target = CHROOTS / "depends"
    if not ready.exists() or ready.read_text() != words:
        say("installing what the package depends on ...")
        machine = Machine("making", base, HERE)
        machine.run(
            "apt-get -qq update; apt-get -qq install -y --no-install-recommends "
            f"{words} >/dev/null; useradd --create-home ann"
        )
        # An overlay on an overlay is not to be had everywhere, so it becomes a tree.
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(["cp", "-a", base, target], check=True)
        _merge(machine.top / "up", target)
        machine.remove()
        ready.write_text(words)
    return target


def _merge(upper: Path, target: Path) -> None:
    """Put an overlay's upper folder over a tree."""
    for path in sorted(upper.rglob("*")):
        status = path.lstat()
        if status.st_rdev == 0 and not path.is_symlink() and not path.is_file() and not path.is_dir():
            place = target / path.relative_to(upper)  # a whiteout: it was removed
            shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink(True)
            path.unlink()
    subprocess.run(["cp", "-a", "--remove-destination", f"{upper}/.", target], check=True)


@pytest.fixture
def machine(
    bare_debian: Path, packages: Packages, request: pytest.FixtureRequest
) -> Iterator[Machine]:
    """A machine for one test, with the packages in /given."""
    one = Machine(request.node.name.partition("[")[0], bare_debian, packages.folder)
    yield one
    one.remove()
