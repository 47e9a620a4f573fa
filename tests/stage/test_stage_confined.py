"""What the stage gives up: the real process, from its own attempts, and what takes another one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from stage_process import ROOT, StageProcess, difference, read_video, settings_with

from emocam.confinement import Protection, landlock, seccomp
from emocam.expression import Picture
from emocam.stage.confined import Kept, profile
from emocam.stage.render import render_scene
from emocam.stage.sinks.base import Sink, make_sink
from emocam.wire import RENEWAL

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp: Linux")
HAS_FILES = sys.platform == "linux" and landlock.version() > 0
needs_landlock = pytest.mark.skipif(not HAS_FILES, reason="this kernel has no Landlock")
Start = Callable[..., StageProcess]

ATTEMPTS = """
import json, os, sys
from pathlib import Path
from emocam.confinement import try_forbidden
from emocam.settings import Settings
from emocam.stage.confined import give_up
from emocam.stage.sinks.linux import VirtualCamera

class Own(VirtualCamera):
    def devices(self):
        return [Path(sys.argv[1])]

def may(path, flags):
    try:
        os.close(os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY))
    except PermissionError:
        return False
    return True

give_up(Settings().replace("avatar.background", sys.argv[4]), Own("EmoCam", None))
print(json.dumps({
    "own device": may(sys.argv[1], os.O_RDWR),
    "webcam": may(sys.argv[2], os.O_RDWR) or may(sys.argv[2], os.O_RDONLY),
    "terminal": may("/dev/ptmx", os.O_RDWR),
    "document": may(sys.argv[3], os.O_RDONLY),
    "background": may(sys.argv[4], os.O_RDONLY),
    "write to it": may(sys.argv[4], os.O_WRONLY),
    "new file": may(sys.argv[3] + ".new", os.O_WRONLY | os.O_CREAT),
    "library": may(os.__file__, os.O_RDONLY),
}))
"""


@pytest.mark.privacy("the stage can open no camera but EmoCam's, no document, and write no file")
@needs_landlock
def test_only_its_own_device_remains(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """Files in /dev stand for devices, which not every machine that runs tests has."""
    own, webcam = (Path(f"/dev/shm/emocam-stage-{os.getpid()}-{n}") for n in range(2))
    document, background = tmp_path / "secret.txt", tmp_path / "ground.png"
    for file in (own, webcam, document, background):
        file.write_text("text")
    words = [str(each) for each in (own, webcam, document, background)]
    try:
        done = subprocess.run(
            [sys.executable, "-c", ATTEMPTS, *words], capture_output=True, text=True, check=False
        )
    finally:
        own.unlink()
        webcam.unlink()
    assert done.returncode == 0, done.stderr
    could = json.loads(done.stdout)
    allowed = {"own device", "background", "library"}
    assert could == {name: name in allowed for name in could}
    figure(f"{len(could) - len(allowed)} of {len(could) - len(allowed)} attempts refused")


DETOURS = """
import errno, json, os, sys
from pathlib import Path
from emocam.settings import Settings
from emocam.stage.confined import give_up
from emocam.stage.packs import store
from emocam.stage.sinks.base import make_sink

home, out = Path.home(), Path.home() / "out"
settings = Settings().replace("output.target", str(out / "out.mp4"))
sink = make_sink(settings)
sink.prepare()
kept = give_up(settings, sink)

def may(path, flags=os.O_RDONLY):
    try:
        os.close(os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY))
    except PermissionError:
        return False
    return True

def can(action, *words):
    try:
        action(*words)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EACCES, errno.EXDEV):  # the last by Landlock
            raise
        return False
    return True

