"""What the tests of sensing share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from emocam.sensing import native


@pytest.fixture(scope="session", autouse=True)
def settled() -> None:
    native.settle()


@pytest.fixture
def own_model(tmp_path: Path) -> Path:
    """A copy of the expression model and its sidecar, to be spoilt."""
    from emocam.resources import resource

    for name in ("expression.tflite", "expression.json"):
        shutil.copy(resource("models", name), tmp_path / name)
    return tmp_path / "expression.tflite"


@pytest.fixture(scope="session")
def finder() -> Iterator[object]:
    """The face finder of the default settings."""
    from emocam.sensing.faces import open_finder

    finder = open_finder("litert", 0.5)
    yield finder
    finder.close()
