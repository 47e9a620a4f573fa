"""What may go wrong while EmoCam runs, done to the real processes: a row each of ``make faults``.

The rows that need a kernel with cameras are in tests/e2e; docs/reliability.md has the whole table.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from emocam_process import child_of, children_of, emocam, environment, read_events
from test_processes import end, running, wait_for

from emocam.control.session import OVERDUE
from emocam.resources import resource as packaged

Sample = Callable[[str], Path]
Figure = Callable[[str], None]
Run = subprocess.Popen[str]
#: Seconds that this machine may be late with anything.
SLACK = 5.0


def events(folder: Path) -> list[dict[str, Any]]:
    return read_events(folder / "events.jsonl")


def sensing_of(run: Run) -> int:
    child = child_of(run.pid, "emocam.sensing")
    assert child is not None
    return child


def until_read_again(run: Run, folder: Path, old: int) -> float:
    """Seconds until a new sensing process has read an expression."""
    began = time.monotonic()

    def replaced() -> bool:
        assert run.poll() is None, f"the run ended: {run.communicate()[0]}"
        return child_of(run.pid, "emocam.sensing") not in {None, old}

    wait_for("a new process", replaced, 90)
    count = len(events(folder))
    wait_for("an expression", lambda: any(e["expression"] for e in events(folder)[count:]))
    return time.monotonic() - began


def is_there(pid: int) -> bool:
    """Whether a process runs; what its parent has not asked after yet has ended all the same."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def sensing_deaths(folder: Path) -> int:
    status = json.loads(emocam(folder, "ctl", "status", "--json").output)
    return int(status["rates"]["sensing_deaths"])


def shown_since(folder: Path, count: int) -> list[str]:
    return [event["shown"] for event in events(folder)[count:]]


def finish(run: Run) -> str:
    code, output, left = end(run, signal.SIGTERM)
    assert (code, left) == (0, []), output
    assert "Traceback" not in output
    return output


@pytest.mark.fault("sensing process killed")
def test_sensing_killed(sample: Sample, tmp_path: Path, figure: Figure) -> None:
    with running(tmp_path, sample("single_face.mp4")) as run:
        old, count = sensing_of(run), len(events(tmp_path))
        os.kill(old, signal.SIGKILL)
        seconds = until_read_again(run, tmp_path, old)
        assert "moment" in shown_since(tmp_path, count)
        assert "starting it again" in finish(run)
    figure(f'"one moment" at once, an expression again after {seconds:.1f} s')


@pytest.mark.fault("sensing process stopped (SIGSTOP), as when it hangs in native code")
def test_sensing_stopped(sample: Sample, tmp_path: Path, figure: Figure) -> None:
    with running(tmp_path, sample("single_face.mp4")) as run:
        old, count = sensing_of(run), len(events(tmp_path))
        os.kill(old, signal.SIGSTOP)
        stopped = time.monotonic()
        wait_for("the picture", lambda: "moment" in shown_since(tmp_path, count))
        stale = time.monotonic() - stopped
        until_read_again(run, tmp_path, old)
        seconds = time.monotonic() - stopped
        assert "starting it again" in finish(run)
    assert stale <= OVERDUE + SLACK
    figure(f"no expression is held longer than {stale:.1f} s, well again after {seconds:.1f} s")


@pytest.mark.fault("sensing process out of memory")
def test_sensing_out_of_memory(sample: Sample, tmp_path: Path, figure: Figure) -> None:
    with running(tmp_path, sample("single_face.mp4")) as run:
        old = sensing_of(run)
        limit = resource.prlimit(old, resource.RLIMIT_DATA)[0]
        assert 0 < limit <= 1 << 30, "it has a limit of its own, so a leak ends it before others"
        # The limit is moved down to it: each allocation fails from here on.
        resource.prlimit(old, resource.RLIMIT_DATA, (1 << 20, limit))
        began, count = time.monotonic(), len(events(tmp_path))

        def ended_or_well() -> bool:  # what it has let go of may be all that it needs
            read = sum(bool(each["expression"]) for each in events(tmp_path)[count:])
            return child_of(run.pid, "emocam.sensing") != old or read >= 10

        wait_for("its end, or readings", ended_or_well, 90)
        if child_of(run.pid, "emocam.sensing") != old:
            until_read_again(run, tmp_path, old)
        seconds = time.monotonic() - began
        finish(run)
    figure(f"it may take {limit >> 20} MiB; beyond that it is replaced, well after {seconds:.1f} s")


