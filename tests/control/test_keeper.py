"""The supervisor against children that really misbehave."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from emocam.control import backoff, keep_sensing, keeper
from emocam.control.backoff import Backoff
from emocam.control.child import Child
from emocam.control.keep_sensing import SensingKeeper
from emocam.errors import ModelError, ProcessError
from emocam.expression import SensorState
from emocam.settings import Settings
from emocam.wire import Look

CHILDREN = Path(__file__).parent / "children"


@pytest.fixture(autouse=True)
def _children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(CHILDREN))


class Watched(SensingKeeper):
    """A keeper of a bad child that writes down what becomes of it."""

    def __init__(self, module: str, how: str) -> None:
        self.looks: list[Look] = []
        self.losses = 0
        self.said: list[str] = []
        settings = Settings().replace("model.path", how).replace("sampling.interval", 0.2)
        super().__init__(settings, self.said.append, self.looks.append, self.count)
        self.module = module

    def count(self) -> None:
        self.losses += 1


@pytest.mark.parametrize("how", ["picture", "flood", "killed", "crash"])
def test_a_bad_child_is_replaced_and_the_run_goes_on(how: str, tmp_path: Path) -> None:
    watched = Watched("rogue", f"{how}:{tmp_path / 'marker'}")
    asyncio.run(asyncio.wait_for(watched.run(), 60))
    assert watched.starts == 2
    assert watched.losses == 1
    assert watched.looks[-1][0].state is SensorState.ENDED
    deaths = [each for each in watched.said if "starting it again" in each]
    assert len(deaths) == 1
    assert f"A drawing is bad ({how}). Mend it" in watched.said
    if how == "crash":
        assert "some last words" in deaths[0]
    if how == "flood":
        assert len(watched.looks) < 40


def test_a_child_that_asks_for_another_gets_it_without_a_word(tmp_path: Path) -> None:
    """A camera came that only a new process may open."""
    watched = Watched("rogue", f"renewal:{tmp_path / 'marker'}")
    asyncio.run(asyncio.wait_for(watched.run(), 60))
    assert (watched.starts, watched.losses, watched.deaths) == (2, 1, 0)
    assert watched.looks[-1][0].state is SensorState.ENDED
    assert not any("again" in each for each in watched.said)


def test_a_silent_child_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_sensing, "PATIENCE", 0.4)
    watched = Watched("rogue", f"deaf:{tmp_path / 'marker'}")
    asyncio.run(asyncio.wait_for(watched.run(), 60))
    assert watched.starts == 2
    assert any("No reading" in each for each in watched.said)


def test_a_deaf_child_is_ended_all_the_same(tmp_path: Path) -> None:
    watched = Watched("rogue", f"deaf:{tmp_path / 'marker'}")
    watched.grace = 0.3

    async def scenario() -> int:
        task = asyncio.create_task(watched.run())
        while not watched.looks:
            await asyncio.sleep(0.01)
        assert watched.child is not None
        pid = watched.child.pid
        await watched.stop()
        await task
        return pid

    pid = asyncio.run(asyncio.wait_for(scenario(), 60))
    assert not Path(f"/proc/{pid}").exists()
    assert watched.losses == 0


def test_a_first_child_that_states_an_error_ends_the_run() -> None:
    watched = Watched("stillborn", "states")
    with pytest.raises(ModelError, match="cut short") as caught:
        asyncio.run(asyncio.wait_for(watched.run(), 60))
    assert caught.value.exit_code == 6
    assert watched.starts == 1


def test_children_that_never_work_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "DELAYS", (0.0,))
    watched = Watched("stillborn", "crashes")
    with pytest.raises(ProcessError, match="illegal instruction"):
        asyncio.run(asyncio.wait_for(watched.run(), 60))
    assert watched.starts == keeper.HOPELESS


def test_what_a_child_states_again_and_again_is_what_the_user_hears(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backoff, "DELAYS", (0.0,))
    watched = Watched("stillborn", "states")
    watched.proven = True  # as with --wait
    with pytest.raises(ModelError, match="cut short"):
        asyncio.run(asyncio.wait_for(watched.run(), 60))
    assert watched.starts == keeper.HOPELESS


def test_other_settings_are_tried_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "DELAYS", (600.0,))
    watched = Watched("stillborn", "states")
    watched.proven = True

    async def scenario() -> None:
        task = asyncio.create_task(watched.run())
        await until(lambda: watched.said)
        assert watched.trouble == "The model is cut short"
        watched.renew(watched.settings.replace("model.path", "crashes"))
        await until(lambda: len(watched.said) == 2)
        await watched.stop()
        await task

    asyncio.run(asyncio.wait_for(scenario(), 60))
    assert "illegal instruction" in watched.said[1]


def test_a_system_that_starts_no_child_for_a_while_does_not_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoff, "DELAYS", (0.05,))
    watched = Watched("rogue", f"crash:{tmp_path / 'marker'}")
    watched.proven = True
    python = sys.executable
    monkeypatch.setattr(sys, "executable", "/no/such/python")

    async def scenario() -> None:
        task = asyncio.create_task(watched.run())
        await until(lambda: len(watched.said) > 2)
        assert watched.starts == 0
        monkeypatch.setattr(sys, "executable", python)
        await task

    asyncio.run(asyncio.wait_for(scenario(), 60))
    assert "cannot be started" in watched.said[0]
    assert watched.looks[-1][0].state is SensorState.ENDED


def test_a_warning_is_no_last_word() -> None:
    async def scenario() -> str:
        child = await Child.start("stillborn")
        child.send({"type": "configure", "settings": {"model.path": "warns"}})
        await child.wait()
        return child.last_words()

    assert asyncio.run(scenario()) == ""


def test_a_child_that_cannot_start_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")
    with pytest.raises(ProcessError, match="cannot be started"):
        asyncio.run(Child.start("rogue"))


def test_delays_grow_and_a_healthy_life_resets_them() -> None:
    delays = Backoff()
    grown = [delays.next_delay(0.1) for _ in range(10)]
    assert grown == sorted(grown)
    assert grown[-1] == backoff.DELAYS[-1]
    assert delays.next_delay(backoff.HEALTHY) == backoff.DELAYS[0]


def test_stopping_before_the_child_is_there_leaves_none() -> None:
    async def scenario() -> int:
        watched = Watched("stillborn", "crashes")
        task = asyncio.create_task(watched.run())
        await asyncio.sleep(0)
        await watched.stop()
        await asyncio.wait_for(task, 30)
        return watched.starts

    assert asyncio.run(scenario()) == 0


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.01)


def test_a_child_is_there_only_while_it_is_wanted() -> None:
    async def scenario() -> None:
        watched = Watched("steady", "good")
        watched.want(False)
        task = asyncio.create_task(watched.run())
        await until(lambda: watched.proven)  # it was tried, and nothing was read
        await asyncio.sleep(0.3)
        assert (watched.starts, watched.child, watched.looks) == (0, None, [])
        for life in (1, 2, 3):
            watched.want(True)
            seen = len(watched.looks)
            await until(lambda seen=seen: len(watched.looks) > seen)
            assert watched.starts == life
            assert watched.child is not None
            pid = watched.child.pid
            watched.want(False)
            await watched.gone()
            assert not Path(f"/proc/{pid}").exists()
            assert watched.child is None
        assert (watched.deaths, watched.losses, watched.said) == (0, 0, [])
        await watched.stop()
        await task

    asyncio.run(asyncio.wait_for(scenario(), 60))


def test_a_change_of_mind_leaves_one_child() -> None:
    async def scenario() -> None:
        watched = Watched("steady", "good")
        task = asyncio.create_task(watched.run())
        for wish in [False, True] * 10:
            watched.want(wish)
            await asyncio.sleep(0.03)
        await until(lambda: watched.looks)
        assert watched.child is not None
        pid = watched.child.pid
        assert children_of(os.getpid()) == [pid]
        await watched.stop()
        await task
        assert children_of(os.getpid()) == []

    asyncio.run(asyncio.wait_for(scenario(), 60))


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_what_can_never_work_ends_the_run_before_it_is_wanted() -> None:
    async def scenario() -> None:
        watched = Watched("steady", "bad")
        watched.want(False)
        await watched.run()

    with pytest.raises(ModelError, match="bad"):
        asyncio.run(asyncio.wait_for(scenario(), 60))


def test_what_worked_in_the_rehearsal_may_fail_and_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backoff, "DELAYS", (0.0,))

    async def scenario() -> None:
        watched = Watched("steady", "good")
        watched.want(False)
        task = asyncio.create_task(watched.run())
        await until(lambda: watched.proven)
        good = watched.settings
        watched.settings = good.replace("model.path", "bad")
        watched.want(True)
        await until(lambda: watched.deaths)
        watched.settings = good
        await until(lambda: watched.looks)
        await watched.stop()
        await task

    asyncio.run(asyncio.wait_for(scenario(), 60))
