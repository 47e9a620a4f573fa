"""Ten thousand random actions over the control socket of a real run."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from emocam_process import environment
from test_processes import end, read_whole_events, running, wait_for

from emocam.control.channel import channel, names
from emocam.control.client import Client, connected
from emocam.control.witness import children
from emocam.errors import EmoCamError, NotRunningError
from emocam.expression import REACTIONS, Expression

#: ``make faults`` does them all; ``make test`` a fifth, to be done in time.
ACTIONS = 10_000 if os.environ.get("EMOCAM_WHOLE") else 2_000
#: Less than may come at once, so that the rate of the socket holds nobody up.
A_CLIENT = 25
PICTURES = [e.label for e in Expression] + [r.value for r in REACTIONS] + ["away", "grin", ""]
#: How often each is done, of a hundred.
SHARES = {
    "status": 35, "hold": 25, "release": 14, "freeze": 12, "nonsense": 6, "set": 4, "resume": 3,
    "pause": 1,
}  # fmt: skip
VALUES = [("mood.hold", "0.5"), ("mood.hold", "much"), ("avatar.size", "0.7"), ("no.such", "1")]


def arguments(action: str, dice: random.Random) -> dict[str, str]:
    match action:
        case "hold":
            return {"picture": dice.choice(PICTURES)}
        case "set":
            key, value = dice.choice(VALUES)
            return {"key": key, "value": value}
        case "nonsense":
            return {"\u202e": "x" * dice.randrange(200)}
    return {}


async def act(name: str, dice: random.Random) -> dict[str, int]:
    """Do them all, a client after the other; gives how many were done and how many refused."""
    count = {"done": 0, "refused": 0}
    while sum(count.values()) < ACTIONS:
        async with connected(channel(name)) as client:
            for _ in range(A_CLIENT):
                action = dice.choices(list(SHARES), list(SHARES.values()))[0]
                count["done" if await ask(client, action, dice) else "refused"] += 1
    return count


async def ask(client: Client, action: str, dice: random.Random) -> bool:
    try:
        await client.ask(action, arguments(action, dice))
    except NotRunningError:
        raise
    except EmoCamError as error:
        if "does not answer" in error.cause:
            raise
        return False
    return True


def footprint(pid: int) -> tuple[int, int, int]:
    """Resident memory in KiB, open descriptors and threads of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    numbers = [int(status.split(f"{name}:")[1].split()[0]) for name in ("VmRSS", "Threads")]
    return numbers[0], len(list(Path(f"/proc/{pid}/fd").iterdir())), numbers[1]


@pytest.mark.fault("10,000 random actions over the control socket (2,000 in make test)")
def test_ten_thousand_actions(
    sample: Callable[[str], Path],
    tmp_path: Path,
    figure: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for key, value in environment(tmp_path).items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    tmp_path.chmod(0o700)
    with running(tmp_path, sample("single_face.mp4"), "--set", "output.width=320",
                 "--set", "output.height=180") as run:  # fmt: skip
        (name,) = names()
        asyncio.run(asyncio.wait_for(act_a_little(name), 60))
        before = footprint(run.pid)
        began = time.monotonic()
        count = asyncio.run(asyncio.wait_for(act(name, random.Random(1)), 280))
        seconds = time.monotonic() - began
        after = footprint(run.pid)
        asyncio.run(resume(name))
        seen = len(read_whole_events(tmp_path))
        wait_for("a reading", lambda: len(read_whole_events(tmp_path)) > seen + 1)
        assert len(children(run.pid)) == 2
        code, output, left = end(run, signal.SIGTERM)
    assert (code, left) == (0, [])
    assert "Traceback" not in output
    assert count["done"] > 4 * count["refused"] > 0
    assert after[0] - before[0] < 8192, "control's memory does not grow"
    assert after[1] <= before[1] + 2, "nor do its descriptors"
    assert after[2] <= before[2] + 1, "nor its threads"
    grown = f"control grew by {after[0] - before[0]} KiB and {after[1] - before[1]} descriptors"
    figure(f"{ACTIONS} in {seconds:.0f} s, {count['refused']} refused with a reason; {grown}")


async def act_a_little(name: str) -> None:
    """So that what is made once is there before anything is measured."""
    async with connected(channel(name)) as client:
        for action, given in (("status", {}), ("hold", {"picture": "heart"}), ("resume", {})):
            await client.ask(action, given)


async def resume(name: str) -> None:
    async with connected(channel(name)) as client:
        assert (await client.ask("resume", {}))["mode"] == "live"
