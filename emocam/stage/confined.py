"""What the stage keeps of the machine's files: EmoCam's own device, and what it draws from.

It cannot be widened. Where settings or the machine ask for more, another process is needed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path, user_pictures_path

from emocam.confinement import Profile, Protection, confine_calls, confine_files
from emocam.errors import EmoCamError, PackError, SettingsError
from emocam.resources import resource, user_path
from emocam.settings import Settings
from emocam.stage.packs import store
from emocam.stage.sinks.base import Sink

#: So often the profile is made anew, should the device go away before the rules can name it.
_TRIES = 10
#: Device and inode of a file: a path that leads to another file needs another rule.
_Mark = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a stage kept when it gave up the rest.

    Attributes:
        protections: what holds.
        marks: what may be used, with its mark of then; None where everything may be.
    """

    protections: tuple[Protection, ...]
    marks: dict[Path, _Mark] | None

    def is_enough(self, settings: Settings, sink: Sink) -> bool:
        """Whether the stage can go by these settings with what it kept."""
        if self.marks is None:
            return True
        places = (*sink.devices(), *sink.folders())
        return all(map(self._covers, (*places, *_files(settings))))

    def _covers(self, path: Path) -> bool:
        """Whether a path may be used; also if it leads nowhere: that is no lack of rights."""
        assert self.marks is not None
        try:
            path = path.resolve()
            if not path.exists():
                return True
        except (OSError, RuntimeError):
            return True
        return any(self.marks.get(each) == _mark(each) for each in (path, *path.parents))


def give_up(settings: Settings, sink: Sink) -> Kept:
    """Confine this thread and those it will start.

    Args:
        settings: as configured.
        sink: where frames will go; closed.
    """
    files, marks = Protection("files", False, "The device went away each time"), None
    for _ in range(_TRIES):
        wanted = profile(settings, sink)
        used = (*wanted.devices, *wanted.folders, *wanted.readable, *_system())
        now = {path.resolve(): mark for path in used if (mark := _mark(path)) is not None}
        try:
            files = confine_files(wanted)
        except OSError as error:
            files = Protection("files", False, f"Devices go away all the time: {error.strerror}")
            continue
        marks = now if files.in_force else None
        break
    calls = confine_calls(makes_files=bool(sink.folders()))
    return Kept((files, calls), marks)


def profile(settings: Settings, sink: Sink) -> Profile:
    """The device of the sink, its folder if it writes a file, and what is drawn from.

    The user's pictures may be read, so that another background needs no other process as a rule.
    """
    readable = [resource("assets"), *_fonts(), *_files(settings)]
    with suppress(PackError):
        readable.append(store.folder())
    with suppress(RuntimeError):  # no home
        readable.append(user_pictures_path())
    folders = tuple(folder for folder in sink.folders() if folder.is_dir())
    return Profile(tuple(sink.devices()), folders, tuple(readable), whole=False)


def _files(settings: Settings) -> Iterator[Path]:
    """The files that the settings name."""
    with suppress(EmoCamError, OSError, ValueError):
        path = user_path(settings.avatar.background, SettingsError)
        if path.is_file():
            yield path
    if settings.avatar.pack not in store.built_in():
        with suppress(PackError):
            yield store.folder() / f"{settings.avatar.pack}.zip"


def _fonts() -> Iterator[Path]:
    """Where users keep fonts of their own (fontconfig's default configuration)."""
    with suppress(RuntimeError):
        yield Path.home() / ".fonts"
        yield user_data_path() / "fonts"
    for folder in os.environ.get("XDG_DATA_DIRS", "").split(":"):
        if folder.startswith("/"):
            yield Path(folder) / "fonts"


def _system() -> Iterable[Path]:
    if sys.platform != "linux":
        return ()
    from emocam.confinement.linux import system_folders

    return system_folders()


def _mark(path: Path) -> _Mark | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
