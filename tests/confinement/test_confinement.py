"""What is given up is gone: tried in real processes, for a confinement cannot be undone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emocam.confinement import landlock, seccomp
from emocam.confinement.landlock import changes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp: Linux")

HAS_FILES = sys.platform == "linux" and landlock.version() > 0
HAS_CALLS = sys.platform == "linux" and seccomp.load() is not None


def child(program: str, *arguments: object) -> Any:
    """What a process of its own prints as JSON."""
    head = "import json, os, sys\nfrom pathlib import Path\nfrom emocam import confinement as c\n"
    done = subprocess.run(
        [sys.executable, "-c", head + program, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


BY_CALLS = ("internet", "local sockets", "programs", "processes", "other processes", "new files")
TRY = "print(json.dumps({p.name: p.in_force for p in c.try_forbidden()}))"


def test_without_confinement_everything_is_possible() -> None:
    """So the attempts can tell; run as it is, nothing refuses them."""
    attempts = child(TRY)
    assert len(attempts) == 8
    assert not any(attempts.values())


@pytest.mark.privacy("sockets, programs and new files are refused after confinement")
def test_the_calls_given_up_are_refused(figure: Callable[[str], None]) -> None:
    attempts = child("c.confine_calls()\n" + TRY)
    figure(f"{sum(attempts.values())} of 6 attempts refused by seccomp")
    refused = dict.fromkeys(BY_CALLS, HAS_CALLS)
    assert attempts == refused | {"other files": False, "other devices": False}


WRITE = """
path = Path(sys.argv[1])
with path.open("wb") as file:
    c.confine_files(c.Profile())
    c.confine_calls()
    file.write(b"old")
    file.seek(0)
    file.write(b"new")
print(json.dumps(path.read_text()))
"""


def test_what_is_open_is_still_written(tmp_path: Path) -> None:
    """So the stage makes its video file first, and needs no right to make any."""
    assert child(WRITE, tmp_path / "file") == "new"


@pytest.mark.privacy("files and devices are refused after confinement")
def test_files_given_up_are_refused(figure: Callable[[str], None]) -> None:
    attempts = child("c.confine_files(c.Profile())\n" + TRY)
    by_files = {name: attempts[name] for name in ("new files", "other files", "other devices")}
    figure(f"{sum(by_files.values())} of 3 attempts refused by Landlock")
    assert by_files == dict.fromkeys(by_files, HAS_FILES)


def test_a_confinement_says_whether_it_holds() -> None:
    said = child("print(json.dumps([c.confine_files(c.Profile()).to_dict(), "
                 "c.confine_calls().to_dict()]))")  # fmt: skip
    assert [each["in_force"] for each in said] == [HAS_FILES, HAS_CALLS]
    assert all(each["words"] for each in said)


THREADS = """
import threading
ready, go, results = threading.Event(), threading.Event(), []
def work():
    ready.set()
    go.wait()
    results.extend(c.try_forbidden())
thread = threading.Thread(target=work)
thread.start()
ready.wait()
c.confine_calls()
go.set()
thread.join()
print(json.dumps({p.name: p.in_force for p in results}))
"""


def test_threads_that_ran_before_are_confined_too() -> None:
    assert child(THREADS)["internet"] is HAS_CALLS


CASES = """
import ctypes, resource, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def error(function, *arguments):
    ctypes.set_errno(0)
    return ctypes.get_errno() if function(*arguments) < 0 else 0
parent, limit = os.getppid(), (ctypes.c_ulong * 2)(9, 9)
c.confine_calls()
thread = threading.Thread(target=time.sleep, args=(0,))
thread.start()
thread.join()
print(json.dumps({
    "type": [error(libc.ioctl, 0, ctypes.c_ulong(request), b"x")
             for request in (0x5412, 0x541C, 0x5412 | 1 << 32)],
    "limit another": error(libc.prlimit, parent, 7, None, limit),
    "a limit of its own": error(libc.prlimit, 0, 7, limit, None),
    "ask a terminal": error(libc.isatty, 0),
    "signal itself": error(getattr(libc, "raise"), 0),
}))
"""


@pytest.mark.skipif(not HAS_CALLS, reason="libseccomp.so.2 is missing")
def test_calls_that_are_needed_are_refused_with_some_arguments_only() -> None:
    """Typing into a terminal and limits of another process; its own, and threads, go on."""
    assert child(CASES) == {
        "type": [1, 1, 1],
        "limit another": 1,
        "a limit of its own": 0,
        "ask a terminal": 0,
        "signal itself": 0,
    }


OPEN = """
def may(path, flags):
    try:
        os.close(os.open(path, flags))
    except PermissionError:
        return False
    return True
def can(action):
    try:
        action()
    except PermissionError:
        return False
    return True
outside = Path(sys.argv[1])
c.confine_files(c.Profile(devices=(Path(sys.argv[3]),), readable=(outside,), whole=False))
print(json.dumps({
    "named device": may(sys.argv[3], os.O_RDWR),
    "other device": may("/dev/shm", os.O_RDONLY) and may(sys.argv[2], os.O_RDONLY),
    "null": may("/dev/null", os.O_RDWR),
    "read": may(outside, os.O_RDONLY),
    "write": may(outside, os.O_WRONLY),
    "make": may(outside.with_name("new"), os.O_WRONLY | os.O_CREAT),
    "link": can(lambda: outside.with_name("link").symlink_to(outside)),
    "remove": can(outside.unlink),
}))
"""


def test_only_named_devices_and_files_remain(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("text")
    # Files in /dev stand for devices, which not every machine that runs tests has.
    device, other = (Path(f"/dev/shm/emocam-test-{os.getpid()}-{n}") for n in range(2))
    for file in (device, other):
        file.write_text("text")
    try:
        could = child(OPEN, outside, other, device)
    finally:
        device.unlink()
        other.unlink()
    given_up = {"other device", "write", "make", "link", "remove"}
    assert could == {name: not (HAS_FILES and name in given_up) for name in could}


def test_a_device_that_is_not_there_is_an_error() -> None:
    program = (
        "try:\n    c.confine_files(c.Profile(devices=(Path('/dev/video77'),)))\n"
        "except FileNotFoundError:\n    print('true')\nelse:\n    print('false')"
    )
    assert child(program) is HAS_FILES


@pytest.mark.parametrize(("kernel", "highest"), [(1, 12), (2, 13), (3, 14), (7, 14)])
def test_an_older_kernel_is_not_asked_for_what_it_does_not_know(kernel: int, highest: int) -> None:
    assert changes(kernel).bit_length() - 1 == highest
