"""A whole run with real sensing, whose stage tells of the readers that the test wants."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from emocam.control.channel import channel
from emocam.control.client import Client, connected
from emocam.control.keep_stage import StageKeeper
from emocam.control.run import RunOptions, run
from emocam.errors import CameraError, EmoCamError, NotRunningError, OutputError, RunningError
from emocam.settings import Settings

CHILDREN = Path(__file__).parent / "children"
Audience = Callable[[int], None]


@pytest.fixture
def audience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Audience:
    """Says how many readers there are."""
    path = tmp_path / "readers.txt"
    monkeypatch.setenv("PYTHONPATH", str(CHILDREN))
    monkeypatch.setenv("AUDIENCE", str(path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(StageKeeper, "module", "audience")

    def there_are(count: int) -> None:
        new = path.with_suffix(".new")
        new.write_text(str(count))
        new.replace(path)

    there_are(0)
    return there_are


def recording(sample: Callable[[str], Path]) -> Settings:
    source = str(sample("single_face.mp4"))
    settings = Settings().replace("camera.source", source).replace("camera.loop", True)
    return settings.replace("camera.linger", 3.0)  # longer than a busy machine's pause


def running(
    settings: Settings,
    scenario: Callable[[Client], Awaitable[None]],
    options: RunOptions | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Run EmoCam, be its client, and end it."""

    async def whole() -> None:
        task = asyncio.create_task(run(settings, options or RunOptions(), say))
        while True:
            try:
                async with connected(channel("EmoCam")) as client:
                    await scenario(client)
                    await client.ask("quit", {})
                    assert await client.ended(20)
                break
            except NotRunningError:
                assert not task.done(), task.exception()
                await asyncio.sleep(0.02)
        await task

    asyncio.run(asyncio.wait_for(whole(), 120))


async def until(client: Client, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    while not condition(status := await client.ask("status", {})):
        await asyncio.sleep(0.15)  # no faster than a client may ask
    return status


def reads(status: dict[str, Any]) -> bool:
    return status["read"] is not None and status["read"]["expression"] is not None


def closed(status: dict[str, Any]) -> bool:
    return status["camera"]["process"] is None


def test_the_camera_is_open_while_somebody_watches(
    audience: Audience, sample: Callable[[str], Path], tmp_path: Path
) -> None:
    async def scenario(client: Client) -> None:
        await until(client, lambda status: status["watchers"]["how"] == "event")
        await asyncio.sleep(1)
        status = await client.ask("status", {})
        assert closed(status)
        assert (status["camera"]["open"], status["camera"]["why"]) == (False, "nobody watches")
        for turn in range(2):
            audience(2)
            status = await until(client, reads)
            assert status["camera"]["open"]
            assert status["watchers"] == {"how": "event", "count": 2, "names": ["a program"]}
            pid = status["camera"]["process"]
            assert Path(f"/proc/{pid}").exists()
            audience(0)
            if turn == 0:  # a reader who is soon back finds the camera open
                await asyncio.sleep(0.1)
                audience(1)
                await asyncio.sleep(1)
                assert (await client.ask("status", {}))["camera"]["process"] == pid
                audience(0)
            status = await until(client, closed)
            assert not Path(f"/proc/{pid}").exists()
            assert status["shown"] == ["starting"]
            assert status["rates"]["sensing_deaths"] == 0
        audience(1)
        await until(client, reads)
        assert closed(await client.ask("pause", {}))
        audience(2)
        await asyncio.sleep(0.5)
        assert closed(await client.ask("status", {}))

    running(recording(sample), scenario)
    pictures = (tmp_path / "pictures.txt").read_text().splitlines()
    # Before each expression of a new reader stands "starting", never the face of before.
    assert pictures[0] == "starting"
    assert pictures.count("starting") >= 3
    assert pictures[-1] == "paused"
    assert "moment" not in pictures


def test_a_run_that_could_never_work_fails_before_anybody_watches(audience: Audience) -> None:
    settings = Settings().replace("camera.source", "/no/such/recording.mp4")
    with pytest.raises(CameraError, match="recording"):
        asyncio.run(run(settings, RunOptions(), lambda _: None))


def test_a_run_that_waits_comes_up_when_its_cameras_do(
    audience: Audience,
    sample: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUDIENCE_MISSING", str(tmp_path / "missing"))
    (tmp_path / "missing").touch()
    settings = recording(sample).replace("camera.source", "No Such Webcam")
    with pytest.raises((OutputError, CameraError)):
        asyncio.run(run(settings, RunOptions(), lambda _: None))

    async def scenario(client: Client) -> None:
        status = await until(client, lambda status: status["output"]["state"] == "waiting")
        assert status["output"]["cause"] == "There is no camera yet"
        assert closed(status)
        audience(1)
        (tmp_path / "missing").unlink()
        status = await until(client, lambda status: status["read"] is not None)
        assert status["output"]["state"] == "publishing"
        await until(client, lambda status: status["shown"] == ["unplugged"])
        # The webcam comes: here by another name for it.
        await client.ask("set", {"key": "camera.source", "value": str(sample("single_face.mp4"))})
        await until(client, reads)

    said: list[str] = []
    running(settings, scenario, RunOptions(wait=True), said.append)
    assert sum("waits for its output: There is no camera yet" in each for each in said) == 1


def test_two_runs_of_a_name(audience: Audience, sample: Callable[[str], Path]) -> None:
    settings = recording(sample)

    async def scenario(client: Client) -> None:
        with pytest.raises(RunningError, match=str(os.getpid())):
            await run(settings, RunOptions(), lambda _: None)

    running(settings, scenario)


def test_a_source_that_is_lost_while_nobody_watches_is_told_later(
    audience: Audience, sample: Callable[[str], Path], tmp_path: Path
) -> None:
    source = tmp_path / "recording.mp4"
    source.write_bytes(sample("single_face.mp4").read_bytes())
    settings = recording(sample).replace("camera.source", str(source))

    async def scenario(client: Client) -> None:
        audience(1)
        await until(client, reads)
        audience(0)
        await until(client, closed)
        source.rename(tmp_path / "away.mp4")
        audience(1)
        await until(client, lambda status: bool(status["rates"]["sensing_deaths"]) or reads(status))
        (tmp_path / "away.mp4").rename(source)
        await until(client, reads)

    try:
        running(settings, scenario)
    except EmoCamError as error:
        raise AssertionError(f"the run ended: {error}") from error
