"""No network and no stray writes: the real processes under strace."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from emocam_process import command, environment

SECONDS = 8
CALLS = "socket,socketpair,connect,openat,open,creat,rename,renameat,renameat2,unlink,mkdir,execve"


@pytest.fixture(scope="module")
def trace(
    sample: Callable[[str], Path],
    program: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, list[str]]:
    """A run, and the calls of all its processes."""
    folder = tmp_path_factory.mktemp("trace")
    traced = [program("strace"), "-f", "-y", "-s", "300", "-e", f"trace={CALLS}", "-o", "calls.txt"]
    done = subprocess.run(
        traced
        + command(
            "run", "--no-tray", "--camera", sample("WolfgangLanger_Pexels.mp4"),
            "--output", "out.mp4", "--events", "events.jsonl", "--duration", SECONDS,
        ),
        cwd=folder,
        env={**environment(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = (folder / "calls.txt").read_text(errors="replace").splitlines()
    started = [line for line in lines if "execve(" in line and "emocam" in line]
    for module in ("emocam.sensing", "emocam.stage"):
        assert any(module in line for line in started), f"{module} was not traced"
    return folder, lines


@pytest.mark.privacy("no process opens an internet socket")
def test_no_process_opens_an_internet_socket(
    trace: tuple[Path, list[str]], figure: Callable[[str], None]
) -> None:
    figure(f"none among {len(trace[1])} calls from start to end, by strace")
    assert [line for line in trace[1] if "AF_INET" in line] == []


def test_no_process_connects_anywhere(trace: tuple[Path, list[str]]) -> None:
    """Local sockets may be made (the event loop wakes itself by a pair), none is connected."""
    connected = [line for line in trace[1] if " connect(" in line]
    assert [line for line in connected if "/dev/log" not in line] == []


@pytest.mark.privacy("nothing is written but what was asked for")
def test_nothing_is_written_but_what_was_asked_for(
    trace: tuple[Path, list[str]], figure: Callable[[str], None]
) -> None:
    folder, lines = trace
    written = set()
    for line in lines:
        if " = -1 " in line:
            continue
        found = re.search(r'open(?:at)?\((?:AT_FDCWD<([^>]*)>, )?"([^"]*)", ([A-Z_|0-9]+)', line)
        if found and re.search("O_WRONLY|O_RDWR|O_CREAT", found[3]):
            written.add(str(Path(found[1] or folder, found[2])))
        if re.search(r"\d+ (creat|rename|renameat|renameat2|unlink|mkdir)\(", line):
            written.add(line.partition('"')[2].partition('"')[0])
    harmless = re.compile(r"/dev/(null|tty|shm/sem\..*)|/proc/self/.*|pipe:.*")
    asked = {str(folder / "out.mp4"), str(folder / "events.jsonl")}
    figure(f"{len(asked)} files asked for, {len(asked & written)} of them opened for writing")
    assert asked <= written
    # The control socket and its lock lie in the user's run-time folder, and go with the run.
    control = re.escape(str(folder / "emocam")) + r"(/file-[0-9a-f]+\.(lock|sock))?"
    state = folder / ".local"
    log = "|".join(re.escape(str(path)) for path in (state, *state.rglob("*")))
    known = re.compile(f"{harmless.pattern}|{control}|{log}")
    assert {path for path in written if not known.fullmatch(path)} == asked
    assert [path for path in state.rglob("*") if path.is_file()] == [
        state / "state" / "emocam" / "log" / "emocam.log"
    ]
    assert sorted(
        path.name for path in folder.rglob("*") if state not in (path, *path.parents)
    ) == [
        "calls.txt",
        "emocam",
        "events.jsonl",
        "out.mp4",
    ]


@pytest.mark.privacy("only sensing opens what stands in for the camera")
def test_only_sensing_reads_the_recording(trace: tuple[Path, list[str]]) -> None:
    """What stands in for the camera is opened by no other process."""
    lines = trace[1]
    owner = {}
    for line in lines:
        pid, _, call = line.partition(" ")
        for module in ("emocam.sensing", "emocam.stage", 'emocam"'):
            if "execve(" in call and f'"{module}' in call:
                owner[pid] = module
    readers = {line.split()[0] for line in lines if "WolfgangLanger" in line and "open" in line}
    assert readers
    assert {owner.get(pid, "a thread of sensing") for pid in readers} <= {
        "emocam.sensing",
        "a thread of sensing",
    }
