"""What all tests share: the sample recordings and the rule about skips."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["rows"]

# No test is timed: machines are noisy. A failure found once is found again where CI=true.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True)
CI = os.environ.get("CI") == "true"
settings.load_profile("ci" if CI else "local")

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "build" / "samples"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI=true, a skipped test is a failed one."""
    report = yield
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"Skipped where CI=true: {reason}"
    return report


def missing(what: str) -> None:
    """Skip the test because the machine lacks something."""
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
