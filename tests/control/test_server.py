"""Hostile, clumsy and slow clients on a real socket: none holds up another one."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from desks import Bench, serving
from hypothesis import given, settings
from hypothesis import strategies as st

from emocam.control import limits, protocol
from emocam.control.actions import ACTIONS
from emocam.control.channel.unix import UnixChannel
from emocam.control.client import connected
from emocam.control.direction import HOLDABLE
from emocam.control.server import Server
from emocam.errors import ControlError, NotRunningError, SettingsError

Scenario = Callable[[UnixChannel, Bench, Server], Awaitable[None]]


@pytest.fixture
def serve(tmp_path: Path) -> Callable[[Scenario], None]:
    """Runs a scenario against a server; nothing of it may be left afterwards."""

    def run(scenario: Scenario) -> None:
        async def whole() -> None:
            async with serving(tmp_path / "s") as (line, bench, server):
                await asyncio.wait_for(scenario(line, bench, server), 60)
            assert server.clients == 0
            assert list((tmp_path / "s").iterdir()) == []
            assert asyncio.all_tasks() == {asyncio.current_task()}

        asyncio.run(whole())

    return run


async def open_raw(line: UnixChannel) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await line.connect()
    assert json.loads(await reader.readline())["hello"] == "emocam"
    return reader, writer


async def said(reader: asyncio.StreamReader) -> dict[str, Any]:
    return dict(json.loads(await asyncio.wait_for(reader.readline(), 20)))


async def works(line: UnixChannel) -> None:
    """A decent client is served, and soon."""
    async with connected(line) as client:
        assert "mode" in await asyncio.wait_for(client.ask("status", {}), 5)


def test_all_actions(serve: Callable[[Scenario], None]) -> None:
    async def scenario(line: UnixChannel, bench: Bench, server: Server) -> None:
        async with connected(line) as client:
            assert (await client.ask("pause", {}))["shown"] == ["paused"]
            for picture in HOLDABLE:
                word = picture.value.replace("_", "-")
                assert (await client.ask("hold", {"picture": word}))["shown"] == [picture.value]
            assert (await client.ask("release", {}))["mode"] == "paused"
            assert (await client.ask("resume", {}))["mode"] == "live"
            assert (await client.ask("freeze", {}))["mode"] == "frozen"
            status = await client.ask("set", {"key": "camera.linger", "value": "7.5"})
            assert status["camera"]["linger"] == 7.5
            with pytest.raises(SettingsError, match="linger"):
                await client.ask("set", {"key": "camera.linger", "value": "long"})
            with pytest.raises(ControlError, match="heart"):
                await client.ask("hold", {"picture": "hart"})
            for wrong in ({}, {"picture": "heart", "more": "x"}, {"pictures": "heart"}):
                with pytest.raises(ControlError, match="hold takes picture"):
                    await client.ask("hold", wrong)
            with pytest.raises(ControlError, match="no action"):
                await client.ask("fly", {})
            await client.ask("quit", {})
            await asyncio.wait_for(bench.ending.wait(), 1)

    serve(scenario)


def test_every_action_is_done_by_the_desk() -> None:
    others = {"watch": "status", "settings": "origins"}
    for action in ACTIONS.values():
        assert callable(getattr(Bench().desk, others.get(action.name, action.name)))


def test_who_watches_is_told_of_changes_only(serve: Callable[[Scenario], None]) -> None:
    async def scenario(line: UnixChannel, bench: Bench, server: Server) -> None:
        async with connected(line) as watcher, connected(line) as other:
            assert (await watcher.ask("watch", {}))["mode"] == "live"
            events = watcher.events()
            bench.now += 100  # time alone is no news
            await asyncio.sleep(3 * limits.WATCH_STEP)
            await other.ask("hold", {"picture": "coffee"})
            assert (await asyncio.wait_for(anext(events), 5))["shown"] == ["coffee"]
            # Who watches may ask as well.
            assert (await watcher.ask("release", {}))["mode"] == "live"

    serve(scenario)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (b"hello\n", "not JSON"),
        (b"\n", "not JSON"),
        (b"[]\n", "not a JSON object"),
        (b"\xff\xfe\x00\n", "not JSON"),
        (b"[" * 9000 + b"\n", "not JSON"),
        (b"{}\n", "no action"),
        (b'{"action":5}\n', "no action"),
        (b'{"action":"hold","arguments":["heart"]}\n', "texts by name"),
        (b'{"action":"hold","arguments":{"picture":5}}\n', "texts by name"),
        (b'{"action":"status","id":{}}\n', "id"),
        (b'{"action":"status","id":1e999}\n', "id"),
        (b'{"action":"' + b"x" * 10000 + b'"}\n', "no action"),
    ],
)
def test_what_is_no_request_gets_an_error_and_no_more(
    line: bytes, word: str, serve: Callable[[Scenario], None]
) -> None:
    async def scenario(where: UnixChannel, bench: Bench, server: Server) -> None:
        reader, writer = await open_raw(where)
        writer.write(line + b'{"action":"status","id":"mine"}\n')
        answer = await said(reader)
        assert not answer["ok"]
        assert word in answer["error"]["cause"]
        answer = await said(reader)
        assert (answer["ok"], answer["id"]) == (True, "mine")
        writer.close()

    serve(scenario)


def test_a_line_without_an_end_is_cut_off(serve: Callable[[Scenario], None]) -> None:
    async def scenario(line: UnixChannel, bench: Bench, server: Server) -> None:
        reader, writer = await open_raw(line)
        writer.write(b"x" * 10 * limits.MAX_REQUEST)
        assert "over the limit" in (await said(reader))["error"]["cause"]
        assert await ended(reader)
        writer.close()
        await works(line)

    serve(scenario)


async def ended(reader: asyncio.StreamReader) -> bool:
    try:
        return await asyncio.wait_for(reader.read(), 20) == b""
    except ConnectionError:  # what it had not read yet was thrown away
        return True


def test_a_flood_is_cut_off(serve: Callable[[Scenario], None]) -> None:
    async def scenario(line: UnixChannel, bench: Bench, server: Server) -> None:
        reader, writer = await open_raw(line)
        writer.write(b'{"action":"status"}\n' * 1000)
        answers = 0
        while (answer := await said(reader))["ok"]:
            answers += 1
        assert "10 requests a second" in answer["error"]["cause"]
        assert limits.REQUEST_BURST <= answers < 100
        assert await ended(reader)
        writer.close()
        await works(line)

    serve(scenario)


def test_many_clients_are_turned_away(serve: Callable[[Scenario], None]) -> None:
    async def scenario(line: UnixChannel, bench: Bench, server: Server) -> None:
        clients = [await open_raw(line) for _ in range(limits.MAX_CLIENTS)]
        for _ in range(50):
            reader, writer = await open_raw(line)
            assert "Close one" in (await said(reader))["error"]["remedy"]
            assert await ended(reader)
            writer.close()
        with pytest.raises(ControlError, match="16 programs"):
            await works(line)
        clients.pop()[1].close()
        await asyncio.sleep(0.1)
        await works(line)
        for _, writer in clients:
            writer.close()

    serve(scenario)


def test_silence_and_half_a_line_end(
    serve: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "IDLE", 0.5)

    async def scenario(line: UnixChannel, bench: Bench, server: Server) -> None:
        for beginning in (b"", b'{"action":"sta'):
            reader, writer = await open_raw(line)
            writer.write(beginning)
            assert "No request" in (await said(reader))["error"]["cause"]
            assert await ended(reader)
            writer.close()
        # Who watches may be silent.
        async with connected(line) as watcher:
            await watcher.ask("watch", {})
            await asyncio.sleep(1)
            assert (await watcher.ask("status", {}))["mode"] == "live"

    serve(scenario)


def test_a_reader_that_stands_still_is_let_go(
    serve: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "STALL", 0.5)
    monkeypatch.setattr(limits, "WATCH_STEP", 0.0)
    monkeypatch.setattr(limits, "MAX_ANSWER", 2048)
    monkeypatch.setattr(limits, "REQUEST_BURST", 1e6)

    async def scenario(line: UnixChannel, bench: Bench, server: Server) -> None:
        _, writer = await open_raw(line)
        writer.write(b'{"action":"watch"}\n')
        await asyncio.sleep(0.2)
        assert server.clients == 1
        turn = 0
        while server.clients:  # each change is sent, none is taken
            turn += 1
            await bench.desk.hold(HOLDABLE[turn % 2].value)
            await asyncio.sleep(0.001)
        writer.close()
        await works(line)

    serve(scenario)


def test_a_client_that_leaves_in_the_middle(serve: Callable[[Scenario], None]) -> None:
    async def scenario(line: UnixChannel, bench: Bench, server: Server) -> None:
        for part in (b"", b'{"act', b'{"action":"watch"}\n', b'{"action":"status"}\n' * 20):
            _, writer = await open_raw(line)
            writer.write(part)
            writer.transport.abort()
        await works(line)
        await asyncio.sleep(0.1)
        assert server.clients == 0

    serve(scenario)


def test_a_fault_of_ours_is_told_and_ends_nothing(
    serve: Callable[[Scenario], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(line: UnixChannel, bench: Bench, server: Server) -> None:
        reader, writer = await open_raw(line)
        with monkeypatch.context() as patch:
            patch.setattr(bench.session, "redirect", lambda: 1 / 0)
            writer.write(b'{"action":"resume"}\n')
            answer = await said(reader)
            assert answer["error"]["kind"] == "InternalError"
            assert "division" in answer["error"]["cause"]
        writer.close()
        await works(line)

    serve(scenario)


def test_the_end_of_the_run_is_seen_by_all(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(tmp_path / "s") as (line, _, _):
            reader, writer = await open_raw(line)
            other, idle = await open_raw(line)
            writer.write(b'{"action":"watch"}\n')
            await said(reader)
        assert await ended(reader)
        assert await ended(other)
        writer.close()
        idle.close()
        with pytest.raises(NotRunningError):
            await line.connect()

    asyncio.run(asyncio.wait_for(scenario(), 30))


NOISE = st.binary(max_size=200) | st.from_regex(rb'\{"action":"[a-z]*"[^\n]*\}', fullmatch=True)


@settings(max_examples=30)
@given(st.lists(NOISE, max_size=20))
def test_noise_is_answered_line_by_line_or_ends_the_client(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    async def scenario() -> None:
        folder = tmp_path_factory.mktemp("n")
        async with serving(folder) as (line, _, _):
            reader, writer = await open_raw(line)
            for each in lines:
                writer.write(each.replace(b"\n", b"") + b"\n")
            writer.write(b'{"action":"status","id":"last"}\n')
            while (answer := await said(reader)).get("id") != "last":
                assert "error" in answer or "result" in answer or "event" in answer
            assert answer["ok"]
            writer.close()

    asyncio.run(asyncio.wait_for(scenario(), 60))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_request_or_a_control_error(line: bytes) -> None:
    with contextlib.suppress(ControlError):
        assert isinstance(protocol.decode_request(line).action, str)


@given(st.lists(st.floats(0, 0.5), min_size=50, max_size=300))
def test_the_rate_holds_in_the_long_run(gaps: list[float]) -> None:
    allowance, now, taken = limits.Allowance(), 0.0, 0
    for gap in gaps:
        now += gap
        taken += allowance.take(now)
    assert taken <= limits.REQUEST_BURST + now * limits.REQUESTS_PER_SECOND + 1e-6
