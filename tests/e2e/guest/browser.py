"""A headless Chromium that opens EmoCam and draws it on a canvas whenever it is asked to."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import queue
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from machine import StepError, User, wait_for

_FLAGS = (
    "--no-sandbox",  # the guest is the sandbox
    "--use-fake-ui-for-media-stream",  # "yes" to the question whether the page may use the camera
    "--autoplay-policy=no-user-gesture-required",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--no-first-run",
    "--enable-logging=stderr",
)
PROGRAM = "chromium-headless-shell"


class Browser:
    """The browser and, on 127.0.0.1, the server of its page.

    The page asks the server what to do next and posts what comes of it, so the session decides
    when a picture is taken.
    """

    def __init__(self, viewer: User, log: Path) -> None:
        self._commands: queue.Queue[str] = queue.Queue()
        self._posted: dict[str, bytes] = {}
        self._log = log.open("wb")
        browser = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def _answer(self, body: bytes = b"", kind: str = "text/plain") -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                if self.path == "/":
                    page = Path(__file__).with_name("page.html").read_bytes()
                    self._answer(page, "text/html; charset=utf-8")
                elif self.path == "/next":
                    try:
                        self._answer(browser._commands.get(timeout=20).encode())
                    except queue.Empty:
                        self._answer(b"wait")
                else:
                    self.send_error(404)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                browser._posted[self.path.removeprefix("/")] = body
                self._answer()

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                pass  # the page went away while it waited for an answer

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        page = f"http://127.0.0.1:{self._server.server_port}/"
        self._profile = viewer.home / "chromium"
        self.process = subprocess.Popen(
            [PROGRAM, *_FLAGS, f"--user-data-dir={self._profile}", page],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
            **viewer.credentials(),  # type: ignore[arg-type]
        )

    def _wait(self, name: str, limit: float) -> bytes:
        def probe() -> bytes | None:
            if name in self._posted:
                return self._posted.pop(name)
            if "error" in self._posted:
                raise StepError(f"the page says: {self._posted['error'].decode()}")
            if self.process.poll() is not None:
                raise StepError(f"Chromium left with status {self.process.returncode}")
            return None

        return wait_for(f"Chromium's page to send '{name}'", probe, limit, 0.05)

    def listed(self, limit: float = 300) -> list[str]:
        """The labels of the cameras that the page found; it has opened none of them."""
        found = json.loads(self._wait("listed", limit))
        assert isinstance(found, list)
        return found

    def opened(self, limit: float = 300) -> dict[str, Any]:
        """What the page found: ``cameras``, the ``track`` it opened and its ``settings``."""
        self._commands.put("open")
        found = json.loads(self._wait("opened", limit))
        assert isinstance(found, dict)
        return found

    def picture(self, limit: float = 120) -> tuple[float, float, bytes, int]:
        """Have the page draw its next video frame.

        Returns:
            Two moments between which the frame was drawn, the picture as PNG, and how many frames
            the page has been given so far.
        """
        asked = time.monotonic()
        self._commands.put("picture")
        frames = int(self._wait("drawn", limit))
        drawn = time.monotonic()
        return asked, drawn, self._wait("picture.png", limit), frames

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        with contextlib.suppress(ProcessLookupError):  # its helpers may take longer
            os.killpg(self.process.pid, signal.SIGKILL)
        self._server.shutdown()
        self._log.close()
        shutil.rmtree(self._profile, ignore_errors=True)
