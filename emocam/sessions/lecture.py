"""The time of a recorded lecture while it plays, pauses and is wound. Pure; time is passed in."""

from __future__ import annotations

import hashlib

#: Seconds after which a lecture of which nothing was heard is over: its player has ended.
PATIENCE = 10.0
#: The latest position of a lecture, in seconds.
LATEST = 1e6
#: Bytes at the start of a video by which it is told from others of the same name.
HEAD = 1 << 20
_MARK, _LONGEST = 16, 200


class LectureClock:
    """Maps the run's time to the lecture's."""

    def __init__(self) -> None:
        self._position, self._playing = 0.0, False
        self._told = float("-inf")

    def tell(self, position: float, playing: bool, now: float) -> None:
        """Take where the lecture is.

        Args:
            position: seconds from its beginning.
            playing: whether it goes on from there; at its own pace.
            now: seconds on a clock that does not run backwards.
        """
        self._position, self._playing, self._told = position, playing, now

    def heard(self, now: float) -> bool:
        """Whether the player has said something of late."""
        return now - self._told < PATIENCE

    def at(self, now: float) -> float | None:
        """The lecture's time in seconds; None while it stands still, or its player is gone."""
        if not (self._playing and self.heard(now)):
            return None
        return self._position + max(now - self._told, 0.0)


def title(file_name: str, head: bytes) -> str:
    """How a log names a lecture: the file's name without its folder, and what tells the file.

    Args:
        file_name: of the video.
        head: its first :data:`HEAD` bytes.

    Returns:
        At most 200 letters: ``lecture.mp4 [0123456789abcdef]``, the start of the head's SHA-256.
    """
    mark = hashlib.sha256(head[:HEAD]).hexdigest()[:_MARK]
    name = "".join(letter if letter.isprintable() else "?" for letter in file_name)
    return f"{name[: _LONGEST - _MARK - 3]} [{mark}]"
