"""What happens in the guest, step by step, and what was seen; the host judges it afterwards.

Each step leaves one JSON line in ``/mnt/out/steps.jsonl``: its name, how long it took, what it saw,
and the error that ended it early, if any. A step that needs an earlier one which failed ends at
once. Pictures, events and logs go to ``/mnt/out`` too.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from browser import Browser
from installed import Installed
from life import MOVED_NODE, Life
from machine import (
    EMOCAM_NODE,
    WEBCAM,
    WEBCAM_NODE,
    StepError,
    User,
    busiest,
    cpu_seconds,
    holders,
    is_capture,
    load_cameras,
    open_the_way,
    run,
    wait_for,
)
from watch import Events, Watcher, snapshot

OUT = Path("/mnt/out")
WORK = Path("/dev/shm/session")  # fast; copied to OUT at the end

#: How many pictures each client takes; between them the film changes the expression.
PICTURES = 3
#: The film begins sad and ends laughing: clients wait for these in turn.
TURNS: tuple[set[str], ...] = ({"happiness"}, {"neutral", "sadness", "surprise"})

Seen = dict[str, Any]


class Session:
    """The state that the steps share."""

    def __init__(self, conf: dict[str, str]) -> None:
        self.conf = conf
        self.venv = Path(conf["venv"])
        self.user: User
        self.viewer: User
        self.emocam: subprocess.Popen[bytes] | None = None
        self.events: Events
        self.watcher: Watcher | None = None
        self.browser: Browser | None = None
        self.browser_left = 0.0
        self.feeder: subprocess.Popen[bytes] | None = None
        self.out = OUT
        self.module = Path(conf["module"])
        self.runs = 0
        self.failed: set[str] = set()

    # -- running the steps ------------------------------------------------------------------------

    def step(self, action: Callable[[], Seen], *needs: str) -> None:
        """Run one step and write down what came of it.

        Args:
            action: the step; its name is the step's name.
            needs: names of the steps that must have succeeded before.
        """
        name = action.__name__
        began = time.monotonic()
        cpu = cpu_seconds()
        seen: Seen = {}
        error = ""
        if unmet := [need for need in needs if need in self.failed]:
            error = f"not tried, because this failed: {', '.join(unmet)}"
        else:
            try:
                seen = action()
            except StepError as failure:
                error = str(failure)
            except Exception:
                error = traceback.format_exc()
        if error:
            self.failed.add(name)
        seconds = round(time.monotonic() - began, 1)
        line = {"step": name, "seconds": seconds, "seen": seen, "error": error}
        line["busiest"] = busiest(cpu)
        with (OUT / "steps.jsonl").open("a") as stream:
            stream.write(json.dumps(line) + "\n")
        short = error.strip().splitlines()[-1] if error else ""
        print(f"STEP {time.monotonic():6.1f} s  {name} took {seconds} s  {short}", flush=True)

    @property
    def one_reader(self) -> bool:
        """Whether this v4l2loopback serves a single reader at a time."""
        return tuple(map(int, self.conf["version"].split(".")[:2])) >= (0, 14)

    @property
    def has_ctl(self) -> bool:
        """Whether this EmoCam can be told what to do while it runs."""
        return self.conf["ctl"] == "1"

    # -- helpers ----------------------------------------------------------------------------------

    def run_emocam(self, *arguments: str, limit: float = 240) -> Seen:
        """Run a command of EmoCam's to its end, as the ordinary user."""
        command = [str(self.venv / "bin" / "emocam"), *arguments]
        done = run(command, limit, **self.user.credentials())
        return {"status": done.returncode, "stdout": done.stdout, "stderr": done.stderr}

    def start_emocam(self, *more: str) -> Seen:
        """Start ``emocam run`` and wait until programs find its camera."""
        self.runs += 1
        if self.conf["motion"] == "1":  # pictures are compared with the one at rest
            more = (*more, "--set", "avatar.motion=reduced")
        path = self.user.home / f"events-{self.runs}.jsonl"
        command = [str(self.venv / "bin" / "emocam"), "run", "--no-tray"]
        command += ["--events", str(path), "--camera", WEBCAM, *more]
        log = self.log().open("wb")
        began = time.monotonic()
        self.emocam = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **self.user.credentials(),  # type: ignore[arg-type]
        )
        log.close()
        self.events = Events(path, OUT / path.name)
        wait_for("EmoCam to be a camera", lambda: self.alive() and is_capture_or_none(), 180)
        listed = round(time.monotonic() - began, 1)
        return {"command": command, "seconds_to_camera": listed}

    def log(self) -> Path:
        """What EmoCam says in this run."""
        return OUT / f"emocam-{self.runs}.log"

    def start_feeder(self) -> None:
        """Play the film into the webcam, over and over."""
        python = str(self.venv / "bin/python")
        run([python, str(Path(__file__).with_name("reader.py")), "rearm", WEBCAM_NODE])
        width, height = self.conf["film_size"].split("x")
        with (OUT / "feeder.log").open("ab") as log:
            self.feeder = subprocess.Popen(
                [
                    *["ffmpeg", "-v", "warning", "-nostdin", "-re", "-stream_loop", "-1"],
                    *["-f", "rawvideo", "-pix_fmt", "yuyv422", "-s", f"{width}x{height}"],
                    *["-framerate", self.conf["film_rate"], "-i", self.conf["film"]],
                    *["-c:v", "copy", "-f", "v4l2", WEBCAM_NODE],
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_for("the webcam to be fed", lambda: is_capture(WEBCAM_NODE) or None, 60)

    def stop_feeder(self) -> None:
        """Leave the webcam without a picture."""
        assert self.feeder is not None
        self.feeder.kill()
        self.feeder.wait()

    def open_browser(self, user: User) -> None:
        """Start Chromium; its page waits after it has listed the cameras."""
        self.browser = Browser(user, OUT / "chromium.log")

    def alive(self) -> bool:
        """That EmoCam runs.

        Raises:
            StepError: if it does not.
        """
        assert self.emocam is not None
        if (status := self.emocam.poll()) is not None:
            raise StepError(f"emocam run left with status {status}")
        return True

    def child(self, room: str) -> int | None:
        """The process of one room (sensing, stage) of the running EmoCam."""
        for pid, line in self.user.processes().items():
            if f"emocam.{room}" in line:
                return pid
        return None

    def wait_child(self, room: str, other_than: int = 0, limit: float = 240) -> int:
        """Wait for a room's process that is not the given one."""

        def probe() -> int | None:
            self.alive()
            pid = self.child(room)
            return pid if pid != other_than else None

        return wait_for(f"a process of {room}", probe, limit)

    def judged_picture(self, take: Callable[[], Seen], wanted: set[str] | None) -> Seen:
        """Take a picture at a time when the events leave no doubt what must be in it.

        What is shown is read from the last event before the picture and the first one after it;
        where they differ the picture may be in between two avatars, and another is taken. So it is
        where sensing was started again meanwhile: "one moment" has no event.
        """
        attempts = 0
        end = time.monotonic() + 300
        while time.monotonic() < end:
            attempts += 1
            began = time.monotonic()
            sensing = self.child("sensing")
            shown = self.events.wait_steady(wanted, 240)
            waited = time.monotonic() - began
            seen = take()
            after = self.events.wait_first_after(seen["to"])["shown"]
            took = seen["to"] - seen["from"]
            print(
                f"{seen['file']}: {shown} after {waited:.1f} s, picture in {took:.1f} s, "
                f"then {after}",
                flush=True,
            )
            if after == shown and sensing == self.child("sensing"):
                return {"expected": shown, "attempts": attempts, **seen}
        raise StepError(f"{shown} never stayed as long as taking a picture takes")

    def stop_emocam(self, how: signal.Signals) -> Seen:
        """Stop EmoCam and see what it leaves behind."""
        assert self.emocam is not None
        self.alive()
        began = time.monotonic()
        if how == signal.SIGINT:  # a terminal sends Ctrl-C to the whole foreground group
            os.killpg(self.emocam.pid, how)
        else:
            self.emocam.send_signal(how)
        status = wait_for("EmoCam to end", self.emocam.poll, 90, 0.1)
        seconds = round(time.monotonic() - began, 1)
        self.events.stop()
        time.sleep(1)
        return {
            "status": status,
            "seconds": seconds,
            "processes": self.user.processes(),
            "webcam_holders": holders(WEBCAM_NODE),
            "feeder": self.feeder.pid if self.feeder else 0,
            "emocam_holders": holders(EMOCAM_NODE) | holders(MOVED_NODE),
            "files": self.user.files(),
            "log": self.log().read_text(errors="replace")[-2000:],
        }

    # -- the steps --------------------------------------------------------------------------------

    def boot(self) -> Seen:
        self.user = User.create("emocam-user")
        self.viewer = User.create("emocam-viewer")
        interpreter = (self.venv / "bin/python").resolve()
        paths = [self.venv / "bin", interpreter, Path(self.conf["film"]), Path(__file__)]
        opened = open_the_way(paths)
        who = run(["id"], **self.user.credentials()).stdout.strip()
        return {
            "kernel": os.uname().release,
            "user": {"uid": self.user.uid, "id": who},
            "opened": opened,
            "package": run(
                [
                    str(self.venv / "bin/python"),
                    "-I",
                    "-c",
                    "import emocam; print(emocam.__file__)",
                ],
                **self.user.credentials(),
            ).stdout.strip(),
        }

    def doctor_without_module(self) -> Seen:
        return self.run_emocam("doctor", "--json")

    def cameras(self) -> Seen:
        nodes = load_cameras(self.module, os.uname().release, Path(self.conf["modules"]))
        self.start_feeder()
        version = Path("/sys/module/v4l2loopback/version")
        return {
            "nodes": nodes,
            "module": version.read_text().strip() if version.exists() else "",
            "feeder": self.feeder.pid if self.feeder else 0,
        }

    def doctor_with_module(self) -> Seen:
        return self.run_emocam("doctor", "--json", "--set", f"camera.source={WEBCAM}")

    def devices(self) -> Seen:
        return self.run_emocam("devices", "--json")

    def start(self) -> Seen:
        """With the webcam always open: the clients of this run are another user's."""
        seen = self.start_emocam("--set", "camera.when=always")
        return {**seen, "listing": run(["v4l2-ctl", "--list-devices"]).stdout}

    def camera_format(self) -> Seen:
        return {"text": run(["v4l2-ctl", "-d", EMOCAM_NODE, "--get-fmt-video"]).stdout}

    def first_expression(self) -> Seen:
        began = time.monotonic()

        def face() -> dict[str, Any] | None:
            self.alive()
            return next((e for _, e in self.events.seen if e["state"] == "face"), None)

        event = wait_for("an expression", face, 300)
        return {
            "event": event,
            "seconds": round(time.monotonic() - began, 1),
            "webcam_holders": holders(WEBCAM_NODE),
            "sensing": self.wait_child("sensing"),
            "stage": self.wait_child("stage"),
        }

    def watch(self) -> Seen:
        self.watcher = watcher = Watcher(self.viewer, WORK, "watch")
        began = time.monotonic()
        wait_for("ffmpeg's first frame", lambda: watcher.count or None, 120)
        return {"seconds": round(time.monotonic() - began, 1)}

    def ffmpeg_pictures(self) -> Seen:
        pictures = []
        for number in range(PICTURES):
            name = f"ffmpeg-{number + 1}.yuv"

            def take(name: str = name) -> Seen:
                assert self.watcher is not None
                asked, arrived, frame = self.watcher.picture()
                (OUT / name).write_bytes(frame)
                return {"file": name, "from": asked, "to": arrived}

            pictures.append(self.judged_picture(take, TURNS[number % len(TURNS)]))
        return {"pictures": pictures}

    def ffmpeg_snapshot(self) -> Seen:
        return self._snapshot("snapshot.yuv")

    def _snapshot(self, name: str) -> Seen:
        def take() -> Seen:
            asked = time.monotonic()
            frame = snapshot(self.viewer)
            arrived = time.monotonic()
            (OUT / name).write_bytes(frame)
            return {"file": name, "from": asked, "to": arrived}

        return {"pictures": [self.judged_picture(take, None)]}

    def chromium_pictures(self) -> Seen:
        pictures = []
        held = []
        for number in range(len(TURNS)):
            name = f"chromium-{number + 1}.png"

            def take(name: str = name) -> Seen:
                assert self.browser is not None
                asked, drawn, png, frames = self.browser.picture()
                (OUT / name).write_bytes(png)
                return {"file": name, "from": asked, "to": drawn, "frames": frames}

            pictures.append(self.judged_picture(take, TURNS[number % len(TURNS)]))
            held.append(holders(WEBCAM_NODE))
        return {"pictures": pictures, "webcam_holders": held, "clients": holders(EMOCAM_NODE)}

    def kill_sensing(self) -> Seen:
        assert self.watcher is not None
        before = self.wait_child("sensing")
        stage = self.wait_child("stage")
        frames_before = self.watcher.count
        self.events.wait_steady(None, 240)
        killed = time.monotonic()
        os.kill(before, signal.SIGKILL)
        after = self.wait_child("sensing", before)
        respawned = time.monotonic()
        count = len(self.events.seen)

        def face() -> dict[str, Any] | None:
            self.alive()
            return next((e for _, e in self.events.seen[count:] if e["state"] == "face"), None)

        event = wait_for("an expression after the kill", face, 300)
        recovered = time.monotonic()
        self.events.wait_steady(None, 240)
        return {
            "killed": killed,
            "respawned": respawned,
            "recovered": recovered,
            "judged_until": time.monotonic(),
            "sensing": [before, after],
            "stage": [stage, self.child("stage")],
            "event": event,
            "frames": [frames_before, self.watcher.count],
            "watcher_left": self.watcher.process.poll(),
        }

    def picture_after_sensing(self) -> Seen:
        """The client that was there all the time sees the avatar again."""

        def take() -> Seen:
            assert self.watcher is not None
            asked, arrived, frame = self.watcher.picture()
            (OUT / "after-sensing.yuv").write_bytes(frame)
            return {"file": "after-sensing.yuv", "from": asked, "to": arrived}

        return {"pictures": [self.judged_picture(take, None)]}

    def ffmpeg_leaves(self) -> Seen:
        assert self.watcher is not None
        self.watcher.stop()
        for path in WORK.iterdir():
            shutil.copy(path, OUT / path.name)
        wait_for("ffmpeg to be gone", lambda: not self.viewer.processes() or None, 60)
        return {"frames": self.watcher.count}

    def kill_stage(self) -> Seen:
        before = self.wait_child("stage")
        sensing = self.wait_child("sensing")
        killed = time.monotonic()
        os.kill(before, signal.SIGKILL)
        after = self.wait_child("stage", before)
        wait_for("EmoCam to be a camera again", is_capture_or_none, 180)
        return {
            "seconds_to_camera": round(time.monotonic() - killed, 1),
            "stage": [before, after],
            "sensing": [sensing, self.child("sensing")],
        }

    def chromium_leaves(self) -> Seen:
        assert self.browser is not None
        self.browser_left = time.monotonic()
        self.browser.stop()

        def gone() -> bool | None:
            return not any("chromium" in line for line in self.user.processes().values()) or None

        wait_for("Chromium to be gone", gone, 60)
        return {}

    def picture_after_stage(self) -> Seen:
        return self._snapshot("after-stage.yuv")

    def stop(self) -> Seen:
        return self.stop_emocam(signal.SIGTERM)

    def start_again(self) -> Seen:
        """On the same camera; fewer frames, so that Chromium has an emulated CPU left to run on."""
        seen = self.start_emocam("--set", "output.fps=10")
        listing = run(["v4l2-ctl", "--list-devices"]).stdout
        shape = run(["v4l2-ctl", "-d", EMOCAM_NODE, "--get-fmt-video"]).stdout
        return {**seen, "listing": listing, "format": shape}

    def interrupt(self) -> Seen:
        return self.stop_emocam(signal.SIGINT)

    # -- the end ----------------------------------------------------------------------------------

    def leave(self) -> None:
        """Keep what was collected and stop what still runs."""
        if "boot" in self.failed:
            return
        for user in (self.user, self.viewer):
            for pid in user.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def is_capture_or_none() -> bool | None:
    """For :func:`wait_for`: true once programs find a camera at EmoCam's node."""
    return is_capture(EMOCAM_NODE) or None


def calls(session: Session, step: Callable[..., None]) -> None:
    """The steps of the run in which the webcam is always open."""
    step(session.start, "cameras")
    step(session.camera_format, "start")
    step(session.first_expression, "start")
    step(session.ffmpeg_snapshot, "first_expression")
    # One client after the other: v4l2loopback from 0.14 on serves a single reader, like a webcam.
    step(session.watch, "start")
    step(session.ffmpeg_pictures, "first_expression", "watch")
    step(session.kill_sensing, "first_expression", "watch")
    step(session.picture_after_sensing, "kill_sensing")
    step(session.ffmpeg_leaves, "watch")
    step(session.kill_stage, "first_expression")
    step(session.picture_after_stage, "kill_stage")
    step(session.stop, "start")


def main() -> int:
    """Run the session; the status says only whether the session itself worked."""
    lines = (OUT / "guest.conf").read_text().splitlines()
    # A shell starts background programs deaf to Ctrl-C, and EmoCam respects that as nohup wants.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    session = Session(dict(line.split("=", 1) for line in lines))
    WORK.mkdir()
    only = {name for name in session.conf.get("only", "").split(",") if name}
    needed = {"boot", "cameras", "start_again", "interrupt"}

    def step(action: Callable[[], Seen], *needs: str) -> None:
        if not only or action.__name__ in only | needed:
            session.step(action, *needs)

    step(session.boot)
    step(session.doctor_without_module, "boot")
    if "package" in session.conf["parts"]:
        package = Installed(session)
        step(package.package_command, "boot")
        step(package.package_camera, "package_command")
        step(package.package_run, "package_camera")
        step(package.package_stop, "package_run")
    step(session.cameras, "boot")
    step(session.doctor_with_module, "cameras")
    step(session.devices, "cameras")
    if "calls" in session.conf["parts"]:
        calls(session, step)
    if "life" in session.conf["parts"]:
        step(session.start_again, "cameras")
        Life(session).run(step)
        step(session.interrupt, "start_again")
    session.leave()
    return 0


if __name__ == "__main__":
    sys.exit(main())
