"""A Debian 13 with Wine 10, which runs CPython 3.11, in a folder; root and debootstrap make it.

Debian 12's own Wine is too old for the programs. The folder is kept between runs:
``EMOCAM_WINE_ROOT``, or ``build/dist/wine``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("wine", "wine64")
#: Wine without what the tests do not need: a debugger that waits for somebody, .NET, a browser.
_ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "WINEPREFIX": "/root/prefix",
    "WINEARCH": "win64",
    "WINEDEBUG": "-all",
    "WINEDLLOVERRIDES": "winedbg.exe=d;mscoree=;mshtml=;winemenubuilder.exe=d",
    "XDG_RUNTIME_DIR": "/tmp",
}
_MOUNTS = ("proc", "dev")


class Wine:
    """One installation.

    Args:
        folder: where the Debian lies, or shall lie.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prefix = folder / "root" / "prefix"
        #: The folder that programs see as ``Z:\\\\work``.
        self.work = folder / "work"

    def make(self) -> None:
        """Install Debian and Wine, if they are not there; an empty Windows in any case."""
        if not os.path.lexists(self.folder / "usr/bin/wine"):  # a link within that Debian
            self.folder.mkdir(parents=True, exist_ok=True)
            _call(["debootstrap", "--variant=minbase", "--include=ca-certificates", "trixie",
                   str(self.folder)])  # fmt: skip
            for name in ("/etc/resolv.conf", "/etc/hosts"):
                shutil.copy(name, self.folder / name.lstrip("/"))
            for path in Path("/etc/apt/apt.conf.d").glob("99*"):
                shutil.copy(path, self.folder / "etc/apt/apt.conf.d")
            certificates = Path("/etc/ssl/certs/ca-certificates.crt")
            shutil.copy(certificates, self.folder / "etc/ssl/certs/ca-certificates.crt")
            self._inside(["apt-get", "-qq", "update"])
            self._inside(["apt-get", "-qq", "install", "-y", "--no-install-recommends", *PACKAGES])
        for name in _MOUNTS:
            if not os.path.ismount(self.folder / name):
                _call(["mount", "--bind", f"/{name}", str(self.folder / name)])
        shutil.rmtree(self.prefix, ignore_errors=True)
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir()
        self.run("wineboot", "-i", seconds=300)

    def close(self) -> None:
        """End Windows and let go of what is mounted."""
        subprocess.run(["chroot", str(self.folder), "/usr/bin/env", "-i",
                        *(f"{key}={value}" for key, value in _ENVIRONMENT.items()),
                        "wineserver", "-k"], check=False)  # fmt: skip
        for name in reversed(_MOUNTS):
            if os.path.ismount(self.folder / name):
                subprocess.run(["umount", "-l", str(self.folder / name)], check=False)

    def command(self, *words: str) -> list[str]:
        """The command that runs a Windows program in the folder ``work``."""
        shell = 'cd /work && exec wine "$@"'
        environment = [f"{key}={value}" for key, value in _ENVIRONMENT.items()]
        inside = ["/usr/bin/env", "-i", *environment, "sh", "-c", shell, "wine", *words]
        return ["chroot", str(self.folder), *inside]

    def run(self, *words: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a Windows program to its end; standard error apart."""
        return subprocess.run(
            self.command(*words), capture_output=True, text=True, check=False, timeout=seconds
        )

    def drive(self, *parts: str) -> Path:
        """A path on ``C:``."""
        return self.prefix.joinpath("drive_c", *parts)

    def _inside(self, words: list[str]) -> None:
        _call(
            ["chroot", str(self.folder), "/usr/bin/env", "DEBIAN_FRONTEND=noninteractive", *words]
        )


def _call(words: list[str]) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
