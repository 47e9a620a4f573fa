"""Shortcuts of the report's tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from emocam.report import inputs, own
from emocam.report.engine import open_engine
from emocam.report.own import Findings
from emocam.report.progress import Progress


def analyse(paths: Sequence[Path], engine: str = "duckdb") -> Findings:
    """What the analysis says of these files."""
    with open_engine(engine) as opened, Progress(3) as progress:
        return own.analyse(opened, inputs.examine(paths), progress)
