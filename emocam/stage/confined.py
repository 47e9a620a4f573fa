"""What the stage keeps of the machine's files: EmoCam's own device, and what it draws from.

It cannot be widened. Where settings or the machine ask for more, another process is needed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
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
        marks: what may be read, with its mark of then; None where everything may be.
        places: where frames may go, in the same way.
    """

    protections: tuple[Protection, ...]
    marks: dict[Path, _Mark] | None
    places: dict[Path, _Mark] = field(default_factory=dict)

    def is_enough(self, settings: Settings, sink: Sink) -> bool:
        """Whether the stage can go by these settings with what it kept."""
        if sink.makes_file() and any(each.in_force for each in self.protections):
            return False
        if self.marks is None:
            return True
        return all(_covers(self.places, path) for path in sink.devices()) and all(
            _covers(self.marks, path) for path in _files(settings)
        )


def _covers(marks: dict[Path, _Mark], path: Path) -> bool:
    """Whether a path may be used; also if it leads nowhere: that is no lack of rights."""
    try:
        path = path.resolve()
        if not path.exists():
            return True
    except (OSError, RuntimeError):
        return True
    return any(marks.get(each) == _mark(each) for each in (path, *path.parents))


def give_up(settings: Settings, sink: Sink) -> Kept:
    """Confine this thread and those it will start.

    Args:
        settings: as configured.
        sink: where frames will go; prepared, and closed but for a file.
    """
    files, marks = Protection("files", False, "The device went away each time"), None
    places: dict[Path, _Mark] = {}
    for _ in range(_TRIES):
        wanted = profile(settings, sink)
        read = _marks((*wanted.readable, *_system()))
        places = _marks(wanted.devices)
        try:
            files = confine_files(wanted)
        except OSError as error:
            files = Protection("files", False, f"Devices go away all the time: {error.strerror}")
            continue
        marks = read if files.in_force else None
        break
    return Kept((files, confine_calls()), marks, places)


def profile(settings: Settings, sink: Sink) -> Profile:
    """The device of the sink, and what is drawn from; a file of the sink is open already.

    The user's pictures may be read, so that another background needs no other process as a rule.
    """
    readable = [resource("assets"), *_fonts(), *_files(settings)]
    with suppress(PackError):
        readable.append(store.folder())
    readable += _pictures()
    return Profile(tuple(sink.devices()), tuple(readable), whole=False)


def _files(settings: Settings) -> Iterator[Path]:
    """The files that the settings name."""
    with suppress(EmoCamError, OSError, ValueError):
        path = user_path(settings.avatar.background, SettingsError)
        if path.is_file():
            yield path
    if settings.avatar.pack not in store.built_in():
        with suppress(PackError):
            yield store.folder() / f"{settings.avatar.pack}.zip"


def _pictures() -> Iterator[Path]:
    """The user's pictures folder, unless all their files lie there.

    Who has no such folder has the home in its place (xdg-user-dirs-update(1)).
    """
    with suppress(RuntimeError, OSError):  # no home
        folder, home = user_pictures_path().resolve(), Path.home().resolve()
        if folder != home and folder not in home.parents:
            yield folder


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


def _marks(paths: Iterable[Path]) -> dict[Path, _Mark]:
    return {path.resolve(): mark for path in paths if (mark := _mark(path)) is not None}


def _mark(path: Path) -> _Mark | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
