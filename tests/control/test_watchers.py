"""Who reads EmoCam: the decisions, and the look at real processes that hold a real device.

v4l2loopback itself (a wait for a frame) is tested in tests/e2e.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emocam.control.watchers.holders import Holders
from emocam.control.watchers.judge import HELD, Holder, Judge
from emocam.control.watchers.lookout import Lookout, tidy
from emocam.control.watchers.programs import program_name
from emocam.control.watchers.scanner import Scanner
from emocam.control.watching import MAX_NAME, MAX_NAMES, Watchers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
#: A device that everybody may open and map.
DEVICE = "/dev/zero"

PROGRAM = """
import mmap, os, sys
flags, maps = int(sys.argv[2]), sys.argv[3] == "map"
device = os.open(sys.argv[1], flags)
memory = mmap.mmap(device, 4096, mmap.MAP_PRIVATE) if maps else None
print(flush=True)
input()
os.close(device)
if memory:
    memory.close()
print(flush=True)
input()
"""


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)


@contextmanager
def holding(flags: int, how: str = "open") -> Iterator[tuple[int, Callable[[], None]]]:
    """A process that has the device open; gives its number and what makes it let go."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, DEVICE, str(flags), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()

        def let_go() -> None:
            process.stdin.write(b"\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            process.stdout.readline()  # type: ignore[union-attr]

        yield process.pid, let_go
        process.kill()


# -- which holders read -------------------------------------------------------------------------

holder = st.builds(
    Holder,
    pid=st.integers(1, 5),
    started=st.integers(1, 2),
    name=st.sampled_from(("a", "b")),
    maps=st.booleans(),
    waits=st.booleans(),
)
looks = st.lists(
    st.tuples(
        st.floats(0, 5, allow_nan=False),
        st.lists(holder, max_size=5, unique_by=lambda each: (each.pid, each.started)),
    )
)


@given(looks)
def test_a_reader_maps_or_has_waited_lately(history: list[tuple[float, list[Holder]]]) -> None:
    judge, now = Judge(), 0.0
    waited: dict[tuple[int, int], float] = {}
    for delay, holders in history:
        now += delay
        keys = {(each.pid, each.started): each for each in holders}
        waited = {key: since for key, since in waited.items() if key in keys}
        waited |= {key: now for key, each in keys.items() if each.waits}
        expected = {
            key for key, each in keys.items() if each.maps or now - waited.get(key, -100.0) <= HELD
        }
        assert {(each.pid, each.started) for each in judge.readers(holders, now)} == expected


@given(looks)
def test_who_only_holds_it_open_never_counts(history: list[tuple[float, list[Holder]]]) -> None:
    judge, now = Judge(), 0.0
    for delay, holders in history:
        now += delay
        quiet = [Holder(h.pid, h.started, h.name, False, False) for h in holders]
        assert judge.readers(quiet, now) == []


def test_another_process_of_the_same_number_inherits_nothing() -> None:
    judge = Judge()
    assert judge.readers([Holder(7, 1, "cat", False, True)], 0.0)
    assert judge.readers([Holder(7, 2, "lister", False, False)], 0.5) == []
    assert judge.readers([Holder(7, 1, "cat", False, False)], 1.0) == []  # it was away


# -- names --------------------------------------------------------------------------------------


@given(st.lists(st.text(max_size=100), max_size=40))
def test_names_keep_the_limits(names: list[str]) -> None:
    told = tidy(names)
    assert len(told) <= MAX_NAMES
    assert list(told) == sorted(set(told))
    assert all(0 < len(name) <= MAX_NAME and name.isprintable() for name in told)
    assert tidy(told) == told


@pytest.mark.parametrize(
    ("executable", "comm", "arguments", "name"),
    [
        ("/usr/lib/chromium/chromium", "VideoCaptureThr", (), "Chromium"),
        ("/opt/google/chrome/chrome (deleted)", "chrome", (), "Google Chrome"),
        ("/usr/lib/firefox-esr/firefox-esr", "firefox-esr", (), "Firefox"),
        ("/opt/zoom/zoom", "zoom", ("/opt/zoom/zoom", "--url=secret"), "Zoom"),
        ("/usr/bin/ffmpeg", "ffmpeg", ("ffmpeg", "-i", "/home/me/secret.mp4"), "ffmpeg"),
        ("/usr/bin/python3.11", "guvcview.py", ("python3", "x"), "guvcview.py"),
        ("/usr/bin/python3.11", "python3", ("python3", "/home/me/viewer.py"), "viewer.py"),
        ("/usr/bin/python3.11", "python3", ("python3", "-m", "cheeseshop.main"), "cheeseshop"),
        ("/usr/bin/python3.11", "python3", ("python3", "-c", "secret"), "python3.11"),
        ("/usr/bin/python3.11", "python3", (), "python3.11"),
        ("/usr/lib/wine/wine64-preloader", "Zoom.exe", (), "Zoom"),
        ("", "kworker", (), "kworker"),
    ],
)
def test_a_program_is_called_what_people_call_it(
    executable: str, comm: str, arguments: tuple[str, ...], name: str
) -> None:
    assert program_name(executable, comm, arguments) == name


@given(st.text(), st.text(), st.lists(st.text()))
def test_any_process_has_a_name_that_tells_no_secret(
    executable: str, comm: str, arguments: list[str]
) -> None:
    assert isinstance(program_name(executable, comm, arguments), str)
    assert program_name("/usr/bin/ffmpeg", comm, arguments) == "ffmpeg"


# -- real processes with a real device ----------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "how", "seen", "maps"),
    [
        (os.O_RDWR, "open", True, False),
        (os.O_RDONLY, "open", True, False),
        (os.O_RDWR, "map", True, True),
        (os.O_WRONLY, "open", False, False),
    ],
)
def test_who_holds_the_device_is_seen(flags: int, how: str, seen: bool, maps: bool) -> None:
    holders = Holders(DEVICE)
    with holding(flags, how) as (pid, let_go):
        found = {each.pid: each for each in holders.all()}
        assert (pid in found) == seen
        if seen:
            assert found[pid].maps == maps
            assert not found[pid].waits
            assert found[pid].started > 0
            assert found[pid].name.startswith("python")
            assert holders.one(pid) == found[pid]
        let_go()
        assert holders.one(pid) is None
    assert holders.one(pid) is None


