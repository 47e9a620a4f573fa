"""Where the benchmarks find and put things."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "build" / "bench"
SAMPLES = ROOT / "build" / "samples"
DOCUMENT = ROOT / "docs" / "benchmarks.md"


def find_pip() -> list[str]:
    """A pip of any Python; the virtual environment of ``make setup`` has none of its own.

    Raises:
        FileNotFoundError: if there is none.
    """
    base = Path(sys.base_prefix) / "bin" / "python3"
    for python in (sys.executable, str(base), "python3", "python"):
        program = shutil.which(python)
        command = [str(program), "-m", "pip"]
        if program and not subprocess.run([*command, "--version"], capture_output=True).returncode:
            return command
    raise FileNotFoundError("pip is missing (Debian: apt install python3-pip)")


def environment(home: Path, **more: object) -> dict[str, str]:
    """The environment of a measured process: an empty home, and byte code that may be kept.

    Args:
        home: a folder; no settings of the user count.
        more: further variables.
    """
    kept = ("PATH", "LANG", "LD_LIBRARY_PATH", "PYTHONPATH")
    plain = {name: os.environ[name] for name in kept if name in os.environ}
    return {
        **plain,
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        **{name: str(value) for name, value in more.items()},
    }
