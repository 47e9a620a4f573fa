"""What ``emocam verify-privacy`` sees, and that it says so when a promise is broken."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emocam.control.verify import judge
from emocam.control.witness import Sighting, children, look
from emocam.wire import READING_SIZE

linux = pytest.mark.skipif(sys.platform != "linux", reason="proc(5): Linux")
VIDEO = Path("/tmp/published.mp4")
NOTHING: frozenset[str] = frozenset()
GOOD = Sighting(NOTHING, NOTHING, NOTHING, NOTHING, frozenset({"/lib/libc.so.6"}), True, "1", 48)


def sightings(room: str = "control", **changes: Any) -> dict[str, list[tuple[float, Sighting]]]:
    """Two seconds in which all is well, but for the last look at one room."""
    later = dataclasses.replace(GOOD, written=48 + 2 * READING_SIZE)
    seen = {name: [(1.0, GOOD), (3.0, later)] for name in ("sensing", "stage", "control")}
    seen[room][-1] = (3.0, dataclasses.replace(seen[room][-1][1], **changes))
    return seen


def broken(room: str, **changes: Any) -> set[str]:
    checks = judge(sightings(room, **changes), VIDEO)
    assert all(check.remedy for check in checks if check.status == "problem")
    return {check.id for check in checks if check.status == "problem"}


def test_a_run_that_keeps_its_word_is_good() -> None:
    assert broken("control") == set()
    assert broken("sensing", cameras=frozenset({"/dev/video0"})) == set()
    assert broken("sensing", libraries=frozenset({"/x/cv2.abi3.so"})) == set()
    assert broken("stage", writing=frozenset({str(VIDEO)})) == set()
    assert broken("control", sockets=frozenset({"local", "netlink"})) == set()


@pytest.mark.parametrize(
    ("room", "changes", "promise"),
    [
        ("sensing", {"sockets": frozenset({"tcp"})}, "no-network"),
        ("stage", {"sockets": frozenset({"udp6"})}, "no-network"),
        ("control", {"sockets": frozenset({"raw"})}, "no-network"),
        ("stage", {"cameras": frozenset({"/dev/video0"})}, "one-camera-process"),
        ("control", {"cameras": frozenset({"/dev/video0"})}, "one-camera-process"),
        ("stage", {"libraries": frozenset({"/x/cv2.abi3.so"})}, "walls"),
        ("sensing", {"libraries": frozenset({"/x/pyvirtualcam/_native.so"})}, "walls"),
        ("sensing", {"written": 48 + READING_SIZE + 1}, "wire"),
        ("sensing", {"written": 48 + 1000 * READING_SIZE}, "wire"),
        ("sensing", {"writing": frozenset({"/tmp/frame.png"})}, "files"),
        ("stage", {"writing": frozenset({"/tmp/other.mp4"})}, "files"),
        ("sensing", {"core_limit": "unlimited"}, "core-dumps"),
    ],
)
def test_each_broken_promise_is_told(room: str, changes: dict[str, Any], promise: str) -> None:
    assert broken(room, **changes) == {promise}


BUSY = """
import os, socket, sys
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
pair = socket.socketpair()
reading, writing = open(sys.argv[1]), open(sys.argv[2], "w")
os.write(1, b"ready\\n")
sys.stdin.read()
"""


@linux
def test_the_kernel_tells_what_a_process_has_open(tmp_path: Path) -> None:
    reading, writing = tmp_path / "reading", tmp_path / "writing"
    reading.touch()
    command = [sys.executable, "-c", BUSY, str(reading), str(writing)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        seen = look(process.pid)
        assert seen is not None
        assert seen.sockets == {"udp", "local"}
        assert str(reading) in seen.reading
        assert seen.writing == {str(writing)}
        assert not seen.cameras
        assert not seen.filtered
        assert seen.written >= len("ready\n")
        assert any("libc" in path for path in seen.libraries)
        process.stdin.close()


@linux
def test_a_process_that_is_gone_cannot_be_seen() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert look(process.pid) is None
    assert children(process.pid) == []


@linux
@pytest.mark.privacy("a run watched from outside keeps its word (emocam verify-privacy)")
def test_the_real_program_keeps_its_word(
    sample: Callable[[str], Path], tmp_path: Path, figure: Callable[[str], None]
) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "emocam", "verify-privacy", "--json",
         "--camera", sample("WolfgangLanger_Pexels.mp4")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = {check["id"]: check for check in json.loads(done.stdout)["checks"]}
    assert "WolfgangLanger" in found["one-camera-process"]["summary"]
    assert int(found["wire"]["summary"].split(": ")[1].split()[0]) >= 5, "readings were seen"
    assert list(tmp_path.iterdir()) == []
    figure(found["wire"]["summary"])
