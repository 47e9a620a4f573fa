"""What all tests share: the sample recordings and the rule about skips."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "build" / "samples"


def missing(what: str) -> None:
    """Skip the test because the machine lacks something; where CI=true that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and nothing may be skipped where CI=true")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="session")
def sample() -> Callable[[str], Path]:
    """Gives the path of a sample recording by its name."""

    def find(name: str) -> Path:
        path = SAMPLES / name
        if not path.exists():
            missing(f"the sample recording {name} (make samples)")
        return path

    return find


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """Gives the path of a program of the system by its name."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            missing(f"the program {name}")
        return str(path)

    return find
