"""Keeping sensing: nothing but readings, and no process while nobody wants the camera."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from emocam.control.child import Child
from emocam.control.keeper import Keeper, Say
from emocam.errors import EmoCamError, PreviewError, ProcessError
from emocam.expression import SensorState
from emocam.settings import Settings
from emocam.stream import ReadingStream
from emocam.wire import DISPLAY_LOST, PREVIEW_CLOSED, RENEWAL, Look

#: Seconds without a reading after which sensing counts as hung: at the start (a slow machine has to
#: load the models), and later on, beyond three intervals of sampling.
START_PATIENCE = 90.0
PATIENCE = 15.0


class SensingKeeper(Keeper):
    """Keeps sensing, checks what it says, and hands the readings on.

    While it is not wanted there is no sensing process, and so nobody who could hold the camera.

    Args:
        settings: as for :class:`Keeper`.
        say: as for :class:`Keeper`.
        take: gets each look.
        lost: called when sensing is gone and will be started again.
    """

    module = "emocam.sensing"
    name = "sensing"
    grace = 3.0
    stated_is_final = False

    def __init__(
        self,
        settings: Settings,
        say: Say,
        take: Callable[[Look], None],
        lost: Callable[[], None],
    ) -> None:
        super().__init__(settings, say)
        self._take = take
        self._lost = lost
        self._ended = False
        self._patience = PATIENCE
        self._rehearsing: Child | None = None
        self.bytes_received = 0
        """From all sensing processes of the run."""
        self.heard: Callable[[], None] = lambda: None
        """Called at each look."""
        self.ready = asyncio.Event()
        """Set by the first reading: models and source are good."""
        self.preview = False
        """Whether sensing shows what it sees in a window of its own, or is to."""
        self.replaced: Callable[[], None] = lambda: None
        """Called when one sensing process takes over from another, and nothing is wrong."""
        self._showing: Child | None = None  # the child that was told to show it
        self._shown = asyncio.Event()  # it does, or never will
        self._refusal: EmoCamError | None = None

    def lost(self) -> None:
        """Pass it on."""
        self._lost()

    def is_done(self, code: int) -> bool:
        """A recording that is over ends the run."""
        return self._ended and code == 0

    def is_renewal(self, code: int) -> bool:
        """A camera was plugged in that only a new process may open."""
        return code == RENEWAL

    def greet(self, child: Child) -> None:
        """As for :class:`Keeper`; with a preview the child is told so."""
        self._showing = child if self.preview else None
        values = self.settings.to_dict()
        restart = self.starts or int(self.proven)
        message = {"type": "configure", "settings": values, "restart": restart}
        child.send({**message, "preview": True} if self.preview else message)

    def show(self, preview: bool) -> None:
        """Go on with a child that shows what it sees, or with one that does not."""
        if preview != self.preview:
            self.hide()
            self.preview = preview
            if preview:
                self._shown.clear()
            self.replaced()
            self.renew(self.settings)

    def hide(self) -> None:
        """Let the next child show nothing; who waits for a window waits no longer."""
        self.preview, self._refusal = False, None
        self._shown.set()

    async def shown(self) -> None:
        """Wait until the preview is there.

        Raises:
            EmoCamError: why it is not.
        """
        await self._shown.wait()
        if self._refusal is not None:
            raise self._refusal

    def is_put_right(self, child: Child, code: int, fault: EmoCamError | None) -> bool:
        """A preview that was closed or cannot be is tried no second time; the run goes on."""
        if child is not self._showing:
            return False
        self.preview, self._showing = False, None
        stated = child.error()
        if code == PREVIEW_CLOSED and fault is None:
            self.say("The preview was closed.")
        else:
            self._refusal = fault or stated or _lost(code)
            self.say(f"There is no preview, and EmoCam goes on without: {self._refusal}")
        self._shown.set()
        self.replaced()
        return True

    async def run(self) -> None:
        """As for :class:`Keeper`; what is not wanted yet is tried all the same.

        Raises:
            EmoCamError: if models or source cannot be used, or no child ever comes to work.
        """
        if not self._wanted:
            await self._rehearse()
        await super().run()

    async def _rehearse(self) -> None:
        """Load models and look for the source without opening it.

        Raises:
            EmoCamError: what would keep every sensing process from working.
        """
        child = self._rehearsing = await Child.start(self.module, self.say)
        try:
            if self._ending:
                return
            values = self.settings.to_dict()
            # Where the first child may do without its webcam, the rehearsal may as well.
            message = {"type": "configure", "settings": values, "restart": int(self.proven)}
            child.send({**message, "rehearse": True})
            code = await asyncio.wait_for(child.wait(), START_PATIENCE)
            stated = child.error()
            if stated is not None and not self._ending:
                raise stated
            # What else went wrong the first real child will meet as well.
            self.proven = code == 0
        except TimeoutError:
            return
        finally:
            await child.stop(self.grace)
            self._rehearsing = None

    async def stop(self) -> None:
        """As for :class:`Keeper`."""
        self._ending = True
        if self._rehearsing is not None:
            await self._rehearsing.stop(self.grace)
        await super().stop()

    async def serve(self, child: Child) -> None:
        """Take readings, and nothing but readings."""
        stream = ReadingStream(self.settings.attention.enabled)
        patience = START_PATIENCE
        while True:
            try:
                data = await asyncio.wait_for(child.stdout.read(4096), patience)
            except TimeoutError:
                # A machine that is only slow must not end in a circle of restarts.
                self._patience = min(2 * self._patience, START_PATIENCE)
                raise ProcessError(
                    f"No reading for {patience:g} seconds", "It is started again"
                ) from None
            if not data:
                return
            self.bytes_received += len(data)
            for look in stream.feed(data, time.monotonic()):
                if child is self._dismissed:
                    continue  # the last words of one that was told to go
                self.ready.set()
                if child is self._showing:
                    self._shown.set()
                if look[0].state is not SensorState.STARTING:
                    self.worked, self.trouble = True, ""
                self._ended = look[0].state is SensorState.ENDED
                self.heard()
                self._take(look)
                patience = self._patience + 3 * self.settings.sampling.interval


def _lost(code: int) -> PreviewError:
    if code == DISPLAY_LOST:
        return PreviewError("The display is gone")
    how = f"was ended by signal {-code}" if code < 0 else f"left with code {code}"
    return PreviewError(f"The process that showed it {how}")
