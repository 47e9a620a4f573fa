"""The way to a run: one holder of a name, nobody else's programs, nothing left in the way."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emocam.control.channel import run_name, unix, windows
from emocam.control.channel.unix import UnixChannel
from emocam.errors import ControlError, NotRunningError, RunningError
from emocam.settings import Settings

ROOT_ONLY = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
STRANGER = 54321


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"hello\n")
    await writer.drain()
    writer.close()


async def greeting(line: UnixChannel) -> bytes:
    reader, writer = await line.connect()
    try:
        return await asyncio.wait_for(reader.readline(), 10)
    finally:
        writer.close()


def listening(line: UnixChannel) -> bytes:
    """Claim, listen and be the own client."""

    async def scenario() -> bytes:
        line.claim()
        try:
            await line.listen(greet)
            return await greeting(line)
        finally:
            line.release()

    return asyncio.run(scenario())


def test_folder_and_socket_are_the_users_alone(tmp_path: Path) -> None:
    folder = tmp_path / "s"

    async def scenario() -> None:
        line = UnixChannel("EmoCam", folder)
        line.claim()
        await line.listen(greet)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for name in ("EmoCam.sock", "EmoCam.lock"):
            assert stat.S_IMODE((folder / name).stat().st_mode) & 0o177 == 0
        line.release()
        assert list(folder.iterdir()) == []

    asyncio.run(scenario())


def test_a_name_has_one_holder(tmp_path: Path) -> None:
    first, second = UnixChannel("EmoCam", tmp_path / "s"), UnixChannel("EmoCam", tmp_path / "s")
    first.claim()
    with pytest.raises(RunningError, match=str(os.getpid())):
        second.claim()
    UnixChannel("Other", tmp_path / "s").claim()
    first.release()
    second.claim()
    second.release()


def test_a_name_has_one_holder_however_many_want_it(tmp_path: Path) -> None:
    holders, most, claims = 0, 0, 0
    guard = threading.Lock()

    def want() -> None:
        nonlocal holders, most, claims
        for _ in range(100):
            line = UnixChannel("EmoCam", tmp_path / "s")
            try:
                line.claim()
            except RunningError:
                continue
            with guard:
                holders, claims = holders + 1, claims + 1
                most = max(most, holders)
            time.sleep(0.0005)
            with guard:
                holders -= 1
            line.release()

    threads = [threading.Thread(target=want) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert claims > 4


def test_what_a_killed_run_left_is_replaced(tmp_path: Path) -> None:
    code = f"""
import asyncio
from pathlib import Path
from emocam.control.channel.unix import UnixChannel
async def run():
    line = UnixChannel("EmoCam", Path({str(tmp_path / "s")!r}))
    line.claim()
    await line.listen(None)
    print("ready", flush=True)
    await asyncio.sleep(60)
asyncio.run(run())
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        line = UnixChannel("EmoCam", tmp_path / "s")
        with pytest.raises(RunningError, match=str(process.pid)):
            line.claim()
        process.send_signal(signal.SIGKILL)
    assert (tmp_path / "s" / "EmoCam.sock").exists()
    with pytest.raises(NotRunningError):
        asyncio.run(greeting(line))
    assert listening(line) == b"hello\n"


def test_nobody_is_there(tmp_path: Path) -> None:
    with pytest.raises(NotRunningError):
        asyncio.run(greeting(UnixChannel("EmoCam", tmp_path / "no" / "s")))


@ROOT_ONLY
@pytest.mark.fault("another user of the machine at the control socket")
def test_another_user_gets_no_word(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """Even where folder and socket were opened to all by mistake."""
    # Modules are loaded before the change of user, who may not be allowed to read them.
    code = """
import os, socket, sys
client = socket.socket(socket.AF_UNIX)
os.chdir(sys.argv[1])
os.setuid(int(sys.argv[2]))
client.connect("EmoCam.sock")
client.settimeout(10)
try:
    print(client.recv(100))
except ConnectionResetError:
    print(b"")
"""

    async def scenario(user: int) -> str:
        line = UnixChannel("EmoCam", tmp_path / "s")
        line.claim()
        await line.listen(greet)
        (tmp_path / "s").chmod(0o755)
        (tmp_path / "s" / "EmoCam.sock").chmod(0o666)
        asked = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", code, str(tmp_path / "s"), str(user)),
            stdout=subprocess.PIPE,
        )
        answer, _ = await asked.communicate()
        line.release()
        return answer.decode().strip()

    assert asyncio.run(scenario(os.getuid())) == repr(b"hello\n")
    assert asyncio.run(scenario(STRANGER)) == repr(b"")
    figure("not a byte to them, even where folder and socket were opened to all by mistake")


@ROOT_ONLY
def test_a_socket_of_another_user_is_not_trusted(tmp_path: Path) -> None:
    code = """
import os, socket, sys
server = socket.socket(socket.AF_UNIX)
os.chdir(sys.argv[1])
os.setuid(int(sys.argv[2]))
server.bind("EmoCam.sock")
server.listen()
print("ready", flush=True)
server.accept()[0].sendall(b"hello\\n")
"""
    folder = tmp_path / "s"
    folder.mkdir()
    folder.chmod(0o777)
    command = [sys.executable, "-c", code, str(folder), str(STRANGER)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        with pytest.raises(ControlError, match="another user"):
            asyncio.run(greeting(UnixChannel("EmoCam", folder)))
        process.kill()


@ROOT_ONLY
def test_a_folder_of_another_user_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    os.chown(tmp_path / "s", STRANGER, STRANGER)
    with pytest.raises(ControlError, match="no folder of your own"):
        UnixChannel("EmoCam", tmp_path / "s").claim()
    assert list((tmp_path / "s").iterdir()) == []


def test_a_link_or_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "s").symlink_to(tmp_path / "real")
    with pytest.raises(ControlError, match="no folder of your own"):
        UnixChannel("EmoCam", tmp_path / "s").claim()
    (tmp_path / "file").touch()
    with pytest.raises(ControlError, match="no folder of your own"):
        UnixChannel("EmoCam", tmp_path / "file").claim()


