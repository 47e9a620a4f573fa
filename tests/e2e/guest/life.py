"""The life of the two cameras: when the webcam is open, what takes it away, and what comes back.

The steps of one run of EmoCam with the default settings (the webcam is open only while somebody
reads EmoCam). Readers are the same user's: below v4l2loopback 0.13 only those can be seen.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machine import (
    EMOCAM_NODE,
    WEBCAM_NODE,
    StepError,
    User,
    give_to_video,
    holders,
    holds,
    insert_module,
    is_capture,
    remove_module,
    run,
    wait_for,
)

if TYPE_CHECKING:
    from session import Session

Seen = dict[str, Any]
PROGRAM = Path(__file__).with_name("reader.py")
#: Where EmoCam is after the module was loaded anew: under another number.
MOVED_NODE = "/dev/video5"
#: Seconds for which nothing may happen before it counts as "it does not happen".
CALM = 6.0
CYCLES = 200
READERS = 10
#: Seconds for which a webcam's frames are spoilt, and for which a reader takes none.
SPOILT, STOPPED = 16.0, 10.0


class Reader:
    """One ``reader.py`` of a user's."""

    def __init__(self, session: Session, user: User, mode: str, node: str, *more: str) -> None:
        self.process = subprocess.Popen(
            [str(session.venv / "bin/python"), str(PROGRAM), mode, node, *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **user.credentials(),  # type: ignore[call-overload]
        )
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            self._lines.put(json.loads(line))

    def wait(self, event: str, limit: float = 120) -> dict[str, Any]:
        """The next thing it says, which must be this."""
        try:
            said = self._lines.get(timeout=limit)
        except queue.Empty:
            raise StepError(f"waited {limit:.0f} s for a reader's '{event}'") from None
        if said["event"] != event:
            raise StepError(f"a reader said {said} instead of '{event}'")
        return said

    def picture(self, path: Path) -> Seen:
        """Have the next frame written to a file."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"picture {path}\n")
        self.process.stdin.flush()
        return self.wait("picture")

    def end(self) -> None:
        """Let it close the camera and leave."""
        with contextlib.suppress(OSError):
            assert self.process.stdin is not None
            self.process.stdin.close()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Life:
    """The steps; each returns what was seen.

    Args:
        session: what they share with the other steps.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.reader: Reader | None = None
        self.node = EMOCAM_NODE

    # -- helpers ----------------------------------------------------------------------------------

    def open(self, mode: str, *more: str, node: str = "", user: User | None = None) -> Reader:
        return Reader(self.session, user or self.session.user, mode, node or self.node, *more)

    def log(self) -> str:
        """What EmoCam said so far in this run."""
        return self.session.log().read_text(errors="replace")

    def wait_log(self, words: str, before: str, limit: float = 120) -> float:
        """Wait until EmoCam says something that it had not said before; returns the seconds."""
        began = time.monotonic()
        wait_for(f"'{words}' in the log", lambda: words in self.log()[len(before) :] or None, limit)
        return round(time.monotonic() - began, 1)

    def opener(self) -> int | None:
        """The sensing process that has the webcam open, if one has."""
        for pid, line in self.session.user.processes().items():
            if "emocam.sensing" in line and holds(pid, WEBCAM_NODE):
                return pid
        return None

    @contextlib.contextmanager
    def looking_at_webcam(self) -> Iterator[set[int]]:
        """Collects the processes of sensing that open the webcam meanwhile."""
        seen: set[int] = set()
        stop = threading.Event()

        def look() -> None:
            while not stop.wait(0.2):
                if (pid := self.opener()) is not None:
                    seen.add(pid)

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield seen
        finally:
            stop.set()
            thread.join()

    def wait_open(self) -> int:
        """Wait until sensing has the webcam open."""

        def probe() -> int | None:
            self.session.alive()
            return self.opener()

        return wait_for("the webcam to be opened", probe, 240)

    def wait_closed(self, since: float) -> float:
        """Wait until the webcam is closed; returns the seconds since then."""

        def closed() -> bool | None:
            self.session.alive()
            return self.opener() is None or None

        wait_for("the webcam to be closed", closed, 120)
        return round(time.monotonic() - since, 1)

    def leave(self) -> float:
        """Let the reader go; returns when that was."""
        assert self.reader is not None
        now = time.monotonic()
        self.reader.end()
        return now

    def picture(self, name: str, wanted: set[str] | None) -> Seen:
        """A frame of the reader's, taken while the events leave no doubt what must be in it."""
        reader = self.reader
        assert reader is not None

        def take() -> Seen:
            target = Path("/dev/shm") / name
            seen = reader.picture(target)
            shutil.copy(target, self.session.out / name)
            return {"file": name, "from": seen["from"], "to": seen["to"]}

        return {"pictures": [self.session.judged_picture(take, wanted)]}

    def ctl(self, *words: str) -> Seen:
        """One command to the running EmoCam."""
        seen = self.session.run_emocam("ctl", *words)
        with contextlib.suppress(ValueError):
            seen["answer"] = json.loads(seen["stdout"])
        return seen

    # -- only when watched ------------------------------------------------------------------------

    def nobody_watches(self) -> Seen:
        with self.looking_at_webcam() as openers:
            time.sleep(CALM)
        return {"openers": sorted(openers), "webcam_holders": holders(WEBCAM_NODE)}

    def listing_opens_nothing(self) -> Seen:
        user = self.session.user
        with self.looking_at_webcam() as openers:
            listing = run(["v4l2-ctl", "--list-devices"], **user.credentials()).stdout
            command = ["v4l2-ctl", "-d", self.node, "--all", "--list-formats-ext"]
            formats = run(command, **user.credentials()).stdout
            held = self.open("hold")
            held.wait("held")
            time.sleep(CALM)
            keeps = holders(self.node)
            held.end()
            time.sleep(1)
        return {
            "openers": sorted(openers),
            "listing": listing,
            "formats": formats,
            "kept_open": held.process.pid in keeps,
        }

    def chromium_lists(self) -> Seen:
        with self.looking_at_webcam() as openers:
            self.session.open_browser(self.session.user)
            assert self.session.browser is not None
            listed = self.session.browser.listed()
            time.sleep(CALM)
        return {"openers": sorted(openers), "cameras": listed}

    def chromium_opens(self) -> Seen:
        assert self.session.browser is not None
        seen = self.session.browser.opened()
        began = time.monotonic()
        self.wait_open()
        return {**seen, "seconds_to_open": round(time.monotonic() - began, 1)}

    def closed_after_chromium(self) -> Seen:
        seconds = self.wait_closed(self.session.browser_left)
        return {"seconds": seconds, "webcam_holders": holders(WEBCAM_NODE)}

    def cycles(self) -> Seen:
        stage = self.session.child("stage")
        with self.looking_at_webcam() as openers:
            reader = self.open("cycle", str(CYCLES))
            seen = reader.wait("cycled", 600)
            reader.end()
        return {
            **seen,
            "openers": sorted(openers),
            "stage": [stage, self.session.child("stage")],
            "seconds_to_close": self.wait_closed(seen["t"]),
        }

    def many_readers(self) -> Seen:
        """More than the driver's ten openers, of which EmoCam is one."""
        limit = Path("/sys/class/video4linux", Path(self.node).name, "max_openers")
        limit.write_text(str(READERS + 6))
        reader = self.open("many", str(READERS))
        try:
            outcomes = reader.wait("many", 300)["outcomes"]
            self.wait_open()
            self.session.events.wait_steady(None, 240)
            status = self.ctl("status", "--json") if self.session.has_ctl else {}
        finally:  # else all that follows would have ten readers more
            left = time.monotonic()
            reader.end()
        codes = reader.wait("closed")["codes"]
        return {
            "outcomes": outcomes,
            "codes": codes,
            "status": status,
            "seconds_to_close": self.wait_closed(left),
        }

    def read_counts_too(self) -> Seen:
        """A program that takes its frames by read(2), which maps nothing."""
        reader = self.open("read")
        began = time.monotonic()
        try:
            reader.wait("reading")
            self.wait_open()
            seconds = round(time.monotonic() - began, 1)
            time.sleep(CALM)
            stays = self.opener()
        finally:
            left = time.monotonic()
            reader.end()
        return {"seconds": seconds, "stays": stays, "seconds_to_close": self.wait_closed(left)}

    def reader_opens(self) -> Seen:
        self.reader = self.open("stream")
        shape = self.reader.wait("streaming")
        began = time.monotonic()
        self.wait_open()
        seconds = round(time.monotonic() - began, 1)
        seen = self.picture("life-open.yuv", None)
        return {**seen, "shape": [shape["width"], shape["height"]], "seconds": seconds}

    # -- the webcam -------------------------------------------------------------------------------

    def feeder_stops(self) -> Seen:
        self.session.stop_feeder()
        return self.picture("life-stalled.yuv", {"stalled", "unplugged", "starting"})

    def feeder_starts(self) -> Seen:
        self.session.start_feeder()
        return self.picture("life-fed.yuv", None)

    def webcam_taken(self) -> Seen:
        """Another user's program takes the webcam while EmoCam does not use it."""
        self.wait_closed(self.leave())
        if self.session.one_reader:
            self.others = [self.open("stream", node=WEBCAM_NODE, user=self.session.viewer)]
            self.others[0].wait("streaming")
        else:  # 0.12.7 serves many: what takes the webcam there is that no more can open it
            many = 9  # and the feeder
            hogs = [
                self.open("hold", node=WEBCAM_NODE, user=self.session.viewer) for _ in range(many)
            ]
            for each in hogs:
                each.wait("held")
            self.others = hogs
        self.reader = self.open("stream")
        self.reader.wait("streaming")
        return self.picture("life-busy.yuv", {"busy"})

    def webcam_freed(self) -> Seen:
        for each in self.others:
            each.end()
        return self.picture("life-freed.yuv", None)

    def webcam_spoilt(self) -> Seen:
        """A webcam with MJPG whose frames are spoilt in each way, and well again in between."""
        self.wait_closed(self.leave())
        self.session.stop_feeder()
        python = str(self.session.venv / "bin/python")
        conf = self.session.conf
        with subprocess.Popen(
            [
                python,
                str(PROGRAM.with_name("mjpg.py")),
                WEBCAM_NODE,
                conf["film"],
                conf["film_size"],
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as feeder:
            assert feeder.stdin is not None
            assert feeder.stdout is not None
            feeder.stdout.readline()
            self.reader = self.open("stream")
            self.reader.wait("streaming")
            self.session.events.wait_steady(None, 240)
            seen = []
            for fault in ("garbage", "green", "truncated", "resized"):
                count = len(self.session.events.seen)
                sensing = self.session.child("sensing")
                feeder.stdin.write(fault + "\n")
                feeder.stdin.flush()
                time.sleep(SPOILT)
                events = [event for _, event in self.session.events.seen[count:]]
                feeder.stdin.write("good\n")
                feeder.stdin.flush()
                began = time.monotonic()
                self.session.events.wait_steady(None, 240)
                seen.append(
                    {
                        "fault": fault,
                        "states": sorted({event["state"] for event in events}),
                        "shown": list(dict.fromkeys(event["shown"] for event in events)),
                        "last": [event["shown"] for event in events[-2:]],
                        "seconds": round(time.monotonic() - began, 1),
                        "sensing": [sensing, self.session.child("sensing")],
                    }
                )
            picture = self.picture("life-mjpg.yuv", None)
            self.wait_closed(self.leave())
            feeder.stdin.close()
        self.session.start_feeder()
        self.reader = self.open("stream")
        self.reader.wait("streaming")
        return {**picture, "faults": seen}

    # -- reader and clock -------------------------------------------------------------------------

    def reader_stops(self) -> Seen:
        """The reader keeps the camera open and takes no frame for a while."""
        assert self.reader is not None
        stage = self.session.child("stage")
        os.kill(self.reader.process.pid, signal.SIGSTOP)
        time.sleep(STOPPED)
        status = self.ctl("status", "--json") if self.session.has_ctl else {}
        os.kill(self.reader.process.pid, signal.SIGCONT)
        seen = self.picture("life-stopped.yuv", None)
        return {**seen, "status": status, "stage": [stage, self.session.child("stage")]}

    def clock_jumps(self) -> Seen:
        """Somebody sets the machine's clock an hour on, and an hour back again."""
        rooms = [self.session.child(room) for room in ("sensing", "stage")]
        count, pictures = len(self.session.events.seen), []
        for number, seconds in enumerate((3600, -3600)):
            time.clock_settime(time.CLOCK_REALTIME, time.time() + seconds)
            time.sleep(CALM)
            pictures += self.picture(f"life-clock-{number}.yuv", None)["pictures"]
        times = [moment for moment, _ in self.session.events.seen[count:]]
        return {
            "pictures": pictures,
            "longest_silence": round(max(b - a for a, b in pairwise(times)), 1),
            "shown": sorted({event["shown"] for _, event in self.session.events.seen[count:]}),
            "rooms": [rooms, [self.session.child(room) for room in ("sensing", "stage")]],
        }

    # -- what the user says -----------------------------------------------------------------------

    def ctl_status(self) -> Seen:
        return self.ctl("status", "--json")

    def ctl_pause(self) -> Seen:
        paused = self.ctl("pause")
        seconds = self.wait_closed(time.monotonic())
        time.sleep(2)
        assert self.reader is not None
        target = Path("/dev/shm/life-paused.yuv")
        self.reader.picture(target)
        shutil.copy(target, self.session.out / target.name)
        return {
            **paused,
            "seconds": seconds,
            "webcam_holders": holders(WEBCAM_NODE),
            "pictures": [{"file": target.name, "expected": "paused"}],
        }

    def ctl_resume(self) -> Seen:
        resumed = self.ctl("resume")
        self.wait_open()
        return {**resumed, **self.picture("life-resumed.yuv", None)}

    def ctl_hold(self) -> Seen:
        held = self.ctl("hold", "surprise")
        seen = self.picture("life-held.yuv", {"surprise"})
        return {**held, **seen, "release": self.ctl("release")}

    # -- the virtual camera -----------------------------------------------------------------------

    def emocam_taken(self) -> Seen:
        """Another program is quicker than a stage that is started again, with a size of its own."""
        assert self.reader is not None
        self.reader.end()
        before = self.log()
        os.kill(self.session.wait_child("stage"), signal.SIGKILL)
        self.writer = self.open("write", "640x480", user=self.session.viewer)
        self.writer.wait("writing")
        seconds = self.wait_log("is in use", before)
        reader = self.reader = self.open("stream")
        shape = reader.wait("streaming")
        target = Path("/dev/shm/life-taken.raw")
        size = reader.picture(target)["size"]
        return {
            "seconds": seconds,
            "shape": [shape["width"], shape["height"]],
            "grey": target.read_bytes() == bytes([128]) * size,
            "log": self.log()[len(before) :],
        }

    def emocam_keeps_size(self) -> Seen:
        """The writer leaves, but its reader stays, and so does the size."""
        before = self.log()
        self.writer.end()
        seconds = self.wait_log("640x480", before)
        return {"seconds": seconds, "log": self.log()[len(before) :]}

    def emocam_freed(self) -> Seen:
        assert self.reader is not None
        self.reader.end()
        began = time.monotonic()
        wait_for("EmoCam to be a camera again", lambda: is_capture(self.node) or None, 120)
        seconds = round(time.monotonic() - began, 1)
        self.reader = self.open("stream")
        self.reader.wait("streaming")
        return {**self.picture("life-own.yuv", None), "seconds": seconds}

    def module_removed(self) -> Seen:
        self.wait_closed(self.leave())
        self.session.stop_feeder()
        before = self.log()

        def removed() -> bool | None:
            # Nobody can remove it while EmoCam has it open; a stage that dies lets go for a moment.
            os.kill(self.session.wait_child("stage"), signal.SIGKILL)
            return wait_for("the device to be free", lambda: remove_module() or None, 3, 0.05)

        for attempt in range(5):
            with contextlib.suppress(StepError):
                if removed():
                    break
            if attempt == 4:
                raise StepError("the module cannot be removed")
        seconds = self.wait_log("is not loaded", before)
        return {"seconds": seconds, "log": self.log()[len(before) :]}

    def other_label(self) -> Seen:
        """The module comes back, but its devices are called something else."""
        before = self.log()
        insert_module(self.session.module, "Integrated Webcam", "Another", (0, 2))
        seconds = self.wait_log("no device has the label", before)
        if not remove_module():
            raise StepError("a device that is not EmoCam's is held open")
        return {"seconds": seconds, "log": self.log()[len(before) :]}

    def no_permission(self) -> Seen:
        """It comes back under another number, before udev has given it to the group."""
        before = self.log()
        insert_module(self.session.module, "Integrated Webcam", "EmoCam", (0, 5))
        self.node = MOVED_NODE
        seconds = self.wait_log("may not write", before)
        return {"seconds": seconds, "log": self.log()[len(before) :]}

    def module_back(self) -> Seen:
        give_to_video(WEBCAM_NODE, self.node)
        began = time.monotonic()
        wait_for("EmoCam to be a camera again", lambda: is_capture(self.node) or None, 120)
        seconds = round(time.monotonic() - began, 1)
        self.session.start_feeder()
        self.reader = self.open("stream")
        self.reader.wait("streaming")
        return {**self.picture("life-moved.yuv", None), "seconds": seconds}

    def last_reader_leaves(self) -> Seen:
        seconds = self.wait_closed(self.leave())
        return {"seconds": seconds, "webcam_holders": holders(WEBCAM_NODE)}

    def run(self, step: Callable[..., None]) -> None:
        """All steps, in order.

        Args:
            step: runs one of them, if those that it needs came to their end.
        """
        begun = "start_again"
        step(self.nobody_watches, begun)
        step(self.listing_opens_nothing, begun)
        step(self.chromium_lists, begun)
        step(self.chromium_opens, "chromium_lists")
        step(self.session.chromium_pictures, "chromium_opens")
        step(self.session.chromium_leaves, "chromium_lists")
        step(self.closed_after_chromium, "chromium_leaves")
        step(self.cycles, begun)
        step(self.many_readers, begun)
        step(self.read_counts_too, begun)
        step(self.reader_opens, begun)
        step(self.feeder_stops, "reader_opens")
        step(self.feeder_starts, "feeder_stops")
        step(self.reader_stops, "feeder_starts")
        step(self.clock_jumps, "feeder_starts")
        if self.session.has_ctl:
            step(self.ctl_status, "reader_opens")
            step(self.ctl_pause, "reader_opens")
            step(self.ctl_resume, "ctl_pause")
            step(self.ctl_hold, "reader_opens")
        step(self.webcam_taken, "reader_opens")
        step(self.webcam_freed, "webcam_taken")
        step(self.webcam_spoilt, "webcam_freed")
        step(self.emocam_taken, "reader_opens")
        step(self.emocam_keeps_size, "emocam_taken")
        step(self.emocam_freed, "emocam_taken")
        step(self.module_removed, "reader_opens")
        step(self.other_label, "module_removed")
        step(self.no_permission, "module_removed")
        step(self.module_back, "module_removed")
        step(self.last_reader_leaves, "module_back")
