"""Pictures of the tray's menu in several languages for docs/tray.md, of a real run on a real panel.

    python -m tools.tray_shots [LANGUAGE...]    writes docs/tray/menu-LANGUAGE.png

Needs what tests/ui needs (tests/ui/packages.txt), a sample recording (make samples) and letters of
these languages: Debian's fonts-noto-core (Arabic) and fonts-vlgothic (Japanese).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.ui.desktop import Desktop, desktop

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "tray"
SAMPLE = ROOT / "build" / "samples" / "single_face.mp4"
LANGUAGES = ("de", "ja", "ar")
#: Of the panel that tests/ui lays out, with the menu and one submenu below it.
SIZE = (660, 680)


def take(language: str, home: Path) -> None:
    """Take a picture of the menu with the pictures that can be held."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    places = {"HOME": home, "XDG_CONFIG_HOME": home / "config", "XDG_RUNTIME_DIR": home}
    around = {**kept, **{name: str(place) for name, place in places.items()}}
    given = ("--output=out.mp4", "--set=camera.loop=true", f"--set=window.language={language}")
    command = [sys.executable, "-P", "-m", "emocam", "run", "--camera", str(SAMPLE), *given]
    with (
        desktop(home, around, panel=True) as there,
        subprocess.Popen(command, cwd=home, env=there.environment) as process,
    ):
        try:
            there.until(lambda: there.colour() == "yellow")
            time.sleep(5)  # what there is to choose from has been looked for
            show(there, language)
        finally:
            process.terminate()


def show(there: Desktop, language: str) -> None:
    """Open the menu and its entry "Hold"."""
    name = f"menu-{language}"
    there.open_menu(name)
    for key in ("Down",) * 4:
        there.press(key)
    there.press("Right")
    time.sleep(1)
    path = OUT / f"{name}.png"
    there.screen(name).crop((0, 0, *SIZE)).save(path, optimize=True)
    print(path.relative_to(ROOT))


def main() -> None:
    """Take the pictures of the languages that are named, or of all."""
    OUT.mkdir(exist_ok=True)
    for language in sys.argv[1:] or LANGUAGES:
        with tempfile.TemporaryDirectory() as home:
            take(language, Path(home))


if __name__ == "__main__":
    main()
