"""Where a video is that plays, pauses and is wound. Pure; time is passed in."""

from __future__ import annotations


class Deck:
    """A position that goes on by itself while it plays, from 0 to the video's length.

    Args:
        length: of the video in seconds.
    """

    def __init__(self, length: float) -> None:
        self.length = max(length, 0.0)
        """In seconds."""
        self._position = 0.0
        self._since: float | None = None

    @property
    def playing(self) -> bool:
        """Whether it goes on; also true at the end until :meth:`pause`."""
        return self._since is not None

    def position(self, now: float) -> float:
        """In seconds from the beginning.

        Args:
            now: seconds on a clock that does not run backwards.
        """
        passed = 0.0 if self._since is None else max(now - self._since, 0.0)
        return min(self._position + passed, self.length)

    def ended(self, now: float) -> bool:
        """Whether it plays and there is no more."""
        return self.playing and self.position(now) >= self.length

    def play(self, now: float) -> None:
        """Go on; from the beginning where there is nothing more."""
        if self.playing:
            return
        if self._position >= self.length:
            self._position = 0.0
        self._since = now

    def pause(self, now: float) -> None:
        """Stand still."""
        self._position, self._since = self.position(now), None

    def seek(self, position: float, now: float) -> None:
        """Go to a place; it plays on there if it did."""
        self._position = min(max(position, 0.0), self.length)
        if self.playing:
            self._since = now


def clock(seconds: float) -> str:
    """A time for people, such as ``1:02:03`` or ``2:03``."""
    whole = int(seconds)
    minutes = f"{whole // 60 % 60}:{whole % 60:02}"
    return minutes if whole < 3600 else f"{whole // 3600}:{minutes:>05}"
