"""What the session needs of the guest machine: users, cameras, processes. Standard library only."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

WEBCAM = "Integrated Webcam"
EMOCAM = "EmoCam"
WEBCAM_NODE = "/dev/video0"
EMOCAM_NODE = "/dev/video2"


class StepError(Exception):
    """A step did not come to its end; the message is for the report."""


def wait_for(
    what: str, probe: Callable[[], Result | None], limit: float, pause: float = 0.25
) -> Result:
    """Ask until the answer is not None.

    Args:
        what: for the message, as in "waited 60 s for ...".
        probe: the question; a false answer other than None counts as an answer.
        limit: seconds, generous because the machine is emulated.
        pause: seconds between two questions.

    Raises:
        StepError: if there is no answer within the limit.
    """
    end = time.monotonic() + limit
    while (answer := probe()) is None:
        if time.monotonic() > end:
            raise StepError(f"waited {limit:.0f} s for {what}")
        time.sleep(pause)
    return answer


def run(command: list[str], limit: float = 120, **keywords: object) -> subprocess.CompletedProcess:
    """Run a command to its end and keep its output as text; its status is the caller's to judge."""
    return subprocess.run(  # type: ignore[call-overload]
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=limit,
        check=False,
        **keywords,
    )


@dataclass(frozen=True)
class User:
    """An ordinary user of the guest: a member of the group ``video``, with a home and no more."""

    name: str
    uid: int
    home: Path
    runtime: Path

    @classmethod
    def create(cls, name: str) -> User:
        """Add the user, as an administrator would."""
        made = run(["useradd", "--create-home", "--groups", "video", "--shell", "/bin/bash", name])
        if made.returncode != 0:
            raise StepError(f"useradd: {made.stderr}")
        entry = pwd.getpwnam(name)
        runtime = Path("/run/user") / str(entry.pw_uid)
        runtime.mkdir(parents=True)
        runtime.chmod(0o700)
        os.chown(runtime, entry.pw_uid, entry.pw_gid)
        return cls(name, entry.pw_uid, Path(entry.pw_dir), runtime)

    def credentials(self) -> dict[str, object]:
        """Keywords for :class:`subprocess.Popen` that make the child this user's."""
        return {
            "user": self.uid,
            "group": pwd.getpwnam(self.name).pw_gid,
            "extra_groups": [grp.getgrnam("video").gr_gid],
            "cwd": self.home,
            "env": {
                "HOME": str(self.home),
                "USER": self.name,
                "LOGNAME": self.name,
                "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
                "LANG": "C.UTF-8",
                "XDG_RUNTIME_DIR": str(self.runtime),
            },
        }

    def processes(self) -> dict[int, str]:
        """The user's living processes: number and command line."""
        return {pid: line for pid, line in processes().items() if _owner(pid) == self.uid}

    def files(self) -> list[str]:
        """Files, sockets and pipes of the user in home, runtime folder and /tmp, sorted."""
        found = []
        tops = [self.home, self.runtime, Path("/dev/shm")]
        if Path("/tmp").is_mount():  # else it is the host's, too big to look through over 9p
            tops.append(Path("/tmp"))
        for top in tops:
            for folder, _, names in os.walk(top):
                for path in (Path(folder, name) for name in names):
                    with contextlib.suppress(OSError):
                        if path.lstat().st_uid == self.uid:
                            found.append(str(path))
        return sorted(found)


def _owner(pid: int) -> int | None:
    try:
        return Path("/proc", str(pid)).stat().st_uid
    except OSError:
        return None


