"""Making the rival: a virtual environment with the fer package, and emoji for it to paste."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.places import BENCH, ROOT, find_pip

_REQUIREMENTS = ROOT / "benchmarks" / "rival-requirements.txt"
#: fer's words for what it reads, and ours.
_WORDS = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}


def rival_python() -> Path:
    """The Python of the rival's environment; made once, 1.5 GB, from the package index.

    Raises:
        subprocess.CalledProcessError: if it cannot be installed.
    """
    folder = BENCH / "rival-venv"
    python = folder / "bin" / "python"
    stamp = folder / "requirements.sha256"
    digest = hashlib.sha256(_REQUIREMENTS.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return python
    print(f"Installing the rival in {folder.relative_to(ROOT)} (about 1.5 GB)", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=False, symlinks=True)
    command = [*find_pip(), "--python", str(python), "install", "--quiet", "--no-deps"]
    subprocess.run([*command, "-r", str(_REQUIREMENTS)], check=True)
    stamp.write_text(digest)
    return python


def rival_emoji() -> None:
    """EmoCam's own emoji as PNG files, named as fer names what it reads."""
    folder = BENCH / "emoji"
    if all((folder / f"{word}.png").exists() for word in _WORDS):
        return
    folder.mkdir(parents=True, exist_ok=True)
    # A process of its own: the drawing library is of no use to the benchmark afterwards.
    script = (
        "import sys, pathlib, resvg_py\n"
        "for svg, png in zip(sys.argv[1::2], sys.argv[2::2]):\n"
        "    data = resvg_py.svg_to_bytes(svg_path=svg, width=512, height=512)\n"
        "    pathlib.Path(png).write_bytes(bytes(data))\n"
    )
    pack = ROOT / "assets" / "emoji" / "classic"
    paths: list[Path] = []
    for word, picture in _WORDS.items():
        paths += [pack / f"{picture}.svg", folder / f"{word}.png"]
    subprocess.run([sys.executable, "-c", script, *map(str, paths)], check=True)
