"""Keeping a child alive: start, restart with back-off, an end when it is not wanted."""

from __future__ import annotations

import asyncio
import contextlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from emocam.control.backoff import Backoff
from emocam.control.child import Child
from emocam.errors import EmoCamError, ProcessError, WireError
from emocam.settings import Settings

#: A child that dies so many times before it ever did its work will not do it at all.
HOPELESS = 5

Say = Callable[[str], None]


class Keeper(ABC):
    """Runs one child for as long as the run lasts and the child is wanted.

    Args:
        settings: sent to each child first.
        say: takes a sentence for the user.
    """

    module: str
    name: str
    grace: float
    stated_is_final: bool
    """Whether an error that a child states ends the run even after others have worked."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self.settings = settings
        self.say = say
        self.child: Child | None = None
        """The child of now; None while there is none."""
        self.starts = 0
        self.deaths = 0
        """How many children went that were not told to go."""
        self.trouble = ""
        """Why the last child went that was not told to go; empty once another one works."""
        self.worked = False
        """Whether any child ever did its work; until then an error is the user's business."""
        self.proven = False
        """Whether the settings are known to be good, so that what goes wrong may mend itself."""
        self.after: asyncio.Event | None = None
        """What the first child waits for, if anything."""
        self._ending = False
        self._wanted = True
        self._stirred = asyncio.Event()  # something of the two above has changed
        self._dismissed: Child | None = None
        self._stopping: set[asyncio.Task[int]] = set()
        self._gone = asyncio.Event()
        self._gone.set()

    @abstractmethod
    async def serve(self, child: Child) -> None:
        """Listen to a child until its stdout ends.

        Raises:
            WireError: if it speaks out of turn; it is killed then.
        """

    def lost(self) -> None:
        """Called when a child is gone that was not told to go."""
        return

    def is_done(self, code: int) -> bool:
        """Whether this exit code means that the work is finished."""
        return False

    def is_renewal(self, code: int) -> bool:
        """Whether this exit code asks for another process at once, and nothing is wrong."""
        return False

    def is_put_right(self, child: Child, code: int, fault: EmoCamError | None) -> bool:
        """Whether a death came of something that the next child, started at once, does without."""
        return False

    def want(self, wanted: bool) -> None:
        """Say whether there is to be a child: one that is there is ended, or one is started."""
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._stirred.set()
        if not wanted:
            self._dismiss()

    def renew(self, settings: Settings) -> None:
        """Go on with other settings and another child, at once."""
        self.settings = settings
        self._stirred.set()  # these may mend what the last one died of
        self._dismiss()

    def _dismiss(self) -> None:
        if self.child is not None and self.child is not self._dismissed:
            self._dismissed = self.child
            task = asyncio.create_task(self.child.stop(self.grace))
            self._stopping.add(task)
            task.add_done_callback(self._stopping.discard)

    async def gone(self) -> None:
        """Wait until no child is there."""
        await self._gone.wait()

    def configure(self, settings: Settings) -> None:
        """Go on with other settings, which the child of now gets as a message."""
        self.settings = settings
        if self.child is not None:
            self.child.send({"type": "configure", "settings": settings.to_dict()})

    async def run(self) -> None:
        """Keep a child alive until :meth:`stop` or until the work is finished.

        Raises:
            EmoCamError: if the first child states an error, or none ever comes to work.
        """
        backoff = Backoff()
        while await self._is_wanted():
            started = time.monotonic()
            self._gone.clear()
            try:
                child = self.child = await self._start()
                if child is None:
                    await self._pause(backoff.next_delay(0.0))
                    continue
                if self._ending or not self._wanted:  # it was told to go before it was there
                    await child.stop(self.grace)
                    continue
                self.greet(child)
                self.starts += 1
                fault = await self._serve(child)
                code = await child.wait()
            finally:
                self.child = None
                self._gone.set()
            if self._ending or (fault is None and self.is_done(code)):
                return
            if child is self._dismissed:
                continue
            if fault is None and self.is_renewal(code):
                self.lost()
                continue
            if self.is_put_right(child, code, fault):
                continue
            self.deaths += 1
            self._judge(child, code, fault, backoff)
            self.lost()
            await self._pause(backoff.next_delay(time.monotonic() - started))

    async def _start(self) -> Child | None:
        """Start a child; None where the system has no process or memory left, for now.

        Raises:
            ProcessError: if it never came to a child that worked.
        """
        try:
            return await Child.start(self.module, self.say)
        except ProcessError as error:
            if not (self.worked or self.proven):
                raise
            self.say(f"EmoCam tries again soon: {error}")
            return None

    def greet(self, child: Child) -> None:
        """Send the first message."""
        values = self.settings.to_dict()
        restart = self.starts or int(self.proven)
        child.send({"type": "configure", "settings": values, "restart": restart})

    async def _is_wanted(self) -> bool:
        """Wait until a child is wanted; returns False if that is over."""
        while not (self._wanted or self._ending):
            self._stirred.clear()
            await self._stirred.wait()
        return not self._ending

    async def _pause(self, seconds: float) -> None:
        """Wait, unless somebody changes their mind."""
        self._stirred.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stirred.wait(), seconds)

    async def _serve(self, child: Child) -> EmoCamError | None:
        try:
            await self.serve(child)
        except (WireError, ProcessError) as error:
            child.kill()
            return error
        return None

    def _judge(self, child: Child, code: int, fault: EmoCamError | None, backoff: Backoff) -> None:
        """Tell the user of a death, or raise what makes another try useless."""
        stated = child.error()
        if stated is not None and (self.stated_is_final or not (self.worked or self.proven)):
            raise stated
        how = f"was ended by signal {-code}" if code < 0 else f"left with code {code}"
        why = str(fault or stated or child.last_words())
        self.trouble = (fault or stated or ProcessError(f"The {self.name} process {how}")).cause
        if not self.worked and backoff.failures + 1 >= HOPELESS:
            raise stated or ProcessError(
                f"The {self.name} process {how} {HOPELESS} times: {why or 'it said nothing'}",
                'Run "emocam doctor"',
            )
        self.say(f"The {self.name} process {how}; starting it again. {why}".rstrip())

    async def stop(self) -> None:
        """End the child in an orderly way, for good."""
        self._ending = True
        self._stirred.set()
        if self.child is not None:
            await self.child.stop(self.grace)
