"""``python -m installer.papers FOLDER`` writes the bill of materials and the licences there."""

from __future__ import annotations

import argparse
from pathlib import Path

from installer.papers import bill, licences


def main() -> None:
    """Write both."""
    parser = argparse.ArgumentParser(prog="python -m installer.papers", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    bill.write(folder / "emocam.cdx.json")
    (folder / "THIRD-PARTY-LICENCES.txt").write_text(licences.document(), encoding="utf-8")
    print(f"{folder / 'emocam.cdx.json'}\n{folder / 'THIRD-PARTY-LICENCES.txt'}")


if __name__ == "__main__":
    main()
