"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

import emocam
from benchmarks.places import ROOT

_PACKAGES = (
    "ai-edge-litert",
    "av",
    "numpy",
    "opencv-python-headless",
    "pyvirtualcam",
    "resvg_py",
    "thorvg-python",
)


def describe() -> dict[str, str]:
    """Processor, memory, system and versions, as words for a table."""
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{_memory():.0f} GB",
        "system": f"{_system()}, Linux {platform.release()}",
        "Python": platform.python_version(),
        "EmoCam": f"{emocam.__version__}, commit {commit()}",
        "packages": ", ".join(f"{name} {_version(name)}" for name in _PACKAGES),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory() -> float:
    return int(Path("/proc/meminfo").read_text().split()[1]) * 1024 / 1e9


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def commit() -> str:
    """The commit; "+" where files of the product differ from it."""
    git = ["git", "-C", str(ROOT)]
    head = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    if head.returncode:
        return "unknown"
    status = [*git, "status", "--porcelain", "--", "emocam", "models", "assets"]
    changed = subprocess.run(status, capture_output=True, text=True).stdout
    return head.stdout.strip() + ("+" if changed.strip() else "")


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"
