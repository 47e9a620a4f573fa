"""The Debian package in the guest: its camera by its options, its command by an ordinary user."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machine import StepError, give_to_video, is_capture, open_the_way, remove_module, run, wait_for
from watch import Events, snapshot

if TYPE_CHECKING:
    from session import Session

#: The number that /etc/modprobe.d/emocam.conf gives.
NODE = "/dev/video40"

Seen = dict[str, Any]


class Installed:
    """The steps; the package's files lie over the machine's own root, as dpkg would put them."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def package_command(self) -> Seen:
        """What the user gets who types the command, and what the packages's own Python is."""
        seen = run(["/usr/bin/emocam", "--version"], 240, **self.session.user.credentials())
        where = ["/usr/lib/emocam/bin/python3", "-I", "-c", "import emocam; print(emocam.__file__)"]
        package = run(where, 240, **self.session.user.credentials())
        return {
            "status": seen.returncode,
            "said": seen.stdout + seen.stderr,
            "package": package.stdout,
        }

    def package_camera(self) -> Seen:
        """Load the module as systemd does at boot: by its name alone."""
        target = Path("/lib/modules") / os.uname().release
        target.mkdir(parents=True, exist_ok=True)
        mounted = run(["busybox", "mount", "--bind", self.session.conf["modules"], str(target)])
        if mounted.returncode != 0:
            raise StepError(f"mount: {mounted.stderr}")
        names = Path("/etc/modules-load.d/emocam.conf").read_text().splitlines()
        (name,) = [line for line in names if line and not line.startswith("#")]
        done = run(["modprobe", name], 240)
        if done.returncode != 0:
            raise StepError(f"modprobe {name}: {done.stderr}")
        wait_for(NODE, lambda: Path(NODE).exists() or None, 20)
        give_to_video(NODE)
        label = Path("/sys/class/video4linux", Path(NODE).name, "name").read_text().strip()
        nodes = sorted(each.name for each in Path("/sys/class/video4linux").iterdir())
        return {"label": label, "nodes": nodes, "is_capture_before": is_capture(NODE)}

    def package_run(self) -> Seen:
        """Run it on a picture of a face, and take a picture of the camera with ffmpeg."""
        session = self.session
        face = session.conf["face"]
        open_the_way([Path(face)])
        path = session.user.home / "events-package.jsonl"
        log = session.out / "emocam-package.log"
        command = ["/usr/bin/emocam", "run", "--no-tray", "--camera", face, "--events", str(path)]
        for setting in ("avatar.motion=reduced", "camera.when=always"):
            command += ["--set", setting]
        with log.open("wb") as stream:
            session.emocam = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **session.user.credentials(),  # type: ignore[arg-type]
            )
        session.events = Events(path, session.out / path.name)
        wait_for(
            "EmoCam to be a camera", lambda: (session.alive() and is_capture(NODE)) or None, 180
        )

        def take() -> Seen:
            import time

            asked = time.monotonic()
            frame = snapshot(session.viewer, node=NODE)
            arrived = time.monotonic()
            (session.out / "package.yuv").write_bytes(frame)
            return {"file": "package.yuv", "from": asked, "to": arrived}

        status = run(["/usr/bin/emocam", "ctl", "status", "--json"], **session.user.credentials())
        pictures = [session.judged_picture(take, None)]
        return {
            "pictures": pictures,
            "status": json.loads(status.stdout or "null"),
            "uid": session.user.uid,
        }

    def package_stop(self) -> Seen:
        """End it, and leave the guest as the other steps expect it."""
        session = self.session
        assert session.emocam is not None
        session.alive()
        session.emocam.send_signal(signal.SIGTERM)
        status = wait_for("EmoCam to end", session.emocam.poll, 90, 0.1)
        session.events.stop()
        processes = session.user.processes()
        removed = wait_for("the module to go", lambda: remove_module() or None, 30)
        log = (session.out / "emocam-package.log").read_text(errors="replace")
        return {"status": status, "processes": processes, "removed": removed, "log": log}
