"""A headless Chromium that is told what to do through a pipe, by its DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/ ; with ``--remote-debugging-pipe`` messages are
JSON with a zero byte behind each, on the descriptors 3 and 4.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

NAMES = ("chromium-headless-shell", "chromium")


def find() -> str | None:
    """The program, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Chromium:
    """A browser with one page; use it as a context manager."""

    def __init__(self, program: str, folder: Path) -> None:
        said, self._in = os.pipe()
        self._out, says = os.pipe()
        words = [program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"]
        words += [f"--user-data-dir={folder}", "--hide-scrollbars", "--force-color-profile=srgb"]
        # The browser takes its messages from descriptor 3 and answers on 4.
        shell = f'exec "$@" 3<&{said} 4>&{says}'
        with (folder / "chromium.log").open("wb") as log:
            self._process = subprocess.Popen(
                ["bash", "-c", shell, "bash", *words], pass_fds=(said, says), stdout=log, stderr=log
            )
        os.close(said)
        os.close(says)
        self._rest, self._id, self._session = b"", 0, None
        self.events: list[dict[str, Any]] = []
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        attached = self.do("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Accessibility"):
            self.do(f"{domain}.enable")

    def __enter__(self) -> Chromium:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events that come before it are kept."""
        self._id += 1
        message = {"id": self._id, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._in, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._id:
                assert "error" not in answer, answer
                return dict(answer["result"])
            self.events.append(answer)

    def open(self, url: str) -> None:
        """Go to a page and wait until it has loaded."""
        self.events.clear()
        self.do("Page.navigate", url=url)
        until = time.monotonic() + 60
        while not any(each.get("method") == "Page.loadEventFired" for each in self.events):
            assert time.monotonic() < until, "the page does not load"
            self.evaluate("0")

    def evaluate(self, script: str) -> Any:
        """The value of a script in the page."""
        found = self.do("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def picture(self, path: Path, width: int = 1000, **media: str) -> None:
        """A picture of the whole page, as a screen of this width (or paper) shows it."""
        self.look(width, **media)
        height = self.evaluate("document.documentElement.scrollHeight")
        self.look(width, height, **media)
        data = self.do("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    def look(self, width: int, height: int = 800, media: str = "screen", **features: str) -> None:
        """Show the page on another screen, or as it is printed."""
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        wishes = [
            {"name": name.replace("_", "-"), "value": value} for name, value in features.items()
        ]
        self.do("Emulation.setEmulatedMedia", media=media, features=wishes)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = os.read(self._out, 1 << 20)
            assert data, "the browser has ended"
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(line))
