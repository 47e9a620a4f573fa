"""Qt without a display, for what the window is made of."""

from __future__ import annotations

import os
from typing import Any

import pytest

from emocam.window.lack import lack

os.environ["QT_QPA_PLATFORM"] = "offscreen"


@pytest.fixture(scope="session")
def application() -> Any:
    """Qt's application; skips where Qt lacks a library of the system."""
    if (problem := lack({"QT_QPA_PLATFORM": "offscreen"})) is not None:
        pytest.skip(f"needs Qt's libraries: {problem.remedy}")
    from PySide6.QtWidgets import QApplication

    return QApplication.instance() or QApplication(["emocam"])
