"""Bare Debian machines to install the package on: a chroot under an overlay, for one test each.

Everything is mounted in a mount namespace of its own, which ends with the command: nothing stays
mounted, whatever happens, and the base is never changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
#: Where the machines lie.
CHROOTS = Path(os.environ.get("EMOCAM_CHROOTS", REPO / "build/dist/chroots"))
SUITE = "bookworm"

_ENTER = """
set -e
mount -t overlay overlay -o "lowerdir=$BASE,upperdir=$TOP/up,workdir=$TOP/work" "$TOP/root"
mount -t proc proc "$TOP/root/proc"
mount --rbind /dev "$TOP/root/dev"
mount --rbind /sys "$TOP/root/sys"
mkdir -p "$TOP/root/given"
mount --bind "$GIVEN" "$TOP/root/given"
exec chroot "$TOP/root" /bin/bash -euc "$1"
"""


class MachineError(RuntimeError):
    """A machine cannot be made, or a command in it failed; the message says which."""


class Machine:
    """A Debian with nothing but what was installed in it.

    Args:
        name: of its folder; one that is left from before is made anew.
        base: the root file system that it starts from.
        given: a folder of the host's that it sees as ``/given``.
    """

    def __init__(self, name: str, base: Path, given: Path) -> None:
        self.top = CHROOTS / name
        self.base = base
        self.given = given
        self.remove()
        for part in ("up", "work", "root"):
            (self.top / part).mkdir(parents=True)

    def run(self, script: str, check: bool = True) -> str:
        """Run a script of bash's in it as root; what it said to both streams.

        Raises:
            MachineError: if it fails.
        """
        environment = {
            "BASE": str(self.base),
            "TOP": str(self.top),
            "GIVEN": str(self.given),
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LC_ALL": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
        }
        words = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/bash", "-c"]
        done = subprocess.run(
            [*words, _ENTER, "enter", script],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if check and done.returncode != 0:
            tail = "\n".join(done.stdout.splitlines()[-40:])
            raise MachineError(f"{script.strip()}\nended with {done.returncode}:\n{tail}")
        return done.stdout

    def remove(self) -> None:
        """Forget it."""
        mounts = Path("/proc/self/mounts").read_text()
        if str(self.top) in mounts:  # never remove what is mounted somewhere
            raise MachineError(f"Something is mounted in {self.top}. Unmount it")
        shutil.rmtree(self.top, ignore_errors=True)


def bare(mirror: str, say: Callable[[str], None]) -> Path:
    """The root file system of a bare Debian, made by debootstrap where there is none yet."""
    root = CHROOTS / f"base-{SUITE}"
    if (root / "ready").exists():
        return root
    say(f"debootstrap {SUITE} from {mirror} ...")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    options = ["--variant=minbase", "--include=ca-certificates"]
    done = subprocess.run(
        ["debootstrap", *options, SUITE, root, mirror], capture_output=True, text=True
    )
    if done.returncode != 0:
        raise MachineError(f"debootstrap failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    # As this machine gets its packages: proxies and certificates. The main archive is enough.
    for name in ("etc/apt/apt.conf.d", "usr/local/share/ca-certificates"):
        shutil.copytree(f"/{name}", root / name, dirs_exist_ok=True)
    for name in ("etc/ssl/certs/ca-certificates.crt", "etc/resolv.conf", "etc/hosts"):
        if Path("/", name).exists():
            shutil.copy(f"/{name}", root / name)
    keys = "/usr/share/keyrings/debian-archive-keyring.gpg"
    (root / "etc/apt/sources.list").write_text(f"deb [signed-by={keys}] {mirror} {SUITE} main\n")
    (root / "ready").touch()
    return root
