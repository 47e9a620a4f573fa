"""What all tests share: the sample recordings and the rule about skips."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test is timed: machines are noisy. A failure found once is found again where CI=true.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")

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
