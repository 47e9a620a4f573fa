"""Three processes that come and go together, and survive each other."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import pytest
from emocam_process import child_of, children_of, command, environment, read_events

from emocam.expression import Picture
from emocam.settings import Settings
from emocam.stage.render import render_scene

Sample = Callable[[str], Path]
ROOMS = ("emocam.sensing", "emocam.stage")


def wait_for(what: str, condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not come within {seconds} s"
        time.sleep(0.02)


@contextmanager
def running(folder: Path, recording: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """A run that has shown its first expression."""
    arguments = ["run", "--no-tray", "--camera", recording, "--output", "out.mp4"]
    process = subprocess.Popen(
        command(*arguments, "--events", "events.jsonl", "--set", "camera.loop=true", *more),
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for("the first reading", lambda: read_whole_events(folder))
        wait_for("the video", lambda: (folder / "out.mp4").exists())
        time.sleep(1)
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def read_whole_events(folder: Path) -> list[dict[str, object]]:
    return read_events(folder / "events.jsonl")


def end(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str, list[int]]:
    """Send a signal; gives the exit code, the output and the processes that are left."""
    family = [process.pid, *children_of(process.pid)]
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    left = [pid for pid in family if Path(f"/proc/{pid}/cmdline").exists()]
    return process.returncode, output, left


def decode(path: Path) -> int:
    """The number of frames in a video."""
    with av.open(path) as video:
        return sum(1 for _ in video.decode(video=0))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_three_cleanly(
    number: signal.Signals, sample: Sample, tmp_path: Path
) -> None:
    with running(tmp_path, sample("single_face.mp4")) as process:
        assert all(child_of(process.pid, room) for room in ROOMS)
        code, output, left = end(process, number)
    assert code == 0, output
    assert left == []
    assert "Traceback" not in output
    assert decode(tmp_path / "out.mp4") >= 9  # the first second, at ten frames a second


#: What each process must not have in its memory, by the names of the files of the packages.
FOREIGN = {
    "emocam": ("cv2", "numpy", "ai_edge_litert", "mediapipe", "pyvirtualcam", "resvg", "/av/"),
    "emocam.stage": ("cv2", "ai_edge_litert", "mediapipe"),
    "emocam.sensing": ("pyvirtualcam", "resvg", "/av/", "PIL"),
}


def test_the_walls_stand_in_memory(sample: Sample, tmp_path: Path) -> None:
    """Whatever import-linter cannot see: no process has loaded what it must not have."""
    with running(tmp_path, sample("single_face.mp4")) as process:
        pids = {"emocam": process.pid, **{room: child_of(process.pid, room) for room in ROOMS}}
        for name, pid in pids.items():
            maps = Path(f"/proc/{pid}/maps").read_text()
            loaded = {line.split(maxsplit=5)[-1] for line in maps.splitlines() if "/" in line}
            strangers = {
                path for path in loaded for word in FOREIGN[name] if word in path.split("site-")[-1]
            }
            assert strangers == set(), name


@pytest.mark.parametrize("delay", [0.05, 0.15, 0.3, 0.5, 0.8, 1.2])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_any_moment_of_the_start_ends_it(
    number: signal.Signals, delay: float, sample: Sample, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        command("run", "--no-tray", "--camera", sample("single_face.mp4"), "--output", "out.mp4"),
        cwd=tmp_path,
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    time.sleep(delay)
    os.killpg(process.pid, number)  # as a terminal does
    output, _ = process.communicate(timeout=60)
    if process.returncode == 0:
        assert "Traceback" not in output
    else:  # before EmoCam's first line the signal has the system's own effect, or Python's
        assert process.returncode == -number, output
        assert "/emocam/c" not in output
        assert not (tmp_path / "emocam").exists()
    wait_for("the end of the children", lambda: not _in_session(process.pid), 20)


def _in_session(session: int) -> list[str]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(stat.parent.name)
    return found


def test_ctrl_c_in_the_terminal_reaches_all_and_is_quiet(sample: Sample, tmp_path: Path) -> None:
    """A terminal sends SIGINT to the whole group; only control may act on it."""
    with running(tmp_path, sample("single_face.mp4")) as process:
        for child in children_of(process.pid):
            os.kill(child, signal.SIGINT)
        code, output, left = end(process, signal.SIGINT)
    assert (code, left) == (0, [])
    assert "process" not in output


def test_a_killed_sensing_is_shown_and_replaced(sample: Sample, tmp_path: Path) -> None:
    with running(tmp_path, sample("single_face.mp4")) as process:
        stage = child_of(process.pid, "emocam.stage")
        first = child_of(process.pid, "emocam.sensing")
        assert first is not None
        before = len(read_whole_events(tmp_path))
        os.kill(first, signal.SIGKILL)
        wait_for("a new reading", lambda: len(read_whole_events(tmp_path)) > before + 2)
        assert child_of(process.pid, "emocam.sensing") not in {None, first}
        assert child_of(process.pid, "emocam.stage") == stage
        code, output, _ = end(process, signal.SIGTERM)
    assert code == 0
    assert "sensing process was ended by signal 9; starting it again" in output
    times = [event["time"] for event in read_whole_events(tmp_path)]
    assert times == sorted(times)  # the run's clock does not start again


def test_a_hanging_sensing_does_not_keep_the_run_from_ending(
    sample: Sample, tmp_path: Path
) -> None:
    with running(tmp_path, sample("single_face.mp4")) as process:
        sensing = child_of(process.pid, "emocam.sensing")
        assert sensing is not None
        os.kill(sensing, signal.SIGSTOP)
        code, output, left = end(process, signal.SIGTERM)
    assert (code, left) == (0, []), output


def test_a_killed_stage_is_replaced_and_its_video_is_kept(sample: Sample, tmp_path: Path) -> None:
    with running(tmp_path, sample("single_face.mp4"), *SMALL) as process:
        stage = child_of(process.pid, "emocam.stage")
        assert stage is not None
        wait_for("a second of video", lambda: last_pictures(tmp_path / "out.mp4"))
        # He smiles, and goes on smiling.
        wait_for("a smile", lambda: read_whole_events(tmp_path)[-1]["shown"] == "happiness")
        os.kill(stage, signal.SIGKILL)
        # The new stage goes on with what the old one showed.
        shown = Picture.HAPPINESS
        wait_for("the picture", lambda: shown in last_pictures(tmp_path / "out-1.mp4"))
        code, output, _ = end(process, signal.SIGTERM)
    assert code == 0
    assert "stage process was ended by signal 9; starting it again" in output
    assert decode(tmp_path / "out.mp4") >= 9  # the first second, at ten frames a second
    assert last_pictures(tmp_path / "out-1.mp4") == [shown]


#: A video that is quickly written and looked at, and how its pictures look.
SIZE = {"output.width": 320, "output.height": 180, "output.fps": 10}
SMALL = [word for key, value in SIZE.items() for word in ("--set", f"{key}={value}")]


@functools.cache
def references() -> dict[Picture, Any]:
    settings = Settings()
    for key, value in SIZE.items():
        settings = settings.replace(key, value)
    return {each: render_scene(each, settings).astype("int16") for each in Picture}


def last_pictures(path: Path) -> list[Picture]:
    """What a video ends with, be it still written; none while there is nothing to see in it."""
    frames: deque[Any] = deque(maxlen=1)
    with contextlib.suppress(OSError, ValueError), av.open(path) as video:
        frames.extend(video.decode(video=0))
    pictures = [frame.to_ndarray(format="rgb24") for frame in frames]
    far = [
        {each: abs(one - seen).mean() for each, one in references().items()} for seen in pictures
    ]
    return [min(each, key=each.__getitem__) for each in far]  # it breathes: not the same pixels


def test_no_child_outlives_a_killed_control(sample: Sample, tmp_path: Path) -> None:
    with running(tmp_path, sample("single_face.mp4"), *SMALL) as process:
        family = children_of(process.pid)
        assert len(family) == 2
        wait_for("a second of video", lambda: last_pictures(tmp_path / "out.mp4"))
        process.kill()
        process.wait()

        def gone() -> bool:
            return not any(Path(f"/proc/{pid}/exe").exists() for pid in family)

        wait_for("the end of the children", gone, 20)
    assert decode(tmp_path / "out.mp4") >= 9  # the first second, at ten frames a second


def test_a_reader_of_the_output_may_leave(sample: Sample, tmp_path: Path) -> None:
    with running(tmp_path, sample("single_face.mp4")) as process:
        assert process.stdout is not None
        process.stdout.close()
        sensing = child_of(process.pid, "emocam.sensing")
        assert sensing is not None
        os.kill(sensing, signal.SIGKILL)  # makes it say something to nobody
        before = len(read_whole_events(tmp_path))
        wait_for("a new reading", lambda: len(read_whole_events(tmp_path)) > before + 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
