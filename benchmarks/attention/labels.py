"""The frames whose attention was labelled by eye, and how."""

from __future__ import annotations

import json
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "tests" / "sensing" / "data" / "attention_labels.json"


def labels() -> dict[str, dict[int, str]]:
    """Recording to number of frame to label, of every eighth frame."""
    held = json.loads(FILE.read_text(encoding="utf-8"))
    step = held["step"]
    return {
        name: {
            frame: label for first, last, label in runs for frame in range(first, last + 1, step)
        }
        for name, runs in held["runs"].items()
    }
