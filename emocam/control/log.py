"""The log of runs: what started, ended, failed and was set; nothing of a face (docs/log.md).

A thread of its own writes it, so that a slow disk holds nothing up, and what goes wrong with the
file is said once.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import platform
import queue
import sys
import threading
import time
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_log_path

from emocam import __version__
from emocam.control.keeper import Say
from emocam.errors import EmoCamError
from emocam.scrub import Person, scrub
from emocam.settings import Settings
from emocam.settings.private import whose

#: Bytes of one file, and how many older ones are kept.
SIZE, KEPT = 1_000_000, 2
#: Lines that wait for the disk; more are dropped. Seconds that the end waits for them.
_WAITING, _LAST_WORDS = 1000, 1.0
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "off": logging.CRITICAL + 1}


def folder() -> Path:
    """Where the platform keeps logs; it may not be there yet.

    Raises:
        RuntimeError: if the user has no home.
    """
    return user_log_path("emocam", appauthor=False)


def person() -> Person:
    """Who uses this machine."""
    # Not from the system's list of users: to look there may mean to ask a server for it.
    user = next(filter(None, map(os.environ.get, ("LOGNAME", "USER", "USERNAME"))), "")
    home = Path()
    with contextlib.suppress(RuntimeError):
        home = Path.home()
    # A home of "/" is no name, and stands in every path.
    words = (home.name,) if home.name else ()
    return Person(user, str(home) if words else "", platform.node(), words)


class RunLog:
    """The log of one run.

    Args:
        settings: ``log`` counts, and what must not be told.
        say: is told, once, that the file cannot be written.
        place: the folder; None for the platform's.
    """

    def __init__(self, settings: Settings, say: Say, place: Path | None = None) -> None:
        self._say = say
        self._logger = logging.Logger("emocam")
        self._lines: queue.Queue[logging.LogRecord | None] = queue.Queue(_WAITING)
        self._thread: threading.Thread | None = None
        self._place = place
        self._file: _File | None = None
        self._logger.addHandler(_Queued(self._lines))
        self.configure(settings)

    def configure(self, settings: Settings) -> None:
        """Go on with other settings."""
        self._person = whose(settings, person())
        self._logger.setLevel(_LEVELS[settings.log.level])
        if settings.log.level != "off" and self._thread is None:
            try:
                self._file = _File((self._place or folder()) / "emocam.log", self._fails)
            except RuntimeError as error:  # no home
                self._fails(str(error))
                return
            self._thread = threading.Thread(target=self._write, name="log", daemon=True)
            self._thread.start()

    def info(self, text: str) -> None:
        """What becomes of the run."""
        self._logger.info("%s", scrub(text, self._person, paths=False))

    def debug(self, text: str) -> None:
        """What is shown."""
        self._logger.debug("%s", scrub(text, self._person, paths=False))

    def hear(self, sentence: str) -> None:
        """Keep a sentence for the user, and say it."""
        self.info(sentence)
        self._say(sentence)

    def see(self, sentence: str) -> None:
        """The same with one that tells what is shown."""
        self.debug(sentence)
        self._say(sentence)

    def close(self) -> None:
        """Write what is left, for a moment."""
        if self._thread is not None:
            with contextlib.suppress(queue.Full):
                self._lines.put(None, timeout=_LAST_WORDS)
                self._thread.join(_LAST_WORDS)

    def _write(self) -> None:
        assert self._file is not None
        while (record := self._lines.get()) is not None:
            self._file.handle(record)
        self._file.close()

    def _fails(self, reason: str) -> None:
        self._say(f"EmoCam goes on without a log: {reason}")


@contextlib.contextmanager
def recording(settings: Settings, say: Say) -> Iterator[RunLog]:
    """Keep a log of a run while the body runs, its outcome at last."""
    log = RunLog(settings, say)
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    log.info(f"EmoCam {__version__} starts on {system}")
    try:
        yield log
        log.info("EmoCam has ended")
    except EmoCamError as error:
        log.info(f"EmoCam has ended, {type(error).__name__}: {error}")
        raise
    except BaseException as error:
        log.info(f"EmoCam has ended by {type(error).__name__}")
        raise
    finally:
        log.close()


class _Queued(logging.Handler):
    """Hands lines to the thread; those that find no room are dropped."""

    def __init__(self, lines: queue.Queue[logging.LogRecord | None]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(record)


class _File(RotatingFileHandler):
    """A file that is its user's alone, made with the first line, and tried again after a failure.

    Args:
        path: of the file.
        fails: told once why it cannot be written.
    """

    def __init__(self, path: Path, fails: Say) -> None:
        super().__init__(path, maxBytes=SIZE, backupCount=KEPT, encoding="utf-8", delay=True)
        self._path, self._fails, self._told = path, fails, False
        pattern = "%(asctime)s.%(msecs)03dZ %(process)d %(levelname)s %(message)s"
        formatter = logging.Formatter(pattern, "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        self.setFormatter(formatter)

    def _open(self) -> io.TextIOWrapper:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        return os.fdopen(os.open(self._path, flags, 0o600), "a", encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; where another run has turned the file over, into the new one."""
        record.msg = str(record.msg).replace("\n", " ")
        with contextlib.suppress(OSError, ValueError):
            if self.stream is not None and not self._is_there(self.stream.fileno()):
                self.stream.close()
                self.stream = None
        super().emit(record)

    def _is_there(self, descriptor: int) -> bool:
        mine = os.fstat(descriptor)
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return False
        return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say once what is wrong, and drop what cannot be written."""
        stream, self.stream = self.stream, None
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.close()
        if not self._told:
            self._told = True
            error = sys.exc_info()[1]
            reason = error.strerror if isinstance(error, OSError) else str(error)
            self._fails(f"{self._path} cannot be written: {reason}")
