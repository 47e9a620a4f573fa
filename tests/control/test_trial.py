"""A room's checks asked for in a run: the answer, and what is left when nobody waits any more."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from emocam.control import queries
from emocam.control.queries import trial
from emocam.errors import ProcessError
from emocam.settings import Settings


def children() -> list[str]:
    task = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return task.read_text().split()


@pytest.mark.skipif(sys.platform != "linux", reason="proc(5): Linux")
def test_a_trial_that_is_given_up_leaves_no_process() -> None:
    """As when the run is told to quit while a setting is tried."""

    async def give_up() -> None:
        task = asyncio.create_task(trial("emocam.stage", Settings()))
        async with asyncio.timeout(10):
            while not children():
                await asyncio.sleep(0.01)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    before = children()
    asyncio.run(asyncio.wait_for(give_up(), 30))
    assert children() == before


def test_whoever_waits_for_an_answer_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what comes too late is not called a damaged installation."""
    code = "import sys, time; sys.stdin.read(); time.sleep({}); print('{{\"answer\": 1}}')"

    def asks(seconds: float, timeout: float, waits: Callable[[float], None]) -> dict[str, object]:
        words = [sys.executable, "-c", code.format(seconds)]
        monkeypatch.setattr(queries, "command", lambda *_: words)
        return queries.put("emocam.stage", "--packs", {"type": "packs"}, timeout, waits)

    monkeypatch.setattr(queries, "_PATIENCE", 0.1)
    told: list[float] = []
    assert asks(0.5, 60, told.append) == {"answer": 1}
    assert told == sorted(told)
    assert len(told) >= 3
    with pytest.raises(ProcessError, match=r"within 0\.5 seconds") as caught:
        asks(600, 0.5, told.append)
    assert "Install" not in str(caught.value)


def test_a_room_that_cannot_answer_is_a_problem() -> None:
    found = asyncio.run(trial("emocam.no_such_room", Settings()))
    assert [(each.id, each.status) for each in found] == [("no_such_room", "problem")]
