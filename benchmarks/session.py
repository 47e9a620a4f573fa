"""One run of EmoCam with the stand-in devices, and what can be seen of it from outside."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.places import BENCH, ROOT, environment
from benchmarks.standin.stage import make_sysfs

#: Seconds that anything may take before the benchmark gives up.
PATIENCE = 60.0


class BenchmarkError(Exception):
    """A measurement that cannot be made or must not count; the text says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that a program printed.

    Attributes:
        time: when it came, in monotonic time.
        text: the line without its end.
    """

    time: float
    text: str


class Program:
    """A measured program: started, listened to, ended in an orderly way.

    Args:
        command: what to start.
        variables: added to its environment.
        folder: its working folder, an empty one.
    """

    def __init__(self, command: list[str], variables: Mapping[str, object], folder: Path) -> None:
        self.folder = folder
        self.sink_log = folder / "sink.jsonl"
        self.lines: list[Line] = []
        self._command = command
        self._environment = environment(folder, BENCH_SINK=self.sink_log, **variables)
        self._process: subprocess.Popen[str] | None = None
        self.started = 0.0

    def __enter__(self) -> Program:
        """Start it."""
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            self._command,
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it as Ctrl-C does; after a failure, say what it said."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            if error is None:
                raise BenchmarkError(f"{self._command} did not end\n{self.said()}") from None
        if isinstance(error, BenchmarkError):
            raise BenchmarkError(f"{error}\n{self.said()}") from None

    @property
    def pid(self) -> int:
        """Its process number."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        assert self._process is not None
        return self._process.poll() is not None

    def said(self) -> str:
        """The end of what it printed."""
        return "\n".join(line.text for line in self.lines[-20:])

    def wait_for(self, what: str, there: Callable[[], Any]) -> Any:
        """Wait until something is there, and give it.

        Raises:
            BenchmarkError: if it does not come, or the program ends before.
        """
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            over = self.is_over
            if (found := there()) is not None:
                return found
            if over:
                raise BenchmarkError(f"The program ended before {what}")
            time.sleep(0.02)
        raise BenchmarkError(f"No {what} in {PATIENCE:g} s")

    def first_frame(self) -> float | None:
        """When the first frame was handed over, in monotonic time."""
        records = read_lines(self.sink_log)
        return float(records[0]["time"]) if records else None

    def first_line(self, words: set[str]) -> Line | None:
        """The first line that ends in one of the words."""
        for line in list(self.lines):
            if line.text.rpartition(" ")[2] in words:
                return line
        return None

    def frame_rate(self, seconds: float) -> float:
        """Frames handed over for each second in the last so many seconds before its end, or a
        little more: from the line of the log before them.

        Raises:
            BenchmarkError: if the virtual camera was not open from the first frame to the end.
        """
        records = read_lines(self.sink_log)
        if [record["closed"] for record in records if "closed" in record] != [True]:
            raise BenchmarkError("The virtual camera was not open all the time")
        last = records[-1]
        before = [r for r in records if r["time"] <= last["time"] - seconds]
        first = before[-1] if before else records[0]
        if last["frames"] == first["frames"]:
            raise BenchmarkError("No frame was handed over")
        return float((last["frames"] - first["frames"]) / (last["time"] - first["time"]))

    def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for text in self._process.stdout:
            self.lines.append(Line(time.monotonic(), text.rstrip("\n")))


class EmoCam(Program):
    """``emocam run`` with both stand-ins.

    Args:
        clip: what the webcam sees.
        folder: working folder.
        watch: whether the sink notes each frame that differs.
        arguments: more for ``emocam run``.
    """

    def __init__(self, clip: Path, folder: Path, watch: bool = False, *arguments: object) -> None:
        self.events_path = folder / "events.jsonl"
        self.origin_path = folder / "origin.json"
        self.watch_path = folder / "watch.txt"
        make_sysfs(folder / "sysfs")
        variables: dict[str, object] = {
            "BENCH_CLIP": clip,
            "BENCH_ORIGIN": self.origin_path,
            "BENCH_SYSFS": folder / "sysfs",
        }
        if watch:
            variables["BENCH_SINK_WATCH"] = self.watch_path
        command = [sys.executable, "-P", "-m", "benchmarks.standin", "run", "--no-tray"]
        command += ["--camera", "auto", "--output", "virtual", "--events", str(self.events_path)]
        # The stand-in for the virtual camera has no readers that could be watched.
        command += ["--set", "camera.when=always"]
        super().__init__([*command, *map(str, arguments)], variables, folder)

    def events(self) -> list[dict[str, Any]]:
        """What it wrote so far."""
        return read_lines(self.events_path)

    def origin(self) -> float:
        """When the webcam gave its first frame, in monotonic time."""
        return float(read_lines(self.origin_path)[0]["origin"])

    def changed_frames(self) -> list[float]:
        """When frames were handed over that differ from the one before, in monotonic time."""
        return [float(word) for word in self.watch_path.read_text().split()]


def rival_program(python: Path, clip: Path, folder: Path) -> Program:
    """The loop as students write it, with the same stand-ins."""
    command = [str(python), "-u", "-m", "benchmarks.rival_loop"]
    variables = {"BENCH_CLIP": clip, "PYTHONPATH": ROOT, "BENCH_EMOJI": BENCH / "emoji"}
    return Program(command, variables, folder)


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for one run."""
    BENCH.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=BENCH)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The whole JSON lines in a file that may still be written; none if there is no file."""
    if not path.exists():
        return []
    whole = path.read_text(encoding="utf-8").rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines()]
