"""Builds the artefacts into ``dist/``: ``python -m installer.build [TARGET ...]``.

Each target is a command line; without names all are built, in this order. ``SHA256SUMS`` is
written at the end, over all that lies in ``dist/``.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import time

from installer.steps import DIST, REPO, BuildError, python_package, run, say, version

#: Targets that are made by a program of their own, which gets the folder.
BUILDERS = {
    "linux": "installer.linux",
    "papers": "installer.papers",
    "windows": "installer.windows",
}
#: Programs of the system that a target needs; it is left out where they are not there, unless it
#: was asked for by name.
NEEDS = {"windows": ("makensis", "osslsigncode")}
PYTHON = ("sdist", "wheel")


def main() -> int:
    """Build what is asked for; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m installer.build", description=__doc__)
    targets = (*PYTHON, *BUILDERS)
    parser.add_argument("target", nargs="*", choices=[*targets, []], help="what to build")
    chosen = parser.parse_args().target or targets
    DIST.mkdir(exist_ok=True)
    try:
        for name in chosen:
            missing = [tool for tool in NEEDS.get(name, ()) if shutil.which(tool) is None]
            if missing and chosen is targets:
                say(f"{name}: left out, for there is no {' and no '.join(missing)} on this machine")
                continue
            began = time.monotonic()
            say(f"{name} ...")
            if name in PYTHON:
                python_package(name, DIST)
            else:
                _build(BUILDERS[name])
            say(f"{name}: {time.monotonic() - began:.0f} s")
        write_sums()
    except BuildError as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    return 0


def _build(module: str) -> None:
    for line in run([sys.executable, "-m", module, DIST], cwd=REPO).splitlines():
        say(f"  {line}")


def write_sums() -> None:
    """Write ``SHA256SUMS`` in the form that ``sha256sum -c`` reads, and show what there is."""
    lines = []
    for path in sorted(DIST.iterdir()):
        if path.is_file() and path.name != "SHA256SUMS":
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            lines.append(f"{digest}  {path.name}\n")
            say(f"{path.stat().st_size / 1e6:8.1f} MB  {path.name}")
    (DIST / "SHA256SUMS").write_text("".join(lines))
    say(f"EmoCam {version()}: {len(lines)} files in dist/, and SHA256SUMS")


if __name__ == "__main__":
    sys.exit(main())