def test_processes_of_our_own_and_other_devices_are_left_out() -> None:
    with Path(DEVICE).open("rb"):
        assert os.getpid() in {each.pid for each in Holders(DEVICE).all()}
        assert os.getpid() not in {each.pid for each in Holders(DEVICE, [os.getpid()]).all()}
    with holding(os.O_RDWR) as (pid, _):
        assert pid not in {each.pid for each in Holders("/dev/full").all()}


def test_a_device_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Holders(str(tmp_path / "video9"))


def test_a_scanner_notices_at_once_and_stops() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    changes: list[float] = []
    scanner = Scanner(DEVICE, 0, lambda: changes.append(time.monotonic()))

    def reads(pid: int) -> bool:
        return scanner.found is not None and pid in {each.pid for each in scanner.found}

    wait_for(lambda: scanner.found is not None)
    with holding(os.O_RDWR, "map") as (pid, let_go):
        started = time.monotonic()
        wait_for(lambda: reads(pid), 5.0)  # twice a second, not only once in FAR seconds
        assert time.monotonic() - started < 5.0
        let_go()
        wait_for(lambda: not reads(pid), 5.0)
    with holding(os.O_RDWR) as (pid, _):
        time.sleep(1.5)
        assert not reads(pid)
    assert len(changes) >= 3  # the first look, the reader, its end
    scanner.close()
    wait_for(lambda: len(list(Path("/proc/self/fd").iterdir())) == before)


def test_the_process_that_publishes_reads_nothing() -> None:
    with holding(os.O_RDWR, "map") as (pid, _):
        scanner = Scanner(DEVICE, pid)
        wait_for(lambda: scanner.found is not None)
        assert pid not in {each.pid for each in scanner.found or ()}
        scanner.close()


# -- what the stage says, and what is seen ------------------------------------------------------


def python(watchers: Watchers) -> bool:
    return any(name.startswith("python") for name in watchers.names)


def following(how: str, count: int) -> list[Watchers]:
    """What a lookout tells while a reader comes and goes."""
    told: list[Watchers] = []

    async def until(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                await asyncio.sleep(0.02)

    async def whole() -> None:
        lookout = Lookout(told.append)
        lookout.hear(Watchers(how, 0), DEVICE, 0)
        with holding(os.O_RDWR, "map"):
            lookout.hear(Watchers(how, count), DEVICE, 0)
            await until(lambda: bool(told) and python(told[-1]))
        lookout.hear(Watchers(how, 0), DEVICE, 0)
        await until(lambda: not python(told[-1]))
        lookout.close()
        after = len(told)
        with holding(os.O_RDWR, "map"):
            await asyncio.sleep(0.7)
        assert len(told) == after, "who has closed looks no more"

    asyncio.run(whole())
    return told


def test_without_the_event_who_is_seen_counts() -> None:
    told = following("holders", 0)
    assert {each.how for each in told} == {"holders"}
    assert max(each.count or 0 for each in told if python(each)) >= 1


def test_with_the_event_the_driver_counts_and_names_are_seen() -> None:
    told = following("event", 7)
    assert {each.how for each in told} == {"event"}
    assert {each.count for each in told} == {0, 7}


@pytest.mark.parametrize(
    "said", [Watchers("none", None), Watchers("event", 0), Watchers("holders", 0)]
)
def test_where_nothing_can_be_seen_the_stage_has_the_word(said: Watchers) -> None:
    told: list[Watchers] = []

    async def whole() -> None:
        lookout = Lookout(told.append)
        lookout.hear(said, "/dev/video-that-is-not-there", 0)
        lookout.close()

    asyncio.run(whole())
    assert told == [said]
