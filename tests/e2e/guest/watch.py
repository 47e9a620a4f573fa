"""Two witnesses that run beside the session: one follows EmoCam's events, one its picture."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
import zlib
from pathlib import Path
from typing import Any, TextIO

from machine import EMOCAM_NODE, StepError, User, run, wait_for

WIDTH, HEIGHT = 1280, 720
FRAME_BYTES = WIDTH * HEIGHT * 3 // 2
SMALL_WIDTH, SMALL_HEIGHT = 160, 90
SMALL_BYTES = SMALL_WIDTH * SMALL_HEIGHT * 3 // 2
#: Seconds between two full-size pictures of the watcher.
PICTURE_EVERY = 0.5


class Events:
    """Follows an events file and notes when each line was there.

    Args:
        path: the file that EmoCam writes.
        copy: gets the same events, each with ``arrived``, the guest's monotonic seconds.
    """

    def __init__(self, path: Path, copy: Path) -> None:
        self.path = path
        self.copy = copy
        self.seen: list[tuple[float, dict[str, Any]]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        with self.copy.open("w", buffering=1) as copy:
            self._copy(copy)

    def _copy(self, copy: TextIO) -> None:
        rest, offset = b"", 0
        while not self._stop.wait(0.05):
            try:
                with self.path.open("rb") as stream:
                    stream.seek(offset)
                    data = stream.read()
            except FileNotFoundError:
                continue
            now = time.monotonic()
            offset += len(data)
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                event = json.loads(line)
                self.seen.append((now, event))
                copy.write(json.dumps({"arrived": round(now, 3), **event}) + "\n")

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def wait_first_after(self, moment: float, limit: float = 60) -> dict[str, Any]:
        """The first event that arrived after a moment (in the guest's monotonic seconds)."""

        def probe() -> dict[str, Any] | None:
            return next((event for t, event in self.seen if t > moment), None)

        return wait_for("another event", probe, limit, 0.05)

    def wait_steady(self, wanted: set[str] | None, limit: float) -> str:
        """Wait until two events in a row show the same, one of the wanted.

        Args:
            wanted: names of pictures; None for any expression that is read from a face.
            limit: seconds.

        Returns:
            The name of what is shown.
        """
        start = len(self.seen)

        def probe() -> str | None:
            latest = [event for _, event in self.seen[start:]][-2:]
            shown = {event["shown"] for event in latest}
            if len(latest) < 2 or len(shown) != 1:
                return None
            if wanted is None and {event["state"] for event in latest} != {"face"}:
                return None
            (name,) = shown
            return name if wanted is None or name in wanted else None

        goal = "an expression" if wanted is None else " or ".join(sorted(wanted))
        try:
            return wait_for(f"{goal} shown steadily", probe, limit, 0.05)
        except StepError as error:
            latest = [event for _, event in self.seen[-3:]]
            raise StepError(f"{error}; last events: {json.dumps(latest)}") from None


class Watcher:
    """One ffmpeg that reads EmoCam without a break, as a meeting program would.

    It hands over each frame in small, whose time of arrival is noted, and twice a second one in
    full size, of which the newest is kept. Frames that do not differ are stored once.
    """

    def __init__(self, viewer: User, folder: Path, name: str) -> None:
        self._index = (folder / f"{name}.jsonl").open("w")
        self._frames = (folder / f"{name}.yuv").open("wb")
        self._log = (folder / f"{name}.log").open("wb")
        self._known: dict[bytes, int] = {}
        self._newest: tuple[float, bytes] | None = None
        self.count = 0
        self.last_arrival = 0.0
        small_read, small_write = os.pipe()
        full_read, full_write = os.pipe()
        choose = f"select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,{PICTURE_EVERY})"
        raw = ["-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-flush_packets", "1"]
        raw += ["-f", "rawvideo"]
        self.process = subprocess.Popen(
            [
                *["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "v4l2", "-i", EMOCAM_NODE],
                *["-vf", f"scale={SMALL_WIDTH}:{SMALL_HEIGHT}:flags=neighbor", *raw],
                *[f"pipe:{small_write}", "-vf", choose, *raw, f"pipe:{full_write}"],
            ],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            pass_fds=(small_write, full_write),
            **viewer.credentials(),  # type: ignore[arg-type]
        )
        os.close(small_write)
        os.close(full_write)
        self._threads = [
            threading.Thread(target=self._read_small, args=(small_read,), daemon=True),
            threading.Thread(target=self._read_full, args=(full_read,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _read_small(self, descriptor: int) -> None:
        with os.fdopen(descriptor, "rb") as pipe:
            while len(frame := pipe.read(SMALL_BYTES)) == SMALL_BYTES:
                now = time.monotonic()
                key = zlib.crc32(frame).to_bytes(4, "big") + zlib.adler32(frame).to_bytes(4, "big")
                if key not in self._known:
                    self._known[key] = len(self._known)
                    self._frames.write(frame)
                self._index.write(f'{{"t": {now:.3f}, "frame": {self._known[key]}}}\n')
                self.last_arrival = now
                self.count += 1

    def _read_full(self, descriptor: int) -> None:
        with os.fdopen(descriptor, "rb") as pipe:
            while len(frame := pipe.read(FRAME_BYTES)) == FRAME_BYTES:
                self._newest = (time.monotonic(), frame)

    def picture(self, limit: float = 60) -> tuple[float, float, bytes]:
        """The next full-size frame that is like the one before it, so not one of a cross-fade.

        Returns:
            Two moments between which the frame left EmoCam, and its bytes (I420).
        """
        asked = time.monotonic()
        arrived, before = wait_for("a frame", lambda: self._later(asked), limit, 0.02)
        for _ in range(20):
            last = arrived
            arrived, frame = wait_for("a frame", lambda last=last: self._later(last), limit, 0.02)
            if frame == before:
                break
            before = frame
        return asked, arrived, before

    def _later(self, moment: float) -> tuple[float, bytes] | None:
        return self._newest if self._newest is not None and self._newest[0] > moment else None

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        for thread in self._threads:
            thread.join(20)
        for stream in (self._index, self._frames, self._log):
            stream.close()


def snapshot(viewer: User, limit: float = 120, node: str = EMOCAM_NODE) -> bytes:
    """One frame by an ffmpeg that opens the camera, takes it and closes the camera (I420)."""
    path = Path("/dev/shm") / f"snapshot-{time.monotonic_ns()}.yuv"
    done = run(
        [
            *["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "v4l2", "-i", node],
            *["-frames:v", "1", "-pix_fmt", "yuv420p", "-f", "rawvideo", str(path)],
        ],
        limit,
        **viewer.credentials(),
    )
    if done.returncode != 0 or path.stat().st_size != FRAME_BYTES:
        raise StepError(f"ffmpeg takes no picture of {node}: {done.stderr}")
    data = path.read_bytes()
    path.unlink()
    return data
