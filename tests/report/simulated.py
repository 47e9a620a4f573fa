"""Simulated logs for the tests of the report."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from emocam.report.columns import COLUMNS, EXPRESSIONS


def readings(seed: int, seconds: int, **common: str) -> list[dict[str, Any]]:
    """One person's readings: mostly neutral, a smile from 1/3 to 1/2, gone for the last tenth."""
    chance = random.Random(seed)
    found = []
    for t in range(seconds):
        row: dict[str, Any] = {"t": float(t), "state": "face", **common}
        if t >= 0.9 * seconds:
            row["state"] = "no_face"
        elif chance.random() < 0.01:
            row["state"] = "covered"
        else:
            weights = [chance.random() for _ in EXPRESSIONS]
            weights[1 if seconds / 3 <= t < seconds / 2 else 0] += 6
            shares = [each / sum(weights) for each in weights]
            row |= dict(zip(EXPRESSIONS, shares, strict=True))
            row["expression"] = EXPRESSIONS[max(range(8), key=shares.__getitem__)]
            row["attention"] = chance.choice(["screen", "screen", "screen", "elsewhere", "closed"])
        found.append(row)
    return found


def write_csv(path: Path, rows: Sequence[dict[str, Any]], separator: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_jsonl(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_parquet(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    import pyarrow
    from pyarrow import parquet

    table = pyarrow.Table.from_pylist([{name: row.get(name) for name in COLUMNS} for row in rows])
    parquet.write_table(table, path)
    return path
