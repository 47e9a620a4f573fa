"""Measure attention: ``python -m benchmarks.attention [agreement|classes|cost]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from emocam.sensing import native

SIDECAR = Path(__file__).resolve().parents[2] / "models" / "attention.json"
PARTS = ("agreement", "classes", "cost")


def main() -> None:
    """Measure, and print the tables in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attention", description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS, help="one of these; default: all")
    parser.add_argument("--every", type=int, default=4, help="of how many frames one is compared")
    parser.add_argument("--repeats", type=int, default=5, help="processes of each kind")
    parser.add_argument("--seconds", type=int, default=15, help="looks in each")
    parser.add_argument(
        "--write", action="store_true", help="write the error rates to models/attention.json"
    )
    options = parser.parse_args()
    native.prepare()
    native.settle()
    from benchmarks.attention import agreement, classes, cost

    for part in (options.part,) if options.part else PARTS:
        print(f"## {part}\n")
        if part == "agreement":
            lines = agreement.table(options.every)
        elif part == "classes":
            lines = classes.report(SIDECAR if options.write else None)
        else:
            lines = cost.table(options.repeats, options.seconds)
        print("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
