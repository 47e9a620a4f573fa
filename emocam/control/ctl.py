"""``emocam ctl``: one action done to the EmoCam that runs."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import stat
import sys
from collections.abc import Callable
from typing import Any

from emocam.control import origins
from emocam.control import status as words
from emocam.control.actions import Action, find
from emocam.control.channel import run_name
from emocam.control.client import Client, connected
from emocam.control.client import find as find_channel
from emocam.control.files import with_whole_paths
from emocam.control.keeper import Say
from emocam.errors import ControlError
from emocam.settings import Settings

#: Seconds that a run may take to end.
_ENDING = 30.0


def act(settings: Settings, options: argparse.Namespace, say: Say) -> None:
    """Do what the command line says.

    Raises:
        EmoCamError: if it cannot be done.
    """
    action = find(options.action)
    arguments = {each.name: getattr(options, each.name) for each in action.parameters}
    name = run_name(with_whole_paths(settings))
    asyncio.run(_ask(name, options.output is not None, action, arguments, options.json, say))


async def _ask(
    name: str, only: bool, action: Action, arguments: dict[str, str], as_json: bool, say: Say
) -> None:
    told = ""

    def tell(status: dict[str, Any]) -> None:
        nonlocal told
        if as_json:
            # What is watched is read line by line.
            say(json.dumps(status, indent=None if action.streams else 2))
            return
        if action.name == "settings":
            say(origins.listing(status))
            return
        line = words.report(status) if action.name == "status" else words.sentence(status)
        if line != told:  # what is watched may change in what no sentence tells
            told = line
            say(line)

    async with connected(await find_channel(name, only=only)) as client:
        result = await client.ask(action.name, arguments)
        if action.name == "quit":
            await _see_off(client)
            if not as_json:
                say("EmoCam has ended.")
                return
        tell(result)
        if action.streams:
            # Ctrl-C ends it, and so do the run and a reader of ours who leaves.
            _when_unread(client.leave)
            async for status in client.events():
                tell(status)


def _when_unread(then: Callable[[], None]) -> None:
    """Notice that the other end of a pipe for our output is closed, before there is a next line."""
    with contextlib.suppress(OSError, ValueError, NotImplementedError):
        output = sys.stdout.fileno()
        if stat.S_ISFIFO(os.fstat(output).st_mode):
            loop = asyncio.get_running_loop()

            def leave() -> None:
                loop.remove_reader(output)
                then()

            loop.add_reader(output, leave)


async def _see_off(client: Client) -> None:
    if not await client.ended(_ENDING):
        raise ControlError("EmoCam was told to end and has not yet", "Look again in a moment")
