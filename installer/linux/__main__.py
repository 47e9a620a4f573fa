"""Builds the Debian package: ``python -m installer.linux FOLDER``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from installer.linux.package import build
from installer.steps import WORK, BuildError, say


def main() -> int:
    """Build it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m installer.linux", description=__doc__)
    parser.add_argument("out", type=Path, metavar="FOLDER", help="where the package goes")
    parser.add_argument("--work", type=Path, default=WORK / "linux", help="where it is made")
    parser.add_argument("--version", help="another version than EmoCam's own")
    parser.add_argument("--squeeze", default="xz", choices=("xz", "gzip", "none"))
    options = parser.parse_args()
    try:
        path = build(options.out, options.work, options.version, options.squeeze)
    except BuildError as error:
        print(f"installer.linux: {error}", file=sys.stderr)
        return 1
    say(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