def processes() -> dict[int, str]:
    """All living user-space processes: number and command line, words parted by blanks."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                # A kernel thread and a process that ended but was not waited for have no words.
                if line := b" ".join(words).decode(errors="replace").strip():
                    found[int(entry.name)] = line
    return found


def cpu_seconds() -> dict[int, float]:
    """CPU time that each living process has used so far."""
    found = {}
    for pid in processes():
        with contextlib.suppress(OSError):
            fields = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
            found[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return found


def busiest(before: dict[int, float], count: int = 5) -> list[str]:
    """The processes that used most CPU time since an earlier :func:`cpu_seconds`."""
    lines = processes()
    used = [(now - before.get(pid, 0.0), pid) for pid, now in cpu_seconds().items()]
    ranked = sorted(used, reverse=True)[:count]
    return [f"{seconds:.1f} s {lines.get(pid, '?')[:80]}" for seconds, pid in ranked]


def holders(node: str) -> dict[int, str]:
    """The processes that hold a device open: number and command line."""
    return {pid: line for pid, line in processes().items() if holds(pid, node)}


def holds(pid: int, node: str) -> bool:
    """Whether a process has a device open."""
    with contextlib.suppress(OSError):
        for link in Path("/proc", str(pid), "fd").iterdir():
            with contextlib.suppress(OSError):
                if str(link.readlink()) == node:
                    return True
    return False


def open_the_way(paths: Iterable[Path]) -> list[str]:
    """Let ordinary users walk to these paths.

    The repository or the interpreter may lie below a folder of root's. The change stays in the
    guest's tmpfs; the host's file system is mounted read-only.
    """
    changed = []
    for path in paths:
        for folder in path.parents:
            mode = folder.stat().st_mode
            if mode & 0o005 != 0o005:
                folder.chmod(mode | 0o055)
                changed.append(str(folder))
    return changed


def load_cameras(module: Path, release: str, library: Path) -> dict[str, str]:
    """Load v4l2loopback with the two cameras of the test and give their nodes to group video.

    Returns:
        Node by label, as the kernel tells them.
    """
    target = Path("/lib/modules") / release
    target.mkdir(parents=True, exist_ok=True)
    if not os.path.ismount(target):
        done = run(["busybox", "mount", "--bind", str(library), str(target)])
        if done.returncode != 0:
            raise StepError(f"mount: {done.stderr}")
    done = run(["busybox", "modprobe", "videodev"])
    if done.returncode != 0:
        raise StepError(f"modprobe videodev: {done.stderr}")
    insert_module(module, WEBCAM, EMOCAM, (0, 2))
    give_to_video(WEBCAM_NODE, EMOCAM_NODE)
    names = Path("/sys/class/video4linux").glob("video*/name")
    return {name.read_text().strip(): f"/dev/{name.parent.name}" for name in names}


def insert_module(module: Path, webcam: str, emocam: str, numbers: tuple[int, int]) -> None:
    """Load v4l2loopback with two devices of these labels and numbers; they are root's at first."""
    # insmod hands the words on as they are: the kernel wants a label with a blank in quotes.
    done = run(
        [
            *["busybox", "insmod", str(module), "devices=2", "exclusive_caps=1,1"],
            *["video_nr={},{}".format(*numbers), f'card_label="{webcam},{emocam}"'],
        ]
    )
    if done.returncode != 0:
        raise StepError(f"insmod {module}: {done.stderr}")
    for number in numbers:
        path = Path(f"/dev/video{number}")
        wait_for(str(path), lambda path=path: path.exists() or None, 20)


def remove_module() -> bool:
    """Unload v4l2loopback; returns whether the kernel let us, which it does if nobody uses it."""
    return run(["busybox", "rmmod", "v4l2loopback"]).returncode == 0


def give_to_video(*nodes: str) -> None:
    """Let the group use these devices, as udev does on an installed system."""
    group = grp.getgrnam("video").gr_gid
    for node in nodes:
        os.chown(node, 0, group)
        Path(node).chmod(0o660)


def is_capture(node: str) -> bool:
    """Whether a program that looks for cameras finds one at this node now."""
    text = run(["v4l2-ctl", "-d", node, "-D"]).stdout
    return "Video Capture" in text.split("Device Caps")[-1]
