"""The private virtual environment of the package, on the system's Python 3.11.

It is what ``python3 -m venv`` makes, less what only people use: an interpreter that is a link to
the system's, ``pyvenv.cfg``, and site-packages. The locked wheels go in by pip, which checks the
hash of each; nothing is compiled but bytecode.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

from installer.linux import prune
from installer.steps import REPO, BuildError, empty, pip, run, say

#: Where the environment lies once installed.
HOME = Path("usr/lib/emocam")
PYTHON = "python3.11"
SITE = HOME / "lib" / PYTHON / "site-packages"
#: The package's Python: Debian 12's own. The wheels' and the bytecode's version is this one.
SYSTEM_PYTHON = Path("/usr/bin") / PYTHON

_CONFIG = f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {PYTHON[6:]}\n"


def base(work: Path) -> Path:
    """The environment with all wheels but EmoCam's, made anew only where something changed.

    Args:
        work: a folder that may be kept between builds.

    Returns:
        The root below which it lies.

    Raises:
        BuildError: if this machine cannot build it.
    """
    if not SYSTEM_PYTHON.exists():
        raise BuildError(f"The package is for Debian 12's Python, and {SYSTEM_PYTHON} is missing")
    root, stamp = work / "base", work / "base.stamp"
    key = _key()
    if stamp.exists() and stamp.read_text() == key:
        return root
    stamp.unlink(missing_ok=True)
    empty(root)
    home = root / HOME
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "python3").symlink_to(SYSTEM_PYTHON)
    (home / "bin" / "python").symlink_to("python3")
    (home / "pyvenv.cfg").write_text(_CONFIG)
    (root / SITE).mkdir(parents=True)
    say("installing the locked wheels")
    _install(home, "--require-hashes", "--only-binary=:all:", "-r", REPO / "requirements/run.txt")
    for script in (home / "bin").iterdir():
        if not script.name.startswith("python"):
            script.unlink()
    for folder in home.iterdir():  # share/ of the wheels: their own manual pages
        if folder.name not in ("bin", "lib", "pyvenv.cfg"):
            shutil.rmtree(folder)
    keep_names(root / SITE)
    leave_out(root)
    compile_bytecode(root, root / SITE)
    work.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)
    return root


def add_emocam(root: Path, wheel: Path) -> None:
    """Install EmoCam's wheel into the environment below a root."""
    home = root / HOME
    _install(home, "--no-deps", "--no-index", wheel)
    shutil.rmtree(home / "bin" / "__pycache__", ignore_errors=True)
    (home / "bin" / "emocam").unlink()
    for note in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json"):
        for path in (root / SITE).glob(f"emocam-*.dist-info/{note}"):
            path.unlink()
    compile_bytecode(root, root / SITE / "emocam")


def link_to_system(root: Path) -> None:
    """Make the interpreter's link relative, as policy 10.5 wants it.

    From then on the environment runs only where the package is installed.
    """
    link = root / HOME / "bin/python3"
    link.unlink()
    link.symlink_to(Path(*[".."] * len(HOME.parts)) / SYSTEM_PYTHON.relative_to("/usr"))


def keep_names(site: Path) -> None:
    """Write into each wheel's ``top_level.txt`` what it put into site-packages, for the papers."""
    for record in site.glob("*.dist-info/RECORD"):
        with record.open(newline="", encoding="utf-8") as file:
            tops = {Path(row[0]).parts[0] for row in csv.reader(file) if row}
        names = {
            top.partition(".")[0] for top in tops if not re.search(r"\.\.|-info$|\.libs$", top)
        }
        record.with_name("top_level.txt").write_text("".join(f"{each}\n" for each in sorted(names)))


def leave_out(root: Path) -> None:
    """Remove what EmoCam never loads, and say how much that was."""
    sizes: dict[str, int] = {}
    site = root / SITE
    for path, reason in prune.superfluous(site, REPO / "emocam").items():
        sizes[reason] = sizes.get(reason, 0) + path.lstat().st_size
        path.unlink()
    for folder in sorted((each for each in site.rglob("*") if each.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    for reason, size in sorted(sizes.items(), key=lambda each: -each[1]):
        say(f"left out {size / 1e6:6.1f} MB: {reason}")


def compile_bytecode(root: Path, folder: Path) -> None:
    """Compile a folder's modules, so that the result depends on nothing but them.

    The files bear the hash of their source, unchecked (PEP 552), and the place where they will lie
    instead of that of the build. One process in a fixed order: what marshal writes depends on what
    the interpreter has seen before.
    """
    run(
        [
            *[SYSTEM_PYTHON, "-I", "-m", "compileall", "-q", "-j", "1", "-o", "0"],
            *["--invalidation-mode", "unchecked-hash", "-s", root, "-p", "/", folder],
        ],
        env={"PYTHONHASHSEED": "0"},
    )


def _install(home: Path, *what: str | Path) -> None:
    os.umask(0o022)
    # A cache that pip can keep; no byte compiled, for that would bear times.
    options = [
        "--quiet",
        "--no-compile",
        "--no-warn-script-location",
        "--disable-pip-version-check",
    ]
    run([*pip(), "--python", home / "bin/python3", "install", *options, *what])


def _key() -> str:
    """What the base depends on."""
    total = hashlib.sha256(run([SYSTEM_PYTHON, "-VV"]).encode())
    files = [REPO / "requirements/run.txt", Path(__file__), Path(prune.__file__)]
    for path in files:
        total.update(path.read_bytes())
    total.update(" ".join(sorted(prune.qt_modules(REPO / "emocam"))).encode())
    total.update(sys.platform.encode())
    return total.hexdigest()
