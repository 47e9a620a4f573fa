"""Running the real ``emocam`` on real recordings, for the tests beside this file."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    code: int
    output: str
    errors: str
    events: list[dict[str, Any]]


def command(*arguments: object) -> list[str]:
    """The command line of ``emocam``."""
    return [sys.executable, "-P", "-m", "emocam", *map(str, arguments)]


def environment(home: Path) -> dict[str, str]:
    """An environment whose home is empty, so that no settings of the developer count."""
    kept = {"PATH", "LD_LIBRARY_PATH", "PYTHONWARNINGS", "VIRTUAL_ENV"}
    plain = {name: value for name, value in os.environ.items() if name in kept}
    # The path of a socket may have about 100 bytes, so its folder lies right in the home.
    places = {"HOME": home, "XDG_CONFIG_HOME": home / "config", "XDG_RUNTIME_DIR": home}
    places_of_home = {name: str(place) for name, place in places.items()}
    return {**plain, "LANG": "C.UTF-8", **places_of_home}


def emocam(folder: Path, *arguments: object, timeout: float = 120) -> Outcome:
    """Run ``emocam`` in a folder; reads ``events.jsonl`` there, if the run wrote one."""
    done = subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr, read_events(folder / "events.jsonl"))


def read_events(path: Path) -> list[dict[str, Any]]:
    """The events in a file; none if there is no file."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def children_of(pid: int) -> list[int]:
    """The process numbers of a process's children, those included that have just ended.

    Each process is asked for its parent: a list of children is kept for each thread, and one that
    passes from a thread that ends to another one, or stands behind one that ends, is missed there.
    """
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            # The name in brackets may hold blanks; state and parent follow it.
            fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
            if int(fields[1]) == pid:
                found.append(int(folder.name))
    return sorted(found)


def child_of(pid: int, module: str) -> int | None:
    """The process number of the child that runs this module; one that has ended runs nothing."""
    for child in children_of(pid):
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            if module.encode() in words:
                return child
    return None
