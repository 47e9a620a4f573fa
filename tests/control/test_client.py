"""The client against what is no EmoCam, is another one, or says nothing."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from desks import serving

from emocam.control import client, protocol
from emocam.control.channel import Serve
from emocam.control.channel.unix import UnixChannel
from emocam.control.client import connected, find
from emocam.control.limits import MAX_ANSWER
from emocam.errors import ControlError, EmoCamError, ModelError, NotRunningError


@contextlib.asynccontextmanager
async def speaking(folder: Path, serve: Serve, name: str = "EmoCam") -> AsyncIterator[UnixChannel]:
    line = UnixChannel(name, folder)
    line.claim()
    served: set[asyncio.Task[None]] = set()

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        served.add(task)
        try:
            with contextlib.suppress(OSError):
                await serve(reader, writer)
        finally:
            writer.transport.abort()

    try:
        await line.listen(keep)
        yield line
    finally:
        line.release()
        # The loop is closed after this: a connection that is still open then is a warning.
        await asyncio.gather(*served)


def says(*lines: bytes) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in lines:
            writer.write(line)
        await reader.read()

    return serve


async def ask(folder: Path, *lines: bytes) -> dict[str, object]:
    async with speaking(folder, says(*lines)) as line, connected(line) as them:
        return await them.ask("status", {})


HELLO = protocol.encode(protocol.hello(1))


@pytest.mark.parametrize(
    ("lines", "kind", "word"),
    [
        ((b"220 mail ready\n",), ControlError, "not JSON"),
        ((b'{"hello":"else"}\n',), ControlError, "no EmoCam"),
        ((b'{"hello":"emocam","protocol":2,"version":"9"}\n',), ControlError, "9 runs"),
        ((HELLO, b"[]\n"), ControlError, "JSON object"),
        ((HELLO, b"x" * (MAX_ANSWER + 1)), NotRunningError, "ended"),
        ((HELLO, b'{"ok":false}\n'), ControlError, "did not say why"),
        (
            (HELLO, protocol.encode(protocol.refusal(1, ModelError("It is cut", "Copy it")))),
            ModelError,
            "cut",
        ),
        ((HELLO, b'{"ok":false,"error":{"kind":"SystemExit","cause":"x"}}\n'), ControlError, "x"),
    ],
)
def test_what_is_no_answer_is_explained(
    lines: tuple[bytes, ...], kind: type[EmoCamError], word: str, tmp_path: Path
) -> None:
    with pytest.raises(EmoCamError, match=word) as caught:
        asyncio.run(ask(tmp_path / "s", *lines))
    assert type(caught.value) is kind


@pytest.mark.parametrize("lines", [(), (HELLO,)])
def test_who_says_nothing_is_not_waited_for_long(
    lines: tuple[bytes, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a run that was stopped (SIGSTOP): the system takes the connection for it."""
    monkeypatch.setattr(client, "HELLO", 0.2)
    monkeypatch.setattr(client, "ANSWER", 0.2)
    with pytest.raises(ControlError, match="does not answer"):
        asyncio.run(ask(tmp_path / "s", *lines))


def test_an_answer_may_come_after_news(tmp_path: Path) -> None:
    news = b'{"event":"status","status":{}}\n'
    answer = protocol.encode(protocol.answer(1, {"mode": "live"}))
    assert asyncio.run(ask(tmp_path / "s", HELLO, news, news, answer)) == {"mode": "live"}


def test_which_run_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = tmp_path / "emocam"

    async def meant(*running: str, only: bool = False) -> str:
        async with contextlib.AsyncExitStack() as stack:
            for name in running:
                await stack.enter_async_context(speaking(folder, says(), name))
            return (await find("EmoCam", only=only)).name

    assert asyncio.run(meant()) == "EmoCam"
    assert asyncio.run(meant("EmoCam", "file-1", "file-2")) == "EmoCam"
    assert asyncio.run(meant("file-1")) == "file-1"
    assert asyncio.run(meant("file-1", only=True)) == "EmoCam"
    with pytest.raises(NotRunningError, match="2 write files"):
        asyncio.run(meant("file-1", "file-2"))
    with pytest.raises(NotRunningError, match=r"none of them as EmoCam.*output\.label"):
        asyncio.run(meant("file-1", "Other"))


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe cannot be waited for there")
def test_who_watches_leaves_with_the_reader_of_its_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``emocam ctl watch | head -1`` ends although nothing changes."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "emocam").mkdir(mode=0o700)

    async def scenario() -> tuple[bytes, int]:
        async with serving(tmp_path / "emocam"):
            watch = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "emocam", "ctl", "watch"),
                stdout=asyncio.subprocess.PIPE,
            )
            assert watch.stdout is not None
            line = await watch.stdout.readline()
            watch._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]
            return line, await watch.wait()

    line, code = asyncio.run(asyncio.wait_for(scenario(), 60))
    assert line.startswith(b"Live")
    assert code == 0
