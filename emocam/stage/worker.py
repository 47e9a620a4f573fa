"""One drawing at a time, beside the loop that hands frames over."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class Worker:
    """Runs one job at a time, and what is to be done with its result where it was ordered.

    A job is a function without arguments; it returns a function that takes its result over, which
    :meth:`collect` calls in the thread that calls it: so nothing is ever changed by two threads.

    Args:
        threaded: whether jobs run in a thread of their own; if not, :meth:`order` waits for them.
    """

    def __init__(self, threaded: bool) -> None:
        self._pool = ThreadPoolExecutor(1, "drawing") if threaded else None
        self._job: Future[Callable[[], None]] | None = None

    @property
    def busy(self) -> bool:
        """Whether a job was ordered whose result was not taken over yet."""
        return self._job is not None

    def order(self, job: Callable[[], Callable[[], None]]) -> None:
        """Start a job; only when not busy."""
        assert self._job is None
        if self._pool is None:
            job()()
        else:
            self._job = self._pool.submit(job)

    def collect(self, wait: bool = False) -> None:
        """Take the result of a job over if it is done, or once it is.

        Raises:
            Exception: what the job raised.
        """
        job = self._job
        if job is not None and (wait or job.done()):
            self._job = None
            job.result()()

    def close(self) -> None:
        """End the thread; what it is doing is finished first, and forgotten."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)
        self._job = None
