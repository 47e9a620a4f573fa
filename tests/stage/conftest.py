"""The fixture of the stage's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from stage_process import StageProcess


@pytest.fixture
def stage() -> Iterator[Callable[..., StageProcess]]:
    """Starts stage processes and leaves none behind."""
    started: list[StageProcess] = []

    def start(*arguments: str, prefix: tuple[str, ...] = ()) -> StageProcess:
        started.append(StageProcess(*arguments, prefix=prefix))
        return started[-1]

    yield start
    for one in started:
        one.kill()
