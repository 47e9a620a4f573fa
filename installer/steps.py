"""What all builders share: running commands, the version, the date, a pip that can be found."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
#: Where builders work; the finished artefacts go to ``dist/``.
WORK = REPO / "build" / "dist"
DIST = REPO / "dist"


class BuildError(RuntimeError):
    """An artefact cannot be built; the message says why and what to do."""


def say(line: str) -> None:
    """Tell how far the build is."""
    print(line, flush=True)


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    text_in: str | None = None,
) -> str:
    """Run a command to its end.

    Args:
        command: its words.
        cwd: the folder to run it in.
        env: variables beside those of this process.
        text_in: what it reads.

    Returns:
        What it wrote to standard output.

    Raises:
        BuildError: if it cannot be started or fails; with the end of what it said.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
            input=text_in if text_in is not None else "",
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise BuildError(f"There is no {words[0]} on this machine. Install it") from None
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise BuildError(f"{shlex.join(words)} ended with {done.returncode}:\n{tail}")
    return done.stdout


@cache
def version() -> str:
    """EmoCam's version, as the package states it."""
    text = (REPO / "emocam/__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.M)
    if found is None:
        raise BuildError("emocam/__init__.py states no __version__")
    return found[1]


@cache
def epoch() -> int:
    """The time that every file of an artefact bears, in seconds since 1970.

    ``SOURCE_DATE_EPOCH`` if it is set (reproducible-builds.org), else the commit's.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isdigit():
        return int(given)
    try:
        return int(run(["git", "log", "-1", "--format=%ct"], cwd=REPO))
    except (BuildError, ValueError):
        raise BuildError(
            "The date of the build is not known, for this is no git checkout. "
            "Set SOURCE_DATE_EPOCH (seconds since 1970)"
        ) from None


def pip() -> list[str]:
    """A command that is pip, of any Python: ``PIP`` if that is set, as the Makefile does.

    Raises:
        BuildError: if there is none.
    """
    given = shlex.split(os.environ.get("PIP", ""))
    pythons = (sys.executable, Path(sys.base_prefix, "bin/python3"), "/usr/bin/python3", "python3")
    for command in filter(None, (given, *([str(each), "-m", "pip"] for each in pythons))):
        try:
            if subprocess.run([*command, "--version"], capture_output=True).returncode == 0:
                return command
        except FileNotFoundError:
            continue
    raise BuildError("There is no pip. Install it (Debian: apt install python3-pip)")


def empty(folder: Path) -> Path:
    """Make a folder that has nothing in it, and return it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def python_package(kind: str, folder: Path) -> Path:
    """Build the sdist or the wheel.

    Args:
        kind: ``"sdist"`` or ``"wheel"``.
        folder: where it goes.

    Returns:
        Its path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder],
        cwd=REPO,
        env={"SOURCE_DATE_EPOCH": str(epoch())},
    )
    new = [path for path in folder.iterdir() if before.get(path) != path.stat().st_mtime_ns]
    if len(new) != 1:
        raise BuildError(f"hatchling made {[path.name for path in new]}, and one file is expected")
    return new[0]