def test_a_folder_that_is_open_to_others_is_closed(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir(0o755)
    assert listening(UnixChannel("EmoCam", tmp_path / "s")) == b"hello\n"
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o700


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "s" / "EmoCam.lock").symlink_to(tmp_path / "precious")
    with pytest.raises(ControlError):
        UnixChannel("EmoCam", tmp_path / "s").claim()
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_path_that_is_too_long_is_explained(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 100)
    with pytest.raises(ControlError, match="short path"):
        listening(UnixChannel("EmoCam", folder))
    with pytest.raises(ControlError, match="short path"):  # and to who asks
        asyncio.run(UnixChannel("EmoCam", folder).connect())


def test_where_the_folder_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert unix.find_folder() == tmp_path / "emocam"
    elsewhere = []
    for wrong in ("relative", "/no/such/folder", ""):
        monkeypatch.setenv("XDG_RUNTIME_DIR", wrong)
        elsewhere.append(unix.find_folder())
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert set(elsewhere) == {unix.find_folder()}
    assert str(os.getuid()) in str(unix.find_folder())


@ROOT_ONLY
@pytest.mark.fault("two users on one machine")
def test_two_users_do_not_meet(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """Not even where one has the other's environment, as after su."""
    code = """
import os, sys
from emocam.control.channel.unix import find_folder
os.setuid(int(sys.argv[1]))
print(find_folder())
"""
    tmp_path.chmod(0o755)
    found = {
        subprocess.run(
            [sys.executable, "-c", code, str(user)],
            env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for user in (os.getuid(), STRANGER)
    }
    assert len(found) == 2
    assert str(tmp_path / "emocam") in found
    figure("each has a folder and a socket of their own, also with the other's environment")


def test_names_of_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert unix.names() == []

    async def scenario() -> None:
        lines = [UnixChannel(name) for name in ("EmoCam", "file-1")]
        for line in lines:
            line.claim()
            await line.listen(greet)
        assert unix.names() == ["EmoCam", "file-1"]
        for line in lines:
            line.release()

    asyncio.run(scenario())


@given(st.integers(1, 2**31 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_the_user_in_the_systems_words(pid: int, uid: int, gid: int) -> None:
    assert unix.parse_ucred(struct.pack("=iII", pid, uid, gid)) == uid
    groups = struct.pack("=h2x16I", 1, gid, *[0] * 15)
    xucred = struct.pack("=II", 0, uid) + groups
    assert len(xucred) == 76
    assert unix.parse_xucred(xucred) == uid
    assert unix.parse_xucred(struct.pack("=II", 1, uid) + groups) is None  # another layout


@given(st.binary(max_size=11))
def test_too_few_bytes_name_nobody(data: bytes) -> None:
    assert unix.parse_ucred(data) is None
    assert unix.parse_xucred(data[:7]) is None


LABELS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=31)


@given(LABELS, LABELS)
def test_each_place_has_a_name_of_its_own(one: str, other: str) -> None:
    names = [run_name(Settings().replace("output.label", label)) for label in (one, other)]
    assume(not any(label.startswith(("label-", "file-")) for label in (one, other)))
    assert (names[0] == names[1]) == (one == other)
    for name in names:
        assert 1 <= len(name) <= 40
        assert all(letter.isalnum() or letter in "-_" for letter in name)


def test_a_file_has_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path)
    same = {"out.mp4", str(tmp_path / "out.mp4"), "link/out.mp4", "./out.mp4"}
    assert len({run_name(Settings().replace("output.target", path)) for path in same}) == 1
    assert run_name(Settings().replace("output.target", "out2.mp4")) not in same
    assert run_name(Settings()) == "EmoCam"


SID = "S-1-5-21-1004336348-1177238915-682003330-1001"


def test_a_pipe_of_windows_admits_its_user_alone() -> None:
    """Against Microsoft's documentation: the descriptor's string format, CreateNamedPipeW."""
    descriptor = windows.security_descriptor(SID)
    owner, _, access = descriptor.partition("D:")
    assert owner == f"O:{SID}"
    assert access == f"P(A;;GA;;;{SID})"  # protected, one entry: allow, generic all, the user
    assert windows.open_mode(first=True) == 0x00000003 | 0x40000000 | 0x00080000
    assert windows.open_mode(first=False) == 0x00000003 | 0x40000000
    assert windows.PIPE_MODE == 0x00000008  # a byte pipe that rejects remote clients


def test_two_users_of_windows_do_not_meet() -> None:
    other = SID[:-1] + "2"
    assert windows.pipe_prefix(SID) != windows.pipe_prefix(other)
    assert not windows.pipe_prefix(other).startswith(windows.pipe_prefix(SID))
