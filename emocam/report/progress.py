"""How far a long piece of work has come: a line on stderr, where somebody can see it."""

from __future__ import annotations

import sys
from typing import Any


class Progress:
    """Says what is being done; nothing where stderr is no terminal.

    Use it as a context manager.

    Args:
        steps: how many there will be.
    """

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        if sys.stderr is not None and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                SpinnerColumn,
                TextColumn,
                TimeElapsedColumn,
            )
            from rich.progress import Progress as Bar

            self._bar = Bar(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("", total=self._steps)
        return self

    def step(self, what: str) -> None:
        """A new piece of work begins, and the one before is done."""
        if self._bar is not None:
            done = 1 if self._bar.tasks[0].description else 0
            self._bar.update(self._task, description=what, advance=done)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
