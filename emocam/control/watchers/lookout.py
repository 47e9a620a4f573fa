"""What the stage says of readers, together with what can be seen of them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress

from emocam.control.watchers.scanner import Scanner
from emocam.control.watching import MAX_NAME, MAX_NAMES, Watchers, printable


class Lookout:
    """Keeps an eye on one device while there is something to see.

    Args:
        told: takes the readers at each change, in the event loop.
    """

    def __init__(self, told: Callable[[Watchers], None]) -> None:
        self._told = told
        self._said: Watchers | None = None
        self._scanner: Scanner | None = None
        self._device: tuple[str, int] | None = None

    def hear(self, said: Watchers, device: str, stage: int) -> None:
        """The stage says what it knows.

        Args:
            said: that. With ``holders`` the stage knows nothing, and whoever is seen counts.
            device: path of what it publishes on.
            stage: its process number.
        """
        # With the event names are looked for while anybody reads, else all the time.
        wanted = said.how == "holders" or (said.how == "event" and bool(said.count))
        if not wanted or (device, stage) != self._device:
            self.close()
        self._said = said
        if wanted and device and self._scanner is None and sys.platform == "linux":
            loop = asyncio.get_running_loop()

            def found() -> None:  # in the scanner's thread, which may outlive the loop
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(self._tell)

            with suppress(OSError):  # no such device any more; the stage will notice
                self._scanner = Scanner(device, stage, found)
                self._device = (device, stage)
        self._tell()

    def close(self) -> None:
        """Look no more; the stage is gone, or publishes nothing."""
        self._said = self._device = None
        scanner, self._scanner = self._scanner, None
        if scanner is not None:
            scanner.close()

    def _tell(self) -> None:
        said, scanner = self._said, self._scanner
        if said is None:
            return  # it was closed meanwhile
        readers = scanner.found if scanner is not None else None
        if readers is not None:
            count = len(readers) if said.how == "holders" else said.count
            said = Watchers(said.how, count, tidy(reader.name for reader in readers))
        elif scanner is not None and said.how == "holders":
            return  # the first look is under way
        self._told(said)


def tidy(names: Iterable[str]) -> tuple[str, ...]:
    """Names as they may be told: sorted, each once, printable, within the limits."""
    clean = (printable(name.strip())[:MAX_NAME].strip() for name in names)
    return tuple(sorted(set(clean) - {""})[:MAX_NAMES])
