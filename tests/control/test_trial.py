"""A room's checks asked for in a run: the answer, and what is left when nobody waits any more."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path

import pytest

from emocam.control.queries import trial
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


def test_a_room_that_cannot_answer_is_a_problem() -> None:
    found = asyncio.run(trial("emocam.no_such_room", Settings()))
    assert [(each.id, each.status) for each in found] == [("no_such_room", "problem")]
