"""Drawing somebody else's pictures in a process that may hang, burst or break.

``python -m emocam.stage.packs.trial`` reads pictures on stdin, one JSON line and that many bytes
each, and answers one JSON line each. It can open no file (where the system lets a process give
that up), has little memory, and ends by itself when a picture takes too long.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import json
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from emocam.another import python
from emocam.errors import PackError
from emocam.stage.packs.limits import (
    MAX_DRAWING_MEMORY,
    MAX_DRAWING_TIME,
    MAX_DRAWING_WAIT,
    MIB,
    TRIAL_SIZE,
)

#: Seconds for the process to start, and beyond the drawing time until it is ended from outside.
_START, _GRACE = 60.0, 5.0
_SIMPLER = "Simplify the picture"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one picture.

    Attributes:
        name: of the file.
        kind: ``drawing``, ``still`` or ``animation``; empty if it cannot be shown.
        seconds: of processor time to read and draw it.
        error: why it cannot be shown; None if it can.
    """

    name: str
    kind: str = ""
    seconds: float = 0.0
    error: PackError | None = None


def try_pictures(pictures: Iterable[tuple[str, bytes]]) -> Iterator[Tried]:
    """Try each picture, given by name and content, in turn.

    Raises:
        PackError: if the process that draws cannot be started.
    """
    child: _Child | None = None
    try:
        for name, data in pictures:
            child = child or _Child()
            answer = child.ask(name, data)
            if answer is None:  # it has ended over this picture; the others get a new one
                child.close()
                child = None
                yield Tried(name, error=_died())
            elif "cause" in answer:
                yield Tried(name, error=PackError(answer["cause"], answer["remedy"]))
            else:
                yield Tried(name, answer["kind"], answer["seconds"])
    finally:
        if child is not None:
            child.close()


def _died() -> PackError:
    return PackError(
        f"It cannot be drawn within {MAX_DRAWING_TIME} s and {MAX_DRAWING_MEMORY // MIB} MiB",
        _SIMPLER,
    )


class _Child:
    """One drawing process, seen from outside."""

    def __init__(self) -> None:
        try:
            self._process = subprocess.Popen(
                [*python(), "-m", "emocam.stage.packs.trial"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise PackError(
                f"The process that tries pictures cannot be started: {error.strerror}",
                "Close other programs",
            ) from None
        if self._receive(_START) is None:
            self.close()
            raise PackError(
                "The process that tries pictures does not start", "Install EmoCam again"
            )

    def ask(self, name: str, data: bytes) -> dict[str, Any] | None:
        """Hand over a picture; the answer, or None if the process ended over it."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps([name, len(data)]).encode() + b"\n" + data)
            self._process.stdin.flush()
        except OSError:
            return None
        return self._receive(MAX_DRAWING_WAIT + _GRACE)

    def _receive(self, seconds: float) -> dict[str, Any] | None:
        assert self._process.stdout is not None
        watch = threading.Timer(seconds, self._process.kill)
        watch.start()
        try:
            answer = json.loads(self._process.stdout.readline(4096))
        except ValueError:
            return None
        finally:
            watch.cancel()
        return answer if isinstance(answer, dict) else None

    def close(self) -> None:
        """End it."""
        self._process.kill()
        with contextlib.suppress(OSError), self._process:  # closes the pipes, then waits
            pass


def _try_one(name: str, data: bytes) -> dict[str, Any]:
    """Read and draw a picture as the stage does; the answer for it."""
    from emocam.stage.artwork import Animation, Drawing, Still
    from emocam.stage.packs.pictures import read_picture
    from emocam.stage.render import draw_artwork

    try:
        artwork = read_picture(data, name)
        # All frames of an animation have been decoded; one is enough to see that they are drawn.
        first = Still(artwork.frames[0]) if isinstance(artwork, Animation) else artwork
        drawing = draw_artwork(first, TRIAL_SIZE)
        if drawing.getchannel("A").getbbox() is None:
            raise PackError("It shows nothing", "Draw something in it")
    except PackError as error:
        return {"cause": error.cause, "remedy": error.remedy}
    except MemoryError:
        return {"cause": _died().cause, "remedy": _SIMPLER}
    if isinstance(artwork, Drawing):
        return {"kind": "drawing"}
    return {"kind": "animation" if isinstance(artwork, Animation) else "still"}


def _warm_up() -> None:
    """Load all that drawing needs, before no file can be opened any more."""
    from PIL import Image

    blank = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'
    shape = '<path d="M0 0h9v9z"/>'
    _try_one("a.svg", blank.format(shape).encode())
    _try_one("a.svg", blank.format(f'<g filter="url(#a)">{shape}</g>').encode())
    pictures = [Image.new("RGBA", (9, 9), colour) for colour in ("red", "blue")]
    for ending in ("png", "gif", "webp"):
        buffer = io.BytesIO()
        pictures[0].save(
            buffer, format=ending, save_all=True, append_images=pictures[1:], duration=100
        )
        _try_one(f"a.{ending}", buffer.getvalue())


def _give_up() -> None:
    """Give up files, network, programs and most memory, as far as the system allows it."""
    from emocam.confinement import Profile, confine_calls, confine_files

    with contextlib.suppress(OSError):
        confine_files(Profile())
    confine_calls()
    if sys.platform == "win32":  # which has none of these limits
        return
    import resource

    def limit(kind: int, most: int) -> None:
        with contextlib.suppress(OSError, ValueError):  # what is not allowed here is not needed
            resource.setrlimit(kind, (most, most))

    if sys.platform == "linux":  # others count their libraries' empty space
        with open("/proc/self/statm", "rb") as pages:  # noqa: PTH123
            used = int(pages.read().split()[0]) * resource.getpagesize()
        limit(resource.RLIMIT_AS, used + MAX_DRAWING_MEMORY)
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_FSIZE, 0)
    limit(resource.RLIMIT_NOFILE, 0)  # what is open stays open


def _limit_processor_time() -> None:
    """Let the system end this process after so much more work."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime) + MAX_DRAWING_TIME
    with contextlib.suppress(OSError, ValueError):  # a smaller limit holds already
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def main() -> int:
    """Answer until stdin ends."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 1)  # what a library prints is no answer
    errors = open(os.devnull, "wb")  # noqa: PTH123, SIM115 (as long as the process)
    _warm_up()
    _give_up()
    out.write(b"{}\n")
    while line := sys.stdin.buffer.readline(4096):
        name, size = json.loads(line)
        data = sys.stdin.buffer.read(size)
        # Neither needs anything of Python: a library that never comes back is ended all the same.
        faulthandler.dump_traceback_later(MAX_DRAWING_WAIT, exit=True, file=errors)
        _limit_processor_time()
        began = time.process_time()
        answer = _try_one(name, data) | {"seconds": time.process_time() - began}
        faulthandler.cancel_dump_traceback_later()
        out.write(json.dumps(answer).encode() + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
