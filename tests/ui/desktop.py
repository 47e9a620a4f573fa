"""A real desktop for one test: an X server, a session bus, and a panel where there is to be one."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from emocam.errors import WindowError
from emocam.window.lack import lack

#: The programs that it is made of.
PROGRAMS = ("Xvfb", "dbus-daemon", "dbus-monitor", "xfce4-panel", "xdotool", "scrot")
WIDTH, HEIGHT = 900, 700
#: The panel: one row at the top that holds nothing but icons.
PANEL = 32
_PATIENCE = 60.0

_PANEL_SETTINGS = f"""<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array"><value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="{PANEL}"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
"""


class Desktop:
    """What can be seen and done there.

    Args:
        folder: the user's home.
        environment: for programs that are to run there.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment

    def screen(self, name: str | None = None) -> Image.Image:
        """What is to be seen; with a name it is kept as a PNG in build/ui."""
        kept = Path(__file__).resolve().parents[2] / "build" / "ui"
        kept.mkdir(parents=True, exist_ok=True)
        # Other desktops are looked at beside this one.
        path = kept / f"{name}.png" if name else self.folder / "now.png"
        subprocess.run(["scrot", "-o", str(path)], env=self.environment, check=True)
        with Image.open(path) as picture:
            return picture.convert("RGB")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        self.hand("key", "--delay", "60", *keys)

    def open_menu(self, name: str) -> None:
        """Click on the icon and wait for its menu."""

        def below() -> bytes:
            return self.screen(name).crop((0, PANEL + 2, WIDTH, HEIGHT)).tobytes()

        empty = below()
        self.hand("mousemove", str(PANEL // 2), str(PANEL // 2), "click", "1")
        self.until(lambda: below() != empty)
        time.sleep(0.5)  # the menu takes keys when it has been drawn

    def choose(
        self, name: str, keys: tuple[str, ...], effect: Callable[[], bool], tries: int = 3
    ) -> None:
        """Open the menu, press keys, wait for the effect; again where a busy panel lost a key.

        Args:
            name: of the screenshots, with a number for each key that opens a submenu.
            keys: for xdotool.
            effect: what is to come of it.
            tries: how often.
        """
        for _ in range(tries):
            self.open_menu(name)
            for key in keys:
                self.press(key)
                if key == "Right":
                    time.sleep(0.5)
                    self.screen(f"{name}-open")
            end = time.monotonic() + 15
            while time.monotonic() < end:
                if effect():
                    return
                time.sleep(0.2)
            self.press("Escape", "Escape")
            time.sleep(1)
        raise AssertionError(f"nothing came of {keys}")

    def colour(self) -> str:
        """The name of the icon's colour: yellow, grey, blue, red or none."""
        icon = self.screen().crop((4, 4, PANEL - 4, PANEL - 4))
        count = {"yellow": 0, "blue": 0, "red": 0, "grey": 0}
        pixels = icon.tobytes()
        for red, green, blue in zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True):
            if red > 220 and 170 < green < 230 and blue < 120:
                count["yellow"] += 1
            elif blue > 180 and red < 120:
                count["blue"] += 1
            elif red > 190 and green < 90 and blue < 90:
                count["red"] += 1
            elif red < 60:
                count["grey"] += 1  # its rim; what it is filled with looks like a panel
        best = max(count, key=lambda name: count[name])
        return best if count[best] > 40 else "none"

    @contextlib.contextmanager
    def heard(self, rule: str) -> Iterator[Path]:
        """Gives a file to which goes what is said on the session bus, as far as a rule has it."""
        path = self.folder / "heard.txt"
        with (
            path.open("wb") as file,
            subprocess.Popen(
                ["dbus-monitor", "--session", rule], env=self.environment, stdout=file
            ) as monitor,
        ):
            try:
                yield path
            finally:
                monitor.terminate()

    @staticmethod
    def until(condition: Callable[[], bool]) -> None:
        """Wait for something.

        Raises:
            AssertionError: if it does not come to pass.
        """
        end = time.monotonic() + _PATIENCE
        while not condition():
            assert time.monotonic() < end, "it did not come to pass"
            time.sleep(0.2)

    def hand(self, *words: str) -> None:
        """Give commands to xdotool."""
        subprocess.run(["xdotool", *words], env=self.environment, check=True, capture_output=True)


@contextlib.contextmanager
def desktop(folder: Path, environment: dict[str, str], *, panel: bool) -> Iterator[Desktop]:
    """A desktop for as long as the body runs.

    Args:
        folder: the user's home.
        environment: of a program that runs without a desktop.
        panel: whether something shows icons.
    """
    with contextlib.ExitStack() as stack:
        # Without -noreset it begins anew, and drops who is just coming, when the last one leaves.
        server = ["Xvfb", "-noreset", "-displayfd", "1", "-screen", "0", _geometry()]
        number = _started(stack, server, {})
        here = {**environment, "DISPLAY": f":{number}", "NO_AT_BRIDGE": "1"}
        bus = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
        here["DBUS_SESSION_BUS_ADDRESS"] = _started(stack, bus, here)
        if panel:
            settings = Path(here["XDG_CONFIG_HOME"], "xfce4/xfconf/xfce-perchannel-xml")
            settings.mkdir(parents=True)
            (settings / "xfce4-panel.xml").write_text(_PANEL_SETTINGS, encoding="utf-8")
            _start(stack, ["xfce4-panel", "--disable-wm-check"], here)
        yield Desktop(folder, here)


def _geometry() -> str:
    return f"{WIDTH}x{HEIGHT}x24"


def _started(stack: contextlib.ExitStack, command: list[str], environment: dict[str, str]) -> str:
    """Start a program whose first line says where it is."""
    process = _start(stack, command, environment)
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line, f"{command[0]} did not start"
    return line


def _start(
    stack: contextlib.ExitStack, command: list[str], environment: dict[str, str]
) -> subprocess.Popen[str]:
    """Start a program in a group of its own, which is ended with the desktop."""
    process = subprocess.Popen(
        [str(shutil.which(command[0])), *command[1:]],
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )

    def end() -> None:
        assert process.stdout is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stdout.close()

    stack.callback(end)
    return process


def has_pygobject() -> bool:
    """Whether the tray can find a PyGObject made for this Python; asked in another process."""
    code = "from emocam.control.tray import desktop_linux as d; d._find(); import gi"
    return subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def qt_lacks() -> WindowError | None:
    """Which libraries of the system Qt lacks for a display that is still to be started."""
    kinds = ({"QT_QPA_PLATFORM": kind} for kind in ("xcb", "wayland"))
    problems = (lack(kind, opened=lambda *_: True) for kind in kinds)
    return next((problem for problem in problems if problem is not None), None)
