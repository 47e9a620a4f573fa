"""One window a user: a second start brings the first one to the front.

The window takes a name on the control channel as a run does, one that no run can have.
"""

from __future__ import annotations

import asyncio
import contextlib
import json

from emocam.control.channel import WINDOW, Channel, channel
from emocam.errors import EmoCamError

#: Seconds in which the other side must have spoken, and the longest thing it may say in bytes.
PATIENCE, LONGEST = 5.0, 256


def claim() -> Channel | None:
    """Become the one window; None where that cannot be told, as without a place for sockets.

    Raises:
        RunningError: if there is another one.
        EmoCamError: if names cannot be taken here.
    """
    own = channel(WINDOW)
    own.claim("window")
    return own


async def call(page: str) -> bool:
    """Bring the window that is there to the front; returns whether it did.

    Args:
        page: that it is to show; empty for the one that it shows.
    """
    try:
        reader, writer = await channel(WINDOW).connect()
    except EmoCamError:
        return False
    try:
        writer.write(json.dumps({"page": page}).encode() + b"\n")
        answer = await asyncio.wait_for(reader.readline(), PATIENCE)
    except (OSError, TimeoutError, ValueError):
        return False
    finally:
        writer.close()
    return answer == b"ok\n"


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str | None:
    """Take the call of another start; the page that it asks for, or None if it was none."""
    try:
        line = await asyncio.wait_for(reader.readline(), PATIENCE)
        if len(line) > LONGEST:
            return None
        page = str(json.loads(line)["page"])
        writer.write(b"ok\n")
        await asyncio.wait_for(writer.drain(), PATIENCE)
        return page
    except (OSError, TimeoutError, ValueError, KeyError, TypeError):
        return None
    finally:
        writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            await asyncio.wait_for(writer.wait_closed(), PATIENCE)
