"""Pictures of the window of a watched lecture for docs/watch.md, of the real window of a real run.

    python -m tools.watch_shots    writes docs/watch/playing.png and docs/watch/dark.png

Needs Xvfb, xdotool and scrot (tests/ui/packages.txt) and a sample picture (make samples), which
stands in for a webcam. The lecture is drawn by code (benchmarks/lecture/slides.py).
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.lecture import slides
from tools.window_shots import DARK, ROOT, SAMPLE, hand, screen, started

OUT = ROOT / "docs" / "watch"
SIZE = (960, 480)
MINUTES = 14
#: Seconds until the window is there, and until an avatar and some readings are.
OPENS, PLAYS = 12.0, 12.0


def take(name: str, environment: dict[str, str], home: Path) -> None:
    """Take a picture of a lecture that plays, in its thirteenth minute."""
    policies = home / "policy.d"
    policies.mkdir(mode=0o755)
    video = slides.video(home / "lecture.mp4", MINUTES)
    shutil.copy(SAMPLE.with_suffix(".jpg"), home / "face.jpg")
    camera = "--set=camera.source=face.jpg"
    with screen(SIZE, home) as here:
        here.update(environment)
        words = ("watch", camera, "--set=avatar.motion=reduced", video)
        with started(here, home, policies, *words):
            time.sleep(OPENS)
            search = ("search", "--sync", "--onlyvisible", "--name", "EmoCam$")
            hand(here, *search, "windowsize", "100%", "100%", "windowmove", "0", "0", "windowfocus")
            for _ in range(12):
                hand(here, "key", "Next")  # a minute on
            hand(here, "key", "space")
            time.sleep(PLAYS)
            path = OUT / f"{name}.png"
            subprocess.run(["scrot", "-o", path], env=here, check=True)
            print(path.relative_to(ROOT))


def main() -> None:
    """Take the pictures."""
    OUT.mkdir(exist_ok=True)
    for name, environment in (("playing", {}), ("dark", DARK)):
        with tempfile.TemporaryDirectory() as home:
            take(name, environment, Path(home))


if __name__ == "__main__":
    main()
