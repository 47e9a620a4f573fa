"""The files that a run reads and writes, told apart before anything is started."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from emocam.errors import CameraError, OutputError
from emocam.resources import user_path
from emocam.settings import NO_FILE, PREVIEW_FILE, Settings


def with_whole_paths(settings: Settings) -> Settings:
    """The settings with the output's ``preview`` and ``~`` made a path.

    Raises:
        OutputError: if it cannot be one.
    """
    target = settings.output.target
    if target in NO_FILE:
        return settings
    path = PREVIEW_FILE if target == "preview" else str(user_path(target, OutputError))
    return settings.replace("output.target", path)


def refuse_overwriting(settings: Settings, events: Path | None) -> None:
    """See that no file is written that is read, and none twice.

    Args:
        settings: with whole paths.
        events: where events go, if anywhere.

    Raises:
        OutputError: if two of camera, output and events are the same file.
        CameraError: if the camera's path cannot be one.
    """
    files = {"camera": user_path(settings.camera.source, CameraError)}
    if settings.output.target not in NO_FILE:
        files["output"] = Path(settings.output.target)
    if events is not None:
        files["events"] = events
    for (one, first), (other, second) in combinations(files.items(), 2):
        if _is_same_file(first, second):
            raise OutputError(
                f"{second} cannot be {one} and {other} at once", "Choose another file for one"
            )


def _is_same_file(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except OSError:  # one of them is not there yet
        return first.absolute() == second.absolute()
