"""The error rates of the built-in model, from its card to the data file that the window shows.

python -m tools.model_rates    writes models/rates.json from models/MODEL_CARD.md
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CARD = ROOT / "models" / "MODEL_CARD.md"
RATES = ROOT / "models" / "rates.json"
_HEAD = "| FER+ class | rows | precision % | recall % | F1 |"


def read_card(card: str) -> dict[str, Any]:
    """The rates in a model card.

    Raises:
        ValueError: if there is no table of classes or no sum of the model.
    """
    lines = card.splitlines()
    classes = {}
    for line in lines[lines.index(_HEAD) + 2 :]:
        if not line.startswith("|"):
            break
        label, rows, precision, recall = (cell.strip() for cell in line.split("|")[1:5])
        classes[label] = {
            "faces": int(rows),
            "precision": float(precision),
            "recall": float(recall),
        }
    (sha256,) = (line.split("`")[1] for line in lines if line.startswith("| sha256 |"))
    return {"sha256": sha256, "data": "FER2013 PublicTest, majority of FER+", "classes": classes}


def main() -> None:
    """Write the file."""
    rates = read_card(CARD.read_text(encoding="utf-8"))
    RATES.write_text(json.dumps(rates, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
