"""Sentences for the user, which never hold up the run."""

from __future__ import annotations

import contextlib
import queue
import threading

#: Sentences that wait for a terminal that stands still (Ctrl-S, a full pipe); more are dropped.
_WAITING = 100
#: Seconds that the end waits for the last sentences.
_LAST_WORDS = 1.0


class Voice:
    """Prints sentences from a thread of its own: a reader that stands still blocks that alone."""

    def __init__(self) -> None:
        self._sentences: queue.Queue[str | None] = queue.Queue(_WAITING)
        self._thread = threading.Thread(target=self._speak, name="voice", daemon=True)
        self._thread.start()

    def __call__(self, sentence: str) -> None:
        """Say a sentence soon; drop it when too many wait already."""
        with contextlib.suppress(queue.Full):
            self._sentences.put_nowait(sentence)

    def close(self) -> None:
        """Say what is left, for a moment."""
        try:
            self._sentences.put(None, timeout=_LAST_WORDS)
        except queue.Full:
            return
        self._thread.join(_LAST_WORDS)

    def _speak(self) -> None:
        while (sentence := self._sentences.get()) is not None:
            try:
                print(sentence, flush=True)
            except (OSError, ValueError):
                return  # nobody can read any more, which is no reason to stop
