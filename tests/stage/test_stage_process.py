"""The real process on its pipes, and its loop with a camera that comes and goes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from stage_process import ROOT, StageProcess, difference, read_video, settings_with, wait_for

from emocam.confinement import landlock, seccomp
from emocam.errors import OutputError
from emocam.expression import Picture
from emocam.pipes import Inlet, Outlet
from emocam.scene import Scene
from emocam.stage.colour import Bytes, rgb_to_i420
from emocam.stage.process import Stage
from emocam.stage.render import render_scene
from emocam.stage.sinks.base import Sink
from emocam.wire import RENEWAL, encode_message

Start = Callable[..., StageProcess]
CONFINED = sys.platform == "linux" and (landlock.version() > 0 or seccomp.load() is not None)


def test_a_scene_goes_in_and_its_picture_comes_out(stage: Start, tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    settings = settings_with(output__target=str(path), avatar__transition=0.0)
    process = stage()
    process.configure(settings)
    status = process.status()
    assert status == {
        "type": "status",
        "state": "publishing",
        "device": str(path),
        "width": 320,
        "height": 180,
        "fps": 15,
        "format": "I420",
        "frames": 1,
    }
    assert process.watched() == {  # nobody can know who reads a file
        "type": "status",
        "state": "watched",
        "how": "none",
        "count": None,
        "names": [],
    }
    time.sleep(0.5)
    process.show(Picture.HAPPINESS)
    time.sleep(1.5)
    process.show(Picture.AWAY)
    time.sleep(1.5)
    code, out, err = process.end()
    assert (code, err) == (0, b"")
    ended = json.loads(out)
    assert ended["state"] == "ended"
    frames, times = read_video(path)
    assert times == list(range(len(frames)))  # constant rate, whatever the machine did
    assert ended["frames"] <= len(frames)
    references = {p: render_scene(p, settings) for p in Picture}
    shown = [min(Picture, key=lambda p: difference(f, references[p])) for f in frames]
    assert shown[0] is Picture.STARTING
    assert shown[-1] is Picture.AWAY
    changes = [p for p, before in zip(shown, [None, *shown], strict=False) if p is not before]
    assert changes == [Picture.STARTING, Picture.HAPPINESS, Picture.AWAY]
    assert difference(frames[-1], references[Picture.AWAY]) < 3


def test_a_killed_process_leaves_a_file_that_plays(stage: Start, tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    process = stage()
    process.configure(settings_with(output__target=str(path)))
    process.status()
    time.sleep(4)
    process.kill()
    frames, _ = read_video(path, cut=True)
    assert len(frames) >= 15
    again = stage()
    again.configure(settings_with(output__target=str(path)), restart=1)
    assert again.status()["device"] == str(tmp_path / "out-1.mp4")
    assert again.end()[0] == 0
    assert len(read_video(path, cut=True)[0]) == len(frames)
    assert read_video(tmp_path / "out-1.mp4")[0]


def test_signals(stage: Start, tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    process = stage()
    process.configure(settings_with(output__target=str(path)))
    process.status()
    process.process.send_signal(signal.SIGINT)  # control's business
    time.sleep(0.5)
    assert process.process.poll() is None
    process.process.send_signal(signal.SIGTERM)
    assert process.status()["state"] == "ended"
    assert process.process.wait(30) == 0
    assert read_video(path)[0]


def test_settings_change_while_it_runs(stage: Start, tmp_path: Path) -> None:
    settings = settings_with(output__target=str(tmp_path / "one.mp4"))
    process = stage()
    process.configure(settings)
    process.status()
    process.show(Picture.NEUTRAL)
    settings = settings.replace("avatar.background", "#ffffff")
    process.configure(settings)
    time.sleep(1)
    process.send({"type": "configure", "settings": {"output.width": 321}})
    process.send({"type": "configure"})
    time.sleep(0.5)
    code, _, err = process.end()
    assert code == 0
    warnings = [json.loads(line)["warning"] for line in err.splitlines()]
    assert warnings == ["SettingsError", "ProcessError"]
    reference = render_scene(Picture.NEUTRAL, settings)
    assert difference(read_video(tmp_path / "one.mp4")[0][-1], reference) < 3


def test_without_a_camera_it_waits_and_ends_at_once(stage: Start) -> None:
    process = stage()
    process.configure(settings_with(output__label="no camera has this name"))
    status = process.status()
    assert status["state"] == "waiting"
    assert status["code"] in ("module-missing", "label-missing")
    assert status["cause"]
    assert "modprobe" in status["remedy"]
    process.show(Picture.NEUTRAL)
    time.sleep(1.5)
    code, out, err = process.end()
    assert (code, err) == (0, b"")
    assert [json.loads(line)["state"] for line in out.splitlines()] == ["ended"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"nonsense\n", 70),
        (b'{"type":"scene","picture":"neutral","strength":1}\n', 70),
        (b'{"type":"configure","settings":{"no.such":1}}\n', 3),
        (b'{"type":"configure","settings":{},"restart":"x"}\n', 70),
        (b'{"type":"configure","settings":{"output.height":181}}\n', 3),
        (b'{"type":"configure","settings":{"output.target":"/nowhere/at/all.mp4"}}\n', 5),
        (b"", 0),
        (b'{"type":"conf', 0),
    ],
)
def test_a_bad_start_is_stated_in_one_line(stage: Start, line: bytes, code: int) -> None:
    process = stage()
    assert process.process.stdin is not None
    process.process.stdin.write(line)
    process.process.stdin.flush()
    if code:
        process.process.wait(60)
    returned, out, err = process.end()
    assert (returned, out) == (code, b"")
    if code:
        stated = json.loads(err)
        assert stated["exit_code"] == code
        assert stated["cause"]
    else:
        assert err == b""


def test_an_unknown_pack_and_a_bad_message_are_told_and_survived(
    stage: Start, tmp_path: Path
) -> None:
    process = stage()
    process.configure(
        settings_with(output__target=str(tmp_path / "out.mp4"), avatar__pack="nowhere")
    )
    assert process.status()["state"] == "publishing"
    assert process.process.stdin is not None
    process.process.stdin.write(b"nonsense\n")
    process.send({"type": "scene", "picture": "grin", "strength": 1})
    process.show(Picture.FEAR)
    time.sleep(1)
    code, _, err = process.end()
    assert code == 0
    warnings = [json.loads(line) for line in err.splitlines()]
    assert [w["warning"] for w in warnings] == ["PackError", "WireError", "WireError"]
    reference = render_scene(Picture.FEAR, settings_with())
    assert difference(read_video(tmp_path / "out.mp4")[0][-1], reference) < 3


def test_queries(stage: Start) -> None:
    code, out, _ = stage("--list").end()
    assert code == 0
    assert isinstance(json.loads(out)["virtual_cameras"], list)
    process = stage("--check")
    process.configure(settings_with(output__label="no camera has this name"))
    code, out, err = process.end()
    assert (code, err) == (0, b"")
    checks = {check["id"]: check for check in json.loads(out)["checks"]}
    assert checks["pack"]["status"] == "ok"
    assert any(c["status"] == "problem" and c["remedy"] for c in checks.values())
    assert stage("--nonsense").end()[0] == 70


@pytest.mark.skipif(not CONFINED, reason="this system has neither Landlock nor libseccomp.so.2")
def test_a_file_that_can_grow_no_more(
    stage: Start, tmp_path: Path, program: Callable[[str], str]
) -> None:
    path = tmp_path / "out.mp4"
    process = stage(prefix=(program("prlimit"), "--fsize=30000"))
    process.configure(settings_with(output__target=str(path)))
    assert process.status()["state"] == "publishing"
    with contextlib.suppress(BrokenPipeError):
        while process.process.poll() is None:
            for picture in (Picture.ANGER, Picture.AWAY):
                process.show(picture)
                time.sleep(0.1)
    waiting = process.status()
    assert waiting["state"] == "waiting"
    assert "File too large" in waiting["cause"]
    # It made its file before it gave up making files: the next one takes another process.
    assert process.process.wait(60) == RENEWAL
    assert read_video(path, cut=True)[0]
    again = stage()
    again.configure(settings_with(output__target=str(path)), restart=1)
    assert again.status()["device"] == str(tmp_path / "out-1.mp4")


def test_the_end_comes_even_when_something_hangs() -> None:
    code = "import time; from emocam.pipes import Inlet; Inlet(grace=0.3).start(); time.sleep(600)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.DEVNULL, timeout=60, check=False
    )
    assert done.returncode == 0


def test_a_question_is_answered_however_long_it_takes() -> None:
    code = (
        "import sys, time\n"
        "from emocam.stage import __main__, checks\n"
        "from emocam.stage.__main__ import main\n"
        "__main__.GRACE = 0.2\n"
        "checks.check = lambda settings: time.sleep(1.5) or {'checks': []}\n"
        "sys.exit(main(['--check']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, input=b"", capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, b'{"checks": []}\n'), done.stderr


class Flaky(Sink):
    """A camera that is absent, comes, goes and comes back."""

    def __init__(self) -> None:
        self.absent = 1
        self.lose_at: int | None = 5
        self.sent: list[Bytes] = []
        self.opened = 0
        self.closed = 0

    @property
    def device(self) -> str | None:
        return "/dev/video99"

    def open(self) -> None:
        if self.absent:
            self.absent -= 1
            raise OutputError("It is absent", "Bring it", "module-missing")
        self.opened += 1

    def send(self, frame: Bytes, slot: int) -> None:
        if len(self.sent) == self.lose_at:
            self.lose_at = None
            raise OutputError("It went away", "Bring it back", "gone")
        self.sent.append(frame.copy())

    def close(self) -> None:
        self.closed += 1


def test_a_camera_that_goes_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_with()
    reading, writing = os.pipe()
    inlet, said = Inlet(None, reading), []

    class Told(Outlet):
        def __init__(self) -> None:
            pass

        def status(self, state: str, **values: object) -> None:
            if state not in ("alive", "watched"):
                said.append((state, values))

    inlet.start()
    monkeypatch.setattr("os._exit", lambda code: None)
    sink = Flaky()
    thread = threading.Thread(target=Stage(settings, inlet, Told(), sink=sink).run)
    thread.start()
    wait_for(lambda: [s for s, _ in said].count("publishing") == 2)
    os.write(writing, encode_message(Scene.of(Picture.ANGER).to_message()))
    wait_for(lambda: len(sink.sent) > 15)
    os.close(writing)
    thread.join(30)
    assert [state for state, _ in said] == [
        "waiting",
        "publishing",
        "waiting",
        "publishing",
        "ended",
    ]
    assert said[2][1] == {"code": "gone", "cause": "It went away", "remedy": "Bring it back"}
    assert sink.opened == 2
    assert sink.closed >= 2
    assert said[-1][1]["frames"] == len(sink.sent)
    assert (sink.sent[0] == rgb_to_i420(render_scene(Picture.STARTING, settings)).ravel()).all()
    assert (sink.sent[-1] == rgb_to_i420(render_scene(Picture.ANGER, settings)).ravel()).all()
