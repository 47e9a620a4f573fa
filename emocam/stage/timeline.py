"""When a picture fades into the next, without pixels and without a clock: time is passed in."""

from __future__ import annotations

from emocam.expression import Picture

#: The weight of the new picture when the fade is over.
FULL = 256


class Timeline:
    """What is shown, and how far the fade to it has come.

    Args:
        picture: what is shown at first, at once.
        duration: length of a fade in seconds, >= 0.
    """

    def __init__(self, picture: Picture, duration: float) -> None:
        self.picture = picture
        self._duration = duration
        self._began: float | None = None

    def show(self, picture: Picture, now: float) -> bool:
        """Fade to another picture, from whatever is shown at this moment.

        Args:
            now: monotonic time in seconds.

        Returns:
            True if a fade begins; False if the picture is the one shown or faded to already.
        """
        if picture is self.picture:
            return False
        self.picture = picture
        self._began = now
        return True

    def settle(self) -> None:
        """End the fade: nobody is watching."""
        self._began = None

    @property
    def steady(self) -> bool:
        """Whether there is nothing left to fade."""
        return self._began is None

    def weight(self, now: float) -> int:
        """The share of the new picture, 0..:data:`FULL`; :data:`FULL` settles the timeline.

        The curve is smoothstep, 3t**2 - 2t**3: it starts and ends without a jerk, and its steepest
        step is 1.5 times that of a straight line.
        """
        if self._began is None:
            return FULL
        passed = now - self._began
        if passed >= self._duration:
            self._began = None
            return FULL
        t = max(passed, 0.0) / self._duration
        return int(t * t * (3 - 2 * t) * FULL)
