"""Measure attention: ``python -m benchmarks.attention``."""

from __future__ import annotations

import argparse

from emocam.sensing import native


def main() -> None:
    """Measure, and print the tables in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attention", description=__doc__)
    parser.add_argument("--every", type=int, default=4, help="of how many frames one is compared")
    options = parser.parse_args()
    native.prepare()
    native.settle()
    from benchmarks.attention import agreement

    print("\n".join(agreement.table(options.every)))


if __name__ == "__main__":
    main()