#: Found by each Python on its way; makes the first sensing process of a run leak, for real.
LEAK = """
import os, sys, threading, time
if "emocam.sensing" in sys.orig_argv and not os.path.exists({marker!r}):
    def leak():
        sys.leaked, size = [], 16 << 20
        while not os.path.exists({start!r}):
            time.sleep(0.1)
        while True:
            try:
                sys.leaked.append(bytearray(size))
            except MemoryError:
                size = size // 2 or 16 << 20  # and whatever is given back meanwhile
            time.sleep(0.01)
    open({marker!r}, "w").close()
    threading.Thread(target=leak, daemon=True).start()
"""


@pytest.mark.fault("sensing process leaking memory")
def test_sensing_leaks(
    sample: Sample, tmp_path: Path, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker, start = tmp_path / "leaked", tmp_path / "start"
    (tmp_path / "site").mkdir()
    code = LEAK.format(marker=str(marker), start=str(start))
    (tmp_path / "site" / "sitecustomize.py").write_text(code)
    monkeypatch.setattr(
        "test_processes.environment",
        lambda folder: {**environment(folder), "PYTHONPATH": str(tmp_path / "site")},
    )
    with running(tmp_path, sample("single_face.mp4")) as run:
        assert marker.exists()
        old, count = sensing_of(run), len(events(tmp_path))
        start.touch()
        began, most = time.monotonic(), 0
        while child_of(run.pid, "emocam.sensing") == old:
            with contextlib.suppress(OSError, IndexError):
                status = Path(f"/proc/{old}/status").read_text()
                most = max(most, int(status.split("VmData:")[1].split()[0]) >> 10)
            assert time.monotonic() - began < 90, "it leaks and leaks"
            time.sleep(0.02)
        ended = time.monotonic() - began
        until_read_again(run, tmp_path, old)
        seconds = time.monotonic() - began
        assert "moment" in shown_since(tmp_path, count)
        assert "starting it again" in finish(run)
    assert most <= 1100
    figure(f"ended at {most} MiB after {ended:.1f} s, an expression again after {seconds:.1f} s")


@pytest.mark.fault("model file damaged while running")
def test_model_damaged(sample: Sample, tmp_path: Path, figure: Figure) -> None:
    for name in ("expression.tflite", "expression.json"):
        shutil.copy(packaged("models", name), tmp_path / name)
    model = tmp_path / "expression.tflite"
    whole = model.read_bytes()
    setting = f"model.path={model}"
    with running(tmp_path, sample("single_face.mp4"), "--set", setting) as run:
        old, count = sensing_of(run), len(events(tmp_path))
        model.write_bytes(whole[: len(whole) // 3])
        wait_for("another reading", lambda: len(events(tmp_path)) > count + 2)
        os.kill(sensing_of(run), signal.SIGKILL)  # so that the file is read anew
        wait_for("the picture", lambda: "moment" in shown_since(tmp_path, count))
        wait_for("one that met the damage", lambda: sensing_deaths(tmp_path) >= 2)
        assert run.poll() is None, "the stream goes on"
        model.write_bytes(whole)
        seconds = until_read_again(run, tmp_path, old)
        output = finish(run)
    assert str(model) in output, "the user is told which file"
    figure(f'"one moment" while it is damaged, well {seconds:.1f} s after it is whole again')


@pytest.mark.fault("whole program frozen for ten seconds, as by suspend and resume")
def test_frozen(sample: Sample, tmp_path: Path, figure: Figure) -> None:
    with running(tmp_path, sample("single_face.mp4")) as run:
        family = [run.pid, sensing_of(run), child_of(run.pid, "emocam.stage")]
        for pid in family:
            assert pid is not None
            os.kill(pid, signal.SIGSTOP)
        time.sleep(10)
        count = len(events(tmp_path))
        for pid in family:
            assert pid is not None
            os.kill(pid, signal.SIGCONT)
        began = time.monotonic()
        wait_for("an expression", lambda: any(e["expression"] for e in events(tmp_path)[count:]))
        seconds = time.monotonic() - began
        time.sleep(2)
        stages = child_of(run.pid, "emocam.stage")
        assert stages == family[2], "nobody was taken for dead"
        finish(run)
    figure(f"an expression again {seconds:.1f} s after it goes on; no process was replaced")


@pytest.mark.fault("settings file damaged and deleted while running")
def test_settings_damaged(sample: Sample, tmp_path: Path, figure: Figure) -> None:
    settings = tmp_path / "config" / "emocam" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[mood]\nhold = 0.5\n")
    with running(tmp_path, sample("single_face.mp4")) as run:
        settings.write_bytes(b"[mood\nhold = \xff")
        count = len(events(tmp_path))
        wait_for("more readings", lambda: len(events(tmp_path)) > count + 2)
        settings.unlink()
        wait_for("more readings", lambda: len(events(tmp_path)) > count + 4)
        finish(run)
    figure("nothing changes in the run; the next start says which line it cannot use")


@pytest.mark.fault("settings file half written, at the next start")
def test_settings_half_written(sample: Sample, tmp_path: Path, figure: Figure) -> None:
    """As a crash of the machine leaves it: each line up to the break counts, the rest is told."""
    settings = tmp_path / "config" / "emocam" / "settings.toml"
    settings.parent.mkdir(parents=True)
    whole = emocam(tmp_path, "settings").output.encode()
    told, cuts = 0, [found.end() for found in re.finditer(rb"\n\w+ =", whole)][::9]
    for cut in cuts:
        settings.write_bytes(whole[:cut])
        checked = emocam(tmp_path, "settings")
        assert checked.code == 0, checked.errors
        assert "Traceback" not in checked.errors
        told += str(settings) in checked.errors
    assert told == len(cuts) >= 4
    settings.write_bytes(whole[: cuts[1]])
    with running(tmp_path, sample("single_face.mp4")) as run:
        output = finish(run)
    assert str(settings) in output
    assert settings.read_bytes() == whole[: cuts[1]]
    figure(f"cut at {len(cuts)} places, all told; EmoCam runs, the file stays as it is")


@pytest.mark.fault("control process killed")
def test_control_killed(sample: Sample, tmp_path: Path, figure: Figure) -> None:
    with running(tmp_path, sample("single_face.mp4")) as run:
        family = children_of(run.pid)
        assert len(family) == 2
        os.kill(run.pid, signal.SIGKILL)
        began = time.monotonic()
        wait_for("the end of sensing and stage", lambda: not any(map(is_there, family)), 30)
        seconds = time.monotonic() - began
        run.wait()
    with running(tmp_path, sample("single_face.mp4"), "--output", "again.mp4") as run:
        finish(run)  # it was kept from nothing by what the killed one left
    figure(f"no process and no camera light {seconds:.1f} s later; the next start works")


@pytest.mark.fault("log-out: hang-up, and the folder for sockets is taken away")
def test_log_out(sample: Sample, tmp_path: Path, figure: Figure) -> None:
    """What systemd-logind does: the session's processes hear SIGHUP, the run-time folder goes."""
    with running(tmp_path, sample("single_face.mp4")) as run:
        family = children_of(run.pid)
        shutil.rmtree(tmp_path / "emocam")
        began = time.monotonic()
        code, output, left = end(run, signal.SIGHUP)
        seconds = time.monotonic() - began
    assert (code, left) == (0, []), output
    assert "Traceback" not in output
    assert not any(map(is_there, family))
    assert not (tmp_path / "emocam").exists()
    figure(f"no process, lock or socket left {seconds:.1f} s later")
