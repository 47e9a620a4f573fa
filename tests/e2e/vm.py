"""Boots the guest once for a version of v4l2loopback and reads what its session reports."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rig import BUILD, FILM_RATE, FILM_SIZE, HERE, REPO, Rig

#: Seconds after which a guest that did not switch itself off is ended.
LIMIT = 2400
#: A second CPU lets the clients and EmoCam run side by side.
CPUS = 2
MEMORY_MIB = 3072
#: What each guest goes through. The package is made for Debian 12.
PARTS = {"bookworm": "package,calls,life", "trixie": "calls,life"}
#: Without fused multiply-add, which QEMU computes in software number by number: with it one look of
#: the face detector takes ten times as long. What is left has SSE 4.2, enough for every wheel.
CPU = "max,-fma,-f16c,-avx,-avx2"


@dataclass(frozen=True)
class Step:
    """One step of the guest's session.

    Attributes:
        seconds: how long it took, in the guest's time.
        seen: what the guest saw, by the names that ``guest/session.py`` gives it.
        error: why it ended early; empty when it came to its end.
    """

    name: str
    seconds: float
    seen: dict[str, Any]
    error: str


class Guest:
    """What one session in the guest left.

    Attributes:
        suite: the Debian release whose v4l2loopback the guest loaded.
        version: the upstream version of that v4l2loopback.
        folder: pictures, events and logs.
        verdicts: what the tests made of the pictures, for the summary.
    """

    def __init__(self, rig: Rig, suite: str) -> None:
        self.suite = suite
        self.version = rig.module_version(suite)
        self.folder = BUILD / "out" / suite
        self.console: list[str] = []
        self.steps: dict[str, Step] = {}
        self.verdicts: list[str] = []

    def step(self, name: str) -> dict[str, Any]:
        """What a step saw.

        Raises:
            AssertionError: if the step failed or the guest never came to it.
        """
        step = self.steps.get(name)
        if step is None:
            tail = "\n".join(self.console[-30:])
            raise AssertionError(f"The guest never came to '{name}'. Its last words:\n{tail}")
        if step.error:
            raise AssertionError(f"'{name}' failed in the guest: {step.error}")
        return step.seen

    def frames(self) -> list[tuple[float, int]]:
        """Each frame that the watcher got: time of arrival (guest's seconds) and its content."""
        lines = (self.folder / "watch.jsonl").read_text().splitlines()
        return [(line["t"], line["frame"]) for line in map(json.loads, lines)]

    def events(self, run: int = 1) -> list[dict[str, Any]]:
        """EmoCam's own events of its first, second, ... start."""
        lines = (self.folder / f"events-{run}.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


def boot(rig: Rig, suite: str, say: Callable[[str], None]) -> Guest:
    """Run the session in a fresh guest and collect what it left.

    Args:
        rig: the machine, prepared.
        suite: whose v4l2loopback the guest shall load.
        say: takes one line of progress at a time.
    """
    guest = Guest(rig, suite)
    if "E2E_REUSE" in os.environ:
        say(f"guest: judging what an earlier one with v4l2loopback {guest.version} left")
        return _collect(guest)
    shutil.rmtree(guest.folder, ignore_errors=True)
    guest.folder.mkdir(parents=True)
    conf = {
        "python": rig.venv / "bin/python",
        "venv": rig.venv,
        "module": rig.module(suite),
        "modules": rig.module_tree(suite) / "lib/modules" / rig.release,
        "face": rig.face,
        "film": rig.film,
        "film_size": "{}x{}".format(*FILM_SIZE),
        "film_rate": FILM_RATE / 3,
        "version": guest.version,
        "parts": os.environ.get("E2E_PARTS", PARTS[suite]),
        "only": os.environ.get("E2E_ONLY", ""),
        "ctl": int((REPO / "emocam/control/client.py").exists()),
        "motion": int("avatar.motion" in (REPO / "docs/settings.md").read_text()),
    }
    text = "".join(f"{key}={value}\n" for key, value in conf.items())
    (guest.folder / "guest.conf").write_text(text)
    say(f"guest: booting {rig.release} with v4l2loopback {guest.version}")
    with (
        (guest.folder / "console.log").open("w") as log,
        subprocess.Popen(
            _command(rig, guest.folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process,
    ):
        alarm = threading.Timer(LIMIT, process.kill)
        alarm.start()
        try:
            for raw in process.stdout or ():
                line = raw.strip()
                guest.console.append(line)
                log.write(line + "\n")
                log.flush()
                if line.startswith("STEP"):
                    say(f"guest: {line.removeprefix('STEP').strip()}")
        finally:
            alarm.cancel()
            process.kill()
    return _collect(guest)


def _collect(guest: Guest) -> Guest:
    """Read what the session left."""
    steps = guest.folder / "steps.jsonl"
    for line in steps.read_text().splitlines() if steps.exists() else []:
        entry = json.loads(line)
        guest.steps[entry["step"]] = Step(
            entry["step"], entry["seconds"], entry["seen"], entry["error"]
        )
    return guest


def _command(rig: Rig, folder: Path) -> list[str]:
    def share(name: str, path: Path, tag: str, options: str = "") -> list[str]:
        backend = f"local,id={name},path={path},security_model=none,multidevs=remap{options}"
        return ["-fsdev", backend, "-device", f"virtio-9p-pci,fsdev={name},mount_tag={tag}"]

    words = ["console=ttyS0", "quiet", "panic=-1", "mitigations=off", "random.trust_cpu=on"]
    words += ["tsc=reliable", f"emocam.start={HERE / 'guest' / 'start.sh'}"]
    return [
        *["qemu-system-x86_64", "-M", "q35", "-cpu", CPU],
        *["-accel", "tcg,thread=multi,tb-size=1024"],
        *["-m", str(MEMORY_MIB), "-smp", str(CPUS)],
        *["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-nic", "none"],
        *["-serial", "stdio", "-device", "virtio-rng-pci"],
        *["-kernel", str(rig.kernel), "-initrd", str(rig.initramfs), "-append", " ".join(words)],
        *share("root", Path("/"), "hostroot", ",readonly=on"),
        *share("package", rig.installed, "package", ",readonly=on"),
        *share("out", folder, "out"),
    ]
