"""What can be wrong with the place for frames, and when to try again. Pure: time is passed in."""

from __future__ import annotations

from enum import StrEnum

from emocam.errors import OutputError


class Fault(StrEnum):
    """Why there is no camera: the code of the status "waiting"; docs/virtual-camera.md has more."""

    MODULE_MISSING = "module-missing"
    """The kernel module is not loaded; on Windows and macOS no virtual camera is installed."""
    LABEL_MISSING = "label-missing"
    """The module is loaded, but none of its devices has the label."""
    NOT_LOOPBACK = "not-loopback"
    """A device of another kind has the label."""
    DENIED = "denied"
    """The user may not write to the device."""
    TAKEN = "taken"
    """Another program writes to the device."""
    SIZE = "size"
    """The device keeps another size or format while a program reads it."""
    GONE = "gone"
    """The device went away, was renamed, or takes no frames any more."""
    FAILED = "failed"
    """Anything else."""


#: Seconds until the first try after a fault.
FIRST = 0.25
#: The most seconds between two tries: of those faults that a look into /sys or one open(2) tells,
#: and of those for which the device has to be opened and watched, which others may notice.
LONGEST = 1.0
LONGEST_OF_OPENED = 2.0
_OPENED = (Fault.TAKEN, Fault.SIZE)
#: A camera that failed again so many seconds after it came back had not really come back.
STEADY = 5.0


class Waiting:
    """When to try again after a fault, and whether it is news.

    It tries soon at first, then more seldom, and soon again when the fault becomes another one: a
    device often is back at once, and one step towards the remedy is often followed by the next.
    """

    def __init__(self) -> None:
        self._fault: tuple[str, str] | None = None
        self._pause = FIRST
        self._due = 0.0
        self._worked: float | None = None

    def failed(self, error: OutputError, now: float) -> bool:
        """Frames cannot go anywhere.

        Args:
            error: why.
            now: seconds on a clock that does not run backwards.

        Returns:
            Whether it is another fault than at the last try, which the user should hear of.
        """
        fault = (error.code, error.cause)
        relapse = self._worked is None or now - self._worked < STEADY
        news = fault != self._fault or self._worked is not None
        if fault != self._fault or not relapse:
            self._pause = FIRST
        self._fault, self._worked = fault, None
        self._due = now + self._pause
        longest = LONGEST_OF_OPENED if error.code in _OPENED else LONGEST
        self._pause = min(2 * self._pause, longest)
        return news

    def worked(self, now: float) -> None:
        """Frames go out again."""
        self._worked = now

    def left(self, now: float) -> float:
        """Seconds until the next try is due; 0 if it is."""
        return max(0.0, self._due - now)
