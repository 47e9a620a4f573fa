"""Made faces for the tests of the training programs; no test needs a data set.

Most of these tests need PyTorch, which only ``pip install '.[train]'`` brings. Without it they
are skipped with that reason; where CI=true, when skips count as failures, they are not collected,
because the project's CI does not install PyTorch (the run's first lines say so).
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from drawn_faces import HAS_TORCH, NO_TORCH, make_faces

from training.data import Faces

#: Tests that do without PyTorch.
_ALWAYS = {
    "test_expression_on_recordings.py",
    "test_training_labels.py",
    "test_training_metrics.py",
    "test_training_readers.py",
    "test_training_traits.py",
}
_HERE = Path(__file__).parent

collect_ignore = (
    [p.name for p in _HERE.glob("test_*.py") if p.name not in _ALWAYS]
    if not HAS_TORCH and os.environ.get("CI") == "true"
    else []
)


def pytest_report_header() -> str:
    """Say what is not collected."""
    return f"training: not collected, {NO_TORCH}" if collect_ignore else ""


@pytest.fixture(scope="session")
def faces() -> Faces:
    """A small table of drawn faces."""
    return make_faces()


@pytest.fixture(scope="session")
def npz(tmp_path_factory: pytest.TempPathFactory, faces: Faces) -> Path:
    """The same table as a file."""
    path = tmp_path_factory.mktemp("data") / "faces.npz"
    np.savez(
        path,
        images=faces.images,
        labels=faces.labels,
        split=faces.split,
        ferplus_votes=faces.votes,
    )
    return path
