"""The way to a run for programs of the same user, and for nobody else.

One interface, :class:`Channel`; :mod:`.unix` and :mod:`.windows` implement it.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from pathlib import Path

from emocam.errors import RunningError
from emocam.settings import Settings

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
#: The name that the window takes; no run can have it.
WINDOW = "~window"
#: The name of the run that publishes nothing.
NOWHERE = "nowhere"

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Channel(ABC):
    """The way to the run of one name.

    Args:
        name: see :func:`run_name`.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    @abstractmethod
    def claim(self, what: str = "") -> None:
        """Take the name for this process, until :meth:`release` or its end, however it ends.

        Args:
            what: the command that takes it, if that will not listen.

        Raises:
            RunningError: if another run of this user has it.
            ControlError: if names cannot be taken here.
        """

    @abstractmethod
    async def listen(self, serve: Serve) -> None:
        """Hand each client of this user to ``serve``, in a task of its own. Needs the claim.

        Raises:
            ControlError: if that cannot be done here.
        """

    @abstractmethod
    def close(self) -> None:
        """Take no more clients."""

    @abstractmethod
    def release(self) -> None:
        """Give the name back and leave nothing behind."""

    @abstractmethod
    async def connect(self) -> Streams:
        """Become a client.

        Raises:
            NotRunningError: if there is no run of this name.
            ControlError: if it cannot be reached.
        """

    @abstractmethod
    def address(self) -> str:
        """Where it is, for people."""


def run_name(settings: Settings) -> str:
    """The name of the run with these settings: two runs of one name would publish to one place.

    Args:
        settings: with whole paths.

    Returns:
        1 to 40 letters, digits, ``-`` and ``_``: the label of the virtual camera where it is made
        of these, else a short sum.
    """
    if settings.output.target == "virtual":
        label = settings.output.label
        plain = label != NOWHERE and re.fullmatch(r"[A-Za-z0-9_-]{1,31}", label)
        return label if plain else f"label-{_sum(label)}"
    if settings.output.target == "none":
        return NOWHERE
    return f"file-{_sum(str(Path(settings.output.target).resolve()))}"


def channel(name: str) -> Channel:
    """The channel of this platform."""
    if sys.platform == "win32":
        from emocam.control.channel.windows import PipeChannel

        return PipeChannel(name)
    from emocam.control.channel.unix import UnixChannel

    return UnixChannel(name)


def names() -> list[str]:
    """The names that runs of this user may have now, sorted; one may have just ended."""
    if sys.platform == "win32":
        from emocam.control.channel import windows

        found = windows.names()
    else:
        from emocam.control.channel import unix

        found = unix.names()
    return [name for name in found if name != WINDOW]


def running(name: str, pid: int | None, what: str = "") -> RunningError:
    """The error of a second run.

    Args:
        name: that both want.
        pid: of the first, if that is known.
        what: the first one's command, if that does not listen.
    """
    process = f" (process {pid})" if pid else ""
    if what:
        return RunningError(f"emocam {what} runs{process}", "End it with Ctrl-C where it runs")
    if name.startswith("file-"):
        return RunningError(
            f"Another EmoCam{process} writes this very file", "Name another file with --output"
        )
    return RunningError(
        f"EmoCam runs already{process}",
        'See what it does with "emocam ctl status"; end it with "emocam ctl quit"',
    )


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]