parent = Path("/proc", str(os.getppid()))
secret = home / "secret.txt"
print(json.dumps({
    "a link among the pictures": may(home / "Pictures" / "link.png"),
    "an open file of the parent": may(parent / "fd" / sys.argv[1]),
    "the memory of the parent": may(parent / "mem"),
    "up from the pictures": may(home / "Pictures" / ".." / "secret.txt"),
    "a file beside the output": may(out / "diary.txt"),
    "removing a file beside it": can(os.unlink, out / "diary.txt"),
    "a link beside the output": can(os.symlink, secret, out / "link"),
    "a second name of the document": can(os.link, secret, out / "name"),
    "a folder beside the output": can(os.mkdir, out / "folder"),
    "a picture": may(home / "Pictures" / "red.png"),
    "the output by its name": may(out / "out.mp4", os.O_WRONLY),
    "another file": may(out / "out-1.mp4", os.O_WRONLY | os.O_CREAT),
    "writing the diary": may(out / "diary.txt", os.O_WRONLY),
}), flush=True)
input()
packs = store.folder()
new = settings.replace("avatar.pack", "new")
print(json.dumps([kept.is_enough(new, sink), may(packs / "new.zip")]))
"""
ALLOWED = {"a picture"}


@pytest.mark.privacy(
    "links, other processes and the output's folder are no way round for the stage"
)
@needs_landlock
@pytest.mark.parametrize("has_packs", [True, False])
def test_detours_lead_nowhere(
    tmp_path: Path, has_packs: bool, figure: Callable[[str], None]
) -> None:
    """A pack installed later is read where the rules name its folder, or takes another process."""
    secret, packs = tmp_path / "secret.txt", tmp_path / "data" / "emocam" / "packs"
    for folder in ("Pictures", "out"):
        (tmp_path / folder).mkdir()
    if has_packs:
        packs.mkdir(parents=True)
    secret.write_text("secret")
    (tmp_path / "out" / "diary.txt").write_text("secret")
    (tmp_path / "Pictures" / "link.png").symlink_to(secret)
    picture(tmp_path / "Pictures" / "red.png", "red")
    places = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    with (
        secret.open() as opened,
        subprocess.Popen(
            [sys.executable, "-c", DETOURS, str(opened.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | places,
            text=True,
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        could = json.loads(process.stdout.readline())
        packs.mkdir(parents=True, exist_ok=True)
        (packs / "new.zip").write_text("a pack")
        process.stdin.write("\n")
        process.stdin.flush()
        covered, readable = json.loads(process.stdout.readline())
    assert could == {name: name in ALLOWED for name in could}
    assert covered == readable == has_packs
    figure(f"{len(could) - len(ALLOWED)} of {len(could) - len(ALLOWED)} attempts refused")


@pytest.mark.parametrize("place", ["$HOME/", "$HOME/..", "$HOME/Pictures"])
def test_a_home_that_stands_for_the_pictures_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Who has no such folder has their home in its place (xdg-user-dirs)."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_PICTURES_DIR", place.replace("$HOME", str(home)))
    settings = settings_with(output__target=str(tmp_path / "out.mp4"))
    readable = profile(settings, make_sink(settings)).readable
    assert (home / "Pictures" in readable) is place.endswith("Pictures")
    assert not {home, tmp_path} & {path.resolve() for path in readable}


def test_the_running_process_says_what_holds_and_is_confined(stage: Start, tmp_path: Path) -> None:
    process = stage()
    process.configure(settings_with(output__target=str(tmp_path / "out.mp4")))
    assert process.process.stdout is not None
    said: dict[str, Any] = json.loads(process.process.stdout.readline())
    assert said["state"] == "confined"
    held = {each["name"]: each["in_force"] for each in said["protections"]}
    assert held == {"files": HAS_FILES, "calls": seccomp.load() is not None}
    assert process.status()["state"] == "publishing"
    for task in Path(f"/proc/{process.process.pid}/task").iterdir():
        status = (task / "status").read_text()
        assert ("\nSeccomp:\t2\n" in status) is held["calls"]
        assert "\nNoNewPrivs:\t1\n" in status
    process.kill()


def picture(path: Path, colour: str) -> Path:
    Image.new("RGB", (32, 18), colour).save(path)
    return path


@needs_landlock
def test_a_background_that_it_may_not_read_takes_another_process(
    stage: Start, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "out.mp4"
    settings = settings_with(output__target=str(target))
    process = stage()
    process.configure(settings)
    process.status()
    process.configure(settings.replace("avatar.background", "#102030"))  # needs no file
    red = settings.replace("avatar.background", str(picture(tmp_path / "red.png", "red")))
    process.configure(red)
    assert process.process.wait(30) == RENEWAL
    again = stage()
    again.configure(red, restart=1)
    again.show(Picture.NEUTRAL)
    assert again.status()["device"] == str(tmp_path / "out" / "out-1.mp4")
    time.sleep(1)
    code, _, err = again.end()
    assert (code, err) == (0, b"")
    frame = read_video(tmp_path / "out" / "out-1.mp4")[0][-1]
    assert difference(frame, render_scene(Picture.NEUTRAL, red)) < 8
    assert np.abs(frame[0, 0].astype(int) - (255, 0, 0)).max() < 40


@needs_landlock
def test_another_file_takes_another_process(stage: Start, tmp_path: Path) -> None:
    settings = settings_with(output__target=str(tmp_path / "one.mp4"))
    process = stage()
    process.configure(settings)
    process.status()
    other = settings.replace("output.target", str(tmp_path / "two.mp4"))
    process.configure(other)
    assert process.process.wait(60) == RENEWAL
    assert read_video(tmp_path / "one.mp4")[0]
    again = stage()
    again.configure(other, restart=1)
    assert again.status()["device"] == str(tmp_path / "two-1.mp4")


class Place(Sink):
    """A virtual camera whose device the test exchanges."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def device(self) -> str | None:
        return None

    def devices(self) -> list[Path]:
        return [self.path]

    def open(self) -> None: ...
    def send(self, frame: object, slot: int) -> None: ...
    def close(self) -> None: ...


