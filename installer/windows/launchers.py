"""``emocam.exe`` for consoles and ``emocamw.exe`` for icons.

Each is distlib's launcher for scripts, a line that names the Python beside it, and a zip with the
script; distlib's simple_launcher describes the form, and ``<launcher_dir>``.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from installer.steps import BuildError

_SCRIPT = """\
import sys

from emocam.__main__ import main

sys.exit(main())
"""
#: The launcher of distlib and the Python for each command.
_KINDS = {"emocam.exe": ("t64.exe", "python.exe"), "emocamw.exe": ("w64.exe", "pythonw.exe")}


def put(folder: Path) -> None:
    """Write both.

    Args:
        folder: where python.exe lies.

    Raises:
        BuildError: if distlib does not bring its launchers (Debian's does not).
    """
    import distlib

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:  # the date is 1980 in each build
        archive.writestr(zipfile.ZipInfo("__main__.py"), _SCRIPT)
    for name, (launcher, python) in _KINDS.items():
        source = Path(distlib.__file__).with_name(launcher)
        if not source.exists():
            raise BuildError(f"distlib brings no {launcher}. Take distlib from PyPI: make setup")
        line = f"#!<launcher_dir>\\{python}\n".encode()
        (folder / name).write_bytes(source.read_bytes() + line + packed.getvalue())
