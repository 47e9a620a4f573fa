"""Pictures of the window for docs/window.md, of the real window of a real run.

    python -m tools.window_shots [NAME...]    writes docs/window/NAME.png; without a name all

Needs Xvfb, xdotool, scrot (tests/ui/packages.txt), a sample recording (make samples), and letters
of all languages: Debian's fonts-noto-core (Arabic) and fonts-vlgothic (Japanese).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "window"
#: A picture of a face: what is read in it stays, so that words and avatar are of one moment.
SAMPLE = ROOT / "build" / "samples" / "single_face.jpg"
#: Policies lie in a folder of root's, which no setting can change: lay one over /etc, for that
#: program alone.
OVER_ETC = """
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1,workdir=$2" /etc && shift 2 && exec "$@"
"""
POLICY = """
[mandatory.mood]
caution = "careful"
off = ["anger", "contempt"]
"""


@dataclass(frozen=True)
class Shot:
    """One picture.

    Attributes:
        page: of the window.
        size: of the screen, in pixels.
        settings: for ``--set`` of run and window.
        policy: of the machine; laid over /etc by unshare and overlayfs.
        keys: pressed before the picture is taken.
        typed: typed after these.
        environment: for the window.
        wait: seconds until everything is there.
    """

    page: str
    size: tuple[int, int] = (880, 680)
    settings: tuple[str, ...] = ()
    policy: str = ""
    keys: tuple[str, ...] = ()
    typed: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    wait: float = 45.0


CONTRAST = ("window.contrast=high",)
DARK = {"QT_QPA_PLATFORMTHEME": "gtk3", "GTK_THEME": "Adwaita:dark"}
SHOTS = {
    "view": Shot("view"),
    "first": Shot("first", (880, 800)),
    "settings": Shot("settings"),
    "locked": Shot("settings", policy=POLICY, keys=("alt+s",), typed="mood"),
    "setup": Shot("setup", wait=60),
    "german": Shot("view", settings=("window.language=de",)),
    "japanese": Shot("settings", settings=("window.language=ja",)),
    "right-to-left": Shot("settings", settings=("window.language=ar",)),
    "arabic": Shot("view", settings=("window.language=ar",)),
    "large-text": Shot("view", (1000, 800), ("window.text_size=200",)),
    "high-contrast": Shot("view", settings=CONTRAST),
    "dark": Shot("expressions", environment=DARK),
}


def take(name: str, shot: Shot, home: Path) -> None:
    """Take a picture."""
    settings = [word for each in shot.settings for word in ("--set", each)]
    shutil.copy(SAMPLE, home / "face.jpg")
    run = ["run", "--no-tray", "--camera", "face.jpg"]
    run += ["--set", "avatar.motion=reduced", "--output", "out.mp4", *settings]
    with screen(shot.size, home) as here, started(here, home, shot.policy, *run):
        time.sleep(4)
        here.update(shot.environment)
        with started(here, home, shot.policy, "window", "--page", shot.page, *settings):
            time.sleep(shot.wait)
            size = ("100%", "100%")
            search = ("search", "--sync", "--onlyvisible", "--name", "^EmoCam")
            hand(here, *search, "windowsize", *size, "windowfocus")
            time.sleep(1)
            for each in shot.keys:
                hand(here, "key", each)
            if shot.typed:
                hand(here, "type", "--delay", "60", shot.typed)
            time.sleep(1.5)
            path = OUT / f"{name}.png"
            subprocess.run(["scrot", "-o", path], env=here, check=True)
            print(path.relative_to(ROOT))


@contextlib.contextmanager
def screen(size: tuple[int, int], home: Path) -> Iterator[dict[str, str]]:
    """A display of its own; gives the environment of programs on it."""
    command = ["Xvfb", "-noreset", "-displayfd", "1", "-screen", "0", f"{size[0]}x{size[1]}x24"]
    nothing = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=nothing, text=True) as server:
        assert server.stdout is not None
        number = server.stdout.readline().strip()
        places = {"HOME": home, "XDG_CONFIG_HOME": home / "config", "XDG_RUNTIME_DIR": home}
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        try:
            yield {**kept, **{n: str(p) for n, p in places.items()}, "DISPLAY": f":{number}"}
        finally:
            server.terminate()


@contextlib.contextmanager
def started(here: dict[str, str], home: Path, policy: str, *words: str) -> Iterator[None]:
    """EmoCam, for as long as the body runs; with a policy of the machine, if any."""
    command = [sys.executable, "-P", "-m", "emocam", *words]
    if policy:
        command = [*under(policy, Path(tempfile.mkdtemp(dir=home))), *command]
    nothing = subprocess.DEVNULL
    with subprocess.Popen(command, env=here, cwd=home, stdin=nothing, stdout=nothing) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def under(policy: str, place: Path) -> list[str]:
    """The words before a command that have it find a policy in /etc/emocam/policy.d."""
    upper, work = place / "etc", place / "work"
    folder = upper / "emocam" / "policy.d"
    folder.mkdir(parents=True)
    work.mkdir()
    for each in (upper, folder.parent, folder):
        each.chmod(0o755)
    (folder / "school.toml").write_text(policy, encoding="utf-8")
    (folder / "school.toml").chmod(0o644)
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--mount", *rights, "sh", "-c", OVER_ETC, "sh", str(upper), str(work)]


def hand(here: dict[str, str], *words: str) -> None:
    """Have xdotool do something."""
    subprocess.run(["xdotool", *words], env=here, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Take the pictures that are named, or all."""
    OUT.mkdir(exist_ok=True)
    for name in sys.argv[1:] or SHOTS:
        with tempfile.TemporaryDirectory() as home:
            take(name, SHOTS[name], Path(home))


if __name__ == "__main__":
    main()