ENOUGH = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from test_stage_confined import Place
from emocam.settings import Settings
from emocam.stage.confined import give_up
folder = Path(sys.argv[1])
kept = give_up(Settings(), Place(folder / "video0"))
def enough(name="video0", **values):
    settings = Settings()
    for key, value in values.items():
        settings = settings.replace(key.replace("__", "."), value)
    return kept.is_enough(settings, Place(folder / name))
print(enough(), enough("video1"), enough("video7"))
print(enough(avatar__background=str(folder / "video1.png")))
print(enough(avatar__background="/no/such/picture.png"), enough(avatar__pack="contrast"))
input()
print(enough())
"""


@needs_landlock
def test_a_device_of_another_number_or_age_takes_another_process(tmp_path: Path) -> None:
    """Another node under the old name is another device, though it has the old number."""
    for name in ("video0", "video1", "video1.png"):
        (tmp_path / name).touch()
    with subprocess.Popen(
        [sys.executable, "-c", ENOUGH, str(tmp_path), str(Path(__file__).parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline().split() == ["True", "False", "True"]
        assert process.stdout.readline().split() == ["False"]
        assert process.stdout.readline().split() == ["True", "True"]
        (tmp_path / "new").touch()
        (tmp_path / "new").replace(tmp_path / "video0")
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline().split() == ["False"]


def test_one_file_is_open_and_the_next_takes_another_process(tmp_path: Path) -> None:
    settings = settings_with(output__target=str(tmp_path / "out.mp4"))
    sink = make_sink(settings)
    sink.prepare()
    wanted = profile(settings, sink)
    assert (wanted.devices, wanted.whole) == ((), False)
    held, not_held = (Protection("calls", in_force, "") for in_force in (True, False))
    assert Kept((held,), None).is_enough(settings, sink)
    sink.close()
    assert not Kept((held,), None).is_enough(settings, sink)
    assert Kept((not_held,), None).is_enough(settings, sink)


def test_doctor_tries_what_the_stage_must_not_do(stage: Start) -> None:
    process = stage("--check")
    process.configure(settings_with())
    code, out, err = process.end()
    assert (code, err) == (0, b"")
    checks = {each["id"]: each for each in json.loads(out)["checks"]}
    whole = HAS_FILES and seccomp.load() is not None
    assert checks["stage-confined"]["status"] == ("ok" if whole else "warning"), checks
    assert bool(checks["stage-confined"]["remedy"]) is not whole
